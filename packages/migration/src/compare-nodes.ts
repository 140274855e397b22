import type { PeerReport } from './protocol.ts';

/** What processes that run here find here. */
export interface OwnNode {
  readonly architecture: string;
  readonly kernel: string;
  readonly criu: string | null;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface Difference {
  readonly problem: string;
  readonly remedy: string;
}

/** Milliseconds that two clocks may differ: programs see time jump by that much. */
const clockTolerance = 2_000;

/** Why processes cannot go on on another node, by what that node says of itself. Pure. */
export function compareNodes(own: OwnNode, report: PeerReport): readonly Difference[] {
  const { node } = report;
  const found: Difference[] = [];
  const isOlder = (there: string, here: string) => compareVersions(there, here) < 0;
  if (report.architecture !== own.architecture)
    found.push({
      problem: `${node} is ${report.architecture}, this node ${own.architecture}`,
      remedy: 'choose a node of the same architecture',
    });
  if (report.criu === null)
    found.push({ problem: `${node} has no usable CRIU`, remedy: 'run setup/criu.sh there' });
  else if (own.criu !== null && isOlder(report.criu, own.criu))
    found.push({
      problem: `CRIU of ${node} is ${report.criu}, older than ${own.criu} here`,
      remedy: 'run setup/criu.sh --upgrade there',
    });
  if (isOlder(seriesOf(report.kernel), seriesOf(own.kernel)))
    found.push({
      problem: `the kernel of ${node} is ${report.kernel}, older than ${own.kernel} here: what programs found at their start may be missing`,
      remedy: 'boot a newer kernel there, or let the VE restart on the way (near-live)',
    });
  if (report.processor !== null)
    found.push({
      problem: `the processor of ${node} lacks what this one has: ${report.processor}`,
      remedy:
        'choose a node with the same or a newer processor, or let the VE restart on the way (near-live)',
    });
  const ahead = report.time - own.time;
  if (Math.abs(ahead) > clockTolerance)
    found.push({
      problem: `the clock of ${node} is ${(Math.abs(ahead) / 1000).toFixed(1)} s ${ahead > 0 ? 'ahead' : 'behind'}`,
      remedy: 'set both by NTP',
    });
  return found;
}

/** '6.12.43-amd64' as '6.12': later parts tell of corrections. */
function seriesOf(release: string): string {
  return /^\d+\.\d+/.exec(release)?.[0] ?? release;
}

function compareVersions(left: string, right: string): number {
  const numbers = (version: string) => version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [a, b] = [numbers(left), numbers(right)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
