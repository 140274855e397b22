import { Type } from 'typebox';
import { VeTraffic } from '../schemas/network.ts';
import { column, defineOperation } from './definition.ts';

export const netStat = defineOperation({
  id: 'net.stat',
  title: 'Show traffic of VEs',
  description:
    'Bytes and packets that VEs received and sent since they were created, by network class and family. They survive restarts of VE, daemon and node.',
  kind: 'read',
  method: 'GET',
  path: '/v1/traffic',
  query: Type.Object(
    {
      ve: Type.Optional(Type.String({ maxLength: 63, description: 'Only of this VE (name, CTID or UUID)' })),
      class: Type.Optional(Type.Integer({ minimum: 1, maximum: 15, description: 'Only of this class' })),
      family: Type.Optional(Type.Enum(['ipv4', 'ipv6'], { description: 'Only of this family' })),
    },
    { additionalProperties: false },
  ),
  result: Type.Array(VeTraffic),
  errors: ['invalid_input', 've_not_found', 'tool_failed', 'forbidden', 'internal'],
  permission: 've.read',
  scope: 'somewhere',
  cli: {
    verb: ['net', 'stat'],
    positionals: [],
    columns: [
      column('ctid', { align: 'right' }),
      column('name'),
      column('class', { align: 'right' }),
      column('family'),
      column('inBytes', { title: 'IN BYTES', align: 'right' }),
      column('inPackets', { title: 'IN PACKETS', align: 'right' }),
      column('outBytes', { title: 'OUT BYTES', align: 'right' }),
      column('outPackets', { title: 'OUT PACKETS', align: 'right' }),
      column('spoofed', { align: 'right', shown: false }),
      column('uuid', { shown: false }),
    ],
    examples: [
      { command: 'insula net stat', text: 'the traffic of all VEs' },
      { command: 'insula net stat --ve web1 --json', text: 'of one, for a script' },
      { command: 'insula net stat -o name,spoofed', text: 'packets dropped since their source was forged' },
    ],
  },
});
