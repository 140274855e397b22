import { expect, test } from 'vitest';
import { CommandFailed } from '../commands/command-failed.ts';
import { RecordingCommandRunner } from '../commands/fake-command-runner.ts';
import { LinuxLinks } from './linux-links.ts';

const make = () => {
  const commands = new RecordingCommandRunner();
  return { commands, links: new LinuxLinks({ commands }) };
};

test('lines are handed over on standard input, inside a namespace through nsenter', async () => {
  const { commands, links } = make();
  await links.batch(['link set a up', 'link set b up']);
  await links.batchInside(42, ['link set lo up']);
  expect(commands.commands.map(({ argv, stdin }) => ({ argv: argv.join(' '), stdin }))).toEqual([
    { argv: 'ip -batch -', stdin: 'link set a up\nlink set b up\n' },
    { argv: 'nsenter --net=/proc/42/ns/net -- ip -batch -', stdin: 'link set lo up\n' },
  ]);
});

test('a failure tells the line that iproute2 only numbers', async () => {
  const { commands, links } = make();
  const stderr = 'RTNETLINK answers: File exists\nCommand failed -:2\n';
  commands.answer(['ip'], { exitCode: 2, stderr });
  const error = await links
    .batch(['link set a up', 'link add b type veth'])
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CommandFailed);
  expect(error).toMatchObject({ exitCode: 2, stderr: `${stderr.trimEnd()} (link add b type veth)\n` });
});

test('devices and routes are read from the JSON of iproute2', async () => {
  const { commands, links } = make();
  const lo = {
    ifindex: 1,
    ifname: 'lo',
    flags: ['LOOPBACK', 'UP'],
    mtu: 65536,
    address: '00:00:00:00:00:00',
  };
  const veth = {
    ifindex: 7,
    ifname: 'ins101',
    flags: [],
    mtu: 1500,
    linkinfo: { info_kind: 'veth', master: null },
  };
  commands.answer(['ip', '-json', '-details', 'link'], { stdout: JSON.stringify([lo, veth]) });
  commands.answer(['ip', '-json', '-6'], { stdout: '[{"dst":"fd00::7","protocol":"static"}]' });
  commands.answer(['ip', '-json', '-4'], { stdout: '' });
  expect(await links.list()).toEqual([
    { name: 'lo', index: 1, mac: '00:00:00:00:00:00', mtu: 65_536, isUp: true, kind: null, master: null },
    { name: 'ins101', index: 7, mac: null, mtu: 1_500, isUp: false, kind: 'veth', master: null },
  ]);
  expect(await links.routes({ family: 6, device: 'ins101' })).toEqual([
    { destination: 'fd00::7', device: 'ins101', gateway: null, protocol: 'static' },
  ]);
  expect(await links.routes()).toEqual([]);
});
