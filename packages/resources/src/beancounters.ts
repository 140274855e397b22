import type { Beancounter, ParameterName, ParameterValues, VeSpec } from '@insula/contract';
import { barrierOf, limitOf } from './parameter-halves.ts';
import { completeValues } from './parameter-values.ts';
import type { Counters } from './read-use.ts';

/** LONG_MAX of a 64-bit kernel: without limit. */
const beancounterMaximum = '9223372036854775807';

const pageBytes = 4096;

/** Rows of /proc/user_beancounters in their order (version 2.5); null stands for a row that means nothing any more. */
const resources: readonly (ParameterName | null)[] = [
  'kmemsize',
  'lockedpages',
  'privvmpages',
  'shmpages',
  null,
  'numproc',
  'physpages',
  'vmguarpages',
  'oomguarpages',
  'numtcpsock',
  'numflock',
  'numpty',
  'numsiginfo',
  'tcpsndbuf',
  'tcprcvbuf',
  'othersockbuf',
  'dgramrcvbuf',
  'numothersock',
  'dcachesize',
  'numfile',
  null,
  null,
  'swappages',
  'numiptent',
];

/** The beancounters of a VE. What the kernel of today does not count is 0, as dummies are. */
export function beancounters(
  { uuid, ctid, name, parameters }: Pick<VeSpec, 'uuid' | 'ctid' | 'name' | 'parameters'>,
  counters: ReadonlyMap<ParameterName, Counters>,
): Beancounter[] {
  return resources.map((parameter) => {
    const ve = { uuid, ctid, name, resource: parameter ?? 'dummy' };
    if (parameter === null) return { ...ve, held: 0, maxheld: 0, barrier: '0', limit: '0', failcnt: 0 };
    const isPages = parameter.endsWith('pages');
    const inUnit = (amount: number) => (isPages ? Math.ceil(amount / pageBytes) : amount);
    const { held, maxheld, failcnt } = counters.get(parameter) ?? { held: 0, maxheld: 0, failcnt: 0 };
    const { barrier, limit } = bounds(parameters, parameter);
    const text = (amount: number | 'unlimited') =>
      amount === 'unlimited' ? beancounterMaximum : String(inUnit(amount));
    return {
      ...ve,
      held: inUnit(held ?? 0),
      // where the kernel keeps no maximum, there was at least what there is
      maxheld: inUnit(Math.max(maxheld ?? 0, held ?? 0)),
      barrier: text(barrier),
      limit: text(limit),
      failcnt: failcnt ?? 0,
    };
  });
}

/** A guarantee has a barrier and no limit. */
function bounds(parameters: ParameterValues, parameter: ParameterName) {
  const value = completeValues(parameters)[parameter];
  const isGuarantee = parameter === 'vmguarpages' || parameter === 'oomguarpages';
  return { barrier: barrierOf(value), limit: isGuarantee ? ('unlimited' as const) : limitOf(value) };
}
