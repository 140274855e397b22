import { execFileSync } from 'node:child_process';
import type { Operation } from '@insula/contract';
import { printSeries, round, Series } from './measure.ts';
import { NodePair } from './node-pair.ts';
import { PlainRuntimes } from './plain-runtimes.ts';

/**
 * How long a VE stands still while it migrates live, and how long it takes as a whole, by phases: idle, and with memory that
 * nobody touches. Beside it, in the same run, what runc alone takes to save the same system: the least that any migration can take.
 */
const hops = Number(process.argv[2] ?? 5);
const mebibytes = Number(process.argv[3] ?? 1024);
const template = process.argv[4] ?? 'debian-12';

/** Holds memory that is different in every page. */
const holder = `my $x = ''; $x .= pack('N', $_) . ('x' x 4092) for 1 .. ${mebibytes * 256}; open my $f, '>', '/run/held'; sleep 999 while 1`;
const hold = ['sh', '-c', `(setsid perl -e "$1" </dev/null >/dev/null 2>&1 &)`, 'sh', holder];

/** Of the time that a VE stands still. */
const phases: Readonly<Record<string, readonly string[]>> = {
  freeze: ['freeze-processes'],
  'dump (CRIU)': ['dump-processes'],
  'files and images over the line': ['send-rest', 'receive-files'],
  'namespaces, root, cgroups': [
    ...['make-run-dir', 'open-volume', 'mount-root', 'make-cgroups', 'apply-limits', 'make-subtree'],
    ...['write-bundle', 'begin-restore'],
  ],
  network: ['claim-addresses', 'connect-network', 'replay-network'],
  'restore (CRIU)': ['restore-processes'],
  'commit and go on': ['await-decision', 'adopt-ve', 'use-checkpoint', 'let-go', 'release-traffic'],
};

interface Measured {
  readonly still: Series;
  readonly whole: Series;
  readonly phases: ReadonlyMap<string, Series>;
}

const pair = await NodePair.start();
const [source, target] = pair.nodes;
const plain = new PlainRuntimes(source);
try {
  const idle = await measured(`${template}, idle`, []);
  const large = await measured(`${template}, ${mebibytes} MiB that nobody touches`, hold);
  printSeries('a VE stands still', [await plainly('runc checkpoint, idle', []), idle.still]);
  printSeries(`a VE with ${mebibytes} MiB stands still`, [
    await plainly(`runc checkpoint, ${mebibytes} MiB`, hold),
    large.still,
  ]);
  printSeries('from the request to the end', [idle.whole, large.whole]);
  console.log('\nof the time it stands still, p50 in ms');
  console.table(
    Object.fromEntries(
      Object.keys(phases).map((phase) => [
        phase,
        Object.fromEntries(
          Object.entries({ idle, large }).map(([name, { phases: of }]) => [
            name,
            round(of.get(phase)?.quantile(0.5) ?? 0),
          ]),
        ),
      ]),
    ),
  );
} finally {
  plain.remove();
  await pair.remove();
}

async function measured(name: string, inside: readonly string[]): Promise<Measured> {
  const { uuid } = await source.create('m', template, true);
  await source.get('/v1/ves/m/wait?for=ready');
  if (inside.length > 0) await fill(uuid, inside);
  const found = {
    still: new Series(name),
    whole: new Series(name),
    phases: new Map(Object.keys(phases).map((phase) => [phase, new Series(phase)])),
  };
  for (let hop = 0; hop < hops; hop += 1) {
    const [from, to] = hop % 2 === 0 ? [source, target] : [target, source];
    const left = await from.change('POST', '/v1/ves/m/migrate', { node: to.name, atLeast: 'live' });
    const [arrived] = await to.get<readonly Operation[]>('/v1/operations?limit=1');
    if (arrived === undefined) throw new Error('nothing arrived');
    found.whole.add(endOf(left) - Date.parse(left.createdAt));
    const begun = stepOf(left, 'freeze-processes');
    const ended = stepOf(arrived, 'release-traffic');
    found.still.add(ended.at + ended.milliseconds - begun.at);
    for (const [phase, actions] of Object.entries(phases)) {
      // what the target does before the VE stands still is not its phase
      const steps = [...left.steps, ...arrived.steps].filter(
        ({ action, startedAt }) => actions.includes(action) && Date.parse(startedAt ?? '') >= begun.at,
      );
      found.phases.get(phase)?.add(steps.reduce((sum, { milliseconds }) => sum + (milliseconds ?? 0), 0));
    }
  }
  const at = hops % 2 === 0 ? source : target;
  await at.change('DELETE', '/v1/ves/m?force=true');
  return found;
}

async function fill(uuid: string, command: readonly string[]): Promise<void> {
  execFileSync('runc', ['--root', `${source.run}/runc`, 'exec', uuid, ...command], { stdio: 'inherit' });
  const { init } = await source.get<{ readonly init: number }>('/v1/ves/m/status');
  await plain.until(init, 'test -e /run/held');
}

function stepOf({ steps }: Operation, action: string) {
  const step = steps.find((one) => one.action === action);
  if (step?.startedAt == null) throw new Error(`there was no ${action}`);
  return { at: Date.parse(step.startedAt), milliseconds: step.milliseconds ?? 0 };
}

function endOf({ endedAt }: Operation): number {
  return Date.parse(endedAt ?? '');
}

/** The same system under runc alone: saved to memory, nothing sent anywhere, and not brought back. */
async function plainly(name: string, inside: readonly string[]): Promise<Series> {
  const ve = await source.create('p', template, true);
  await source.get('/v1/ves/p/wait?for=ready');
  const { idBase } = ve;
  await plain.takeOver(source, { uuid: ve.uuid, idBase });
  const series = new Series(name);
  try {
    for (let run = 0; run < hops; run += 1) {
      await plain.runcStart();
      await plain.until(plain.runcPid(), 'systemctl is-system-running');
      if (inside.length > 0) {
        plain.runcExec(...inside);
        await plain.until(plain.runcPid(), 'test -e /run/held');
      }
      await series.time(async () => plain.runcSave());
      await plain.runcEnd();
    }
  } finally {
    await plain.runcEnd();
    await source.change('DELETE', '/v1/ves/p?force=true');
  }
  return series;
}
