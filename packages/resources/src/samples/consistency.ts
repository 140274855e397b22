import {
  type AllParameterValues,
  CodedError,
  findParameter,
  formatAmount,
  type ParameterName,
  type ParameterRow,
  type ParameterValues,
  type SampleFinding,
} from '@insula/contract';
import type { NodeCapacity } from '../capacity.ts';
import { amountNumber, barrierOf, limitOf } from '../parameter-halves.ts';
import { completeValues, mergeParameters } from '../parameter-values.ts';

const kibi = 1024;

/** Parameters without a soft point of their own: refusing some and not others of their kind helps nobody. */
const withoutBarrier = [
  ...['numproc', 'numtcpsock', 'numothersock', 'shmpages', 'numfile', 'numpty', 'numsiginfo', 'numiptent'],
] as readonly ParameterName[];

/**
 * What is wrong, doubtful or could be better about parameters: the rules of OpenVZ's vzcfgvalidate (src/validate.c there), and that
 * limits are no more than the node has.
 */
export function findInconsistencies(
  values: ParameterValues,
  node: NodeCapacity | null = null,
): readonly SampleFinding[] {
  try {
    mergeParameters({}, values);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const parameter = String(error.details['parameter'] ?? '');
    return [{ severity: 'error', parameter, problem: error.message }];
  }
  const all = completeValues(values);
  return [
    ...barrierRules(all),
    ...gapRules(all),
    ...sizeRules(all),
    ...(node === null ? [] : nodeRules(all, node)),
  ];
}

function finding(
  severity: SampleFinding['severity'],
  parameter: ParameterName,
  problem: string,
): SampleFinding {
  return { severity, parameter, problem };
}

function barrierRules(all: AllParameterValues): readonly SampleFinding[] {
  return withoutBarrier
    .filter((name) => barrierOf(all[name]) !== limitOf(all[name]))
    .map((name) => finding('error', name, 'its barrier and its limit should be equal'));
}

/** Between barrier and limit there must be room for what is under way when the barrier is reached. */
function gapRules(all: AllParameterValues): readonly SampleFinding[] {
  return (
    [
      ['error', 'tcpsndbuf', 'numtcpsock'],
      ['error', 'othersockbuf', 'numothersock'],
      ['warning', 'tcprcvbuf', 'numtcpsock'],
    ] as const
  ).flatMap(([severity, buffer, count]) => {
    const limit = amountNumber(limitOf(all[buffer]));
    if (!Number.isFinite(limit)) return [];
    const needed = 2.5 * kibi * amountNumber(limitOf(all[count]));
    if (limit - amountNumber(barrierOf(all[buffer])) >= needed) return [];
    const text = Number.isFinite(needed)
      ? textOf(buffer, needed)
      : `2.5K for each ${count}, which is unlimited`;
    return [finding(severity, buffer, `limit less barrier should be at least ${text} (2.5K × ${count})`)];
  });
}

function sizeRules(all: AllParameterValues): readonly SampleFinding[] {
  const processes = amountNumber(limitOf(all.numproc)) / 2;
  const least = (
    severity: SampleFinding['severity'],
    name: ParameterName,
    have: number,
    needed: number,
    why: string,
  ) => {
    if (have >= needed || !Number.isFinite(have)) return [];
    const text = Number.isFinite(needed) ? textOf(name, needed) : 'more';
    return [finding(severity, name, `it should be at least ${text} (${why})`)];
  };
  const barrier = (name: ParameterName) => amountNumber(barrierOf(all[name]));
  const limit = (name: ParameterName) => amountNumber(limitOf(all[name]));
  const cached = Number.isFinite(limit('dcachesize')) ? limit('dcachesize') : 0;
  const kernel = 40 * kibi * processes + cached;
  return [
    ...least(
      'error',
      'kmemsize',
      barrier('kmemsize'),
      kernel,
      '40K for each of half of numproc, and dcachesize',
    ),
    ...least(
      'warning',
      'dcachesize',
      limit('dcachesize'),
      384 * limit('numfile'),
      '384 bytes for each numfile',
    ),
    ...least(
      'warning',
      'privvmpages',
      barrier('privvmpages'),
      limit('vmguarpages'),
      'vmguarpages is promised',
    ),
    ...least('warning', 'tcpsndbuf', barrier('tcpsndbuf'), 64 * kibi, 'one socket at full speed'),
    ...least('warning', 'tcprcvbuf', barrier('tcprcvbuf'), 64 * kibi, 'one socket at full speed'),
    ...least(
      'warning',
      'dgramrcvbuf',
      barrier('dgramrcvbuf'),
      32 * kibi,
      'one datagram of the largest usual size',
    ),
    ...least(
      'recommendation',
      'dgramrcvbuf',
      barrier('dgramrcvbuf'),
      129 * kibi,
      'two datagrams of the largest size',
    ),
  ];
}

/** A limit above what there is limits nothing. */
function nodeRules(all: AllParameterValues, { total, swapBytes }: NodeCapacity): readonly SampleFinding[] {
  const most = (name: ParameterName, there: number) => {
    const limit = amountNumber(limitOf(all[name]));
    if (!Number.isFinite(limit) || limit <= there) return [];
    return [
      finding('warning', name, `${textOf(name, limit)} is more than this node has: ${textOf(name, there)}`),
    ];
  };
  return [
    ...most('physpages', total.memoryBytes),
    ...most('swappages', swapBytes),
    ...most('cpulimit', total.cpuPercent),
    ...most('vmguarpages', total.memoryBytes),
  ];
}

function textOf(name: ParameterName, amount: number): string {
  return formatAmount(findParameter(name) as ParameterRow, Math.ceil(amount));
}
