import { carriedCommand } from './carried-program.ts';
import { round, Series } from './measure.ts';

/** Somewhere to work with files: a folder of the host, or one in a VE on the same file system. */
export interface Place {
  readonly dir: string;
  /** Where fio lies there, see `carryProgram`. */
  readonly fio: string;
  /** The template's files there. */
  readonly system: string;
  /** Runs a command in a shell there; answers what it says. */
  readonly run: (command: string) => Promise<string>;
}

/** What the speed in the VE is to be at least, beside that on the host. */
const targets = { read: 0.97, write: 0.95 } as const;

interface Job {
  readonly name: string;
  readonly kind: keyof typeof targets;
  /** How much is done in a second. */
  readonly speed: (place: Place) => Promise<number>;
}

const fio = async ({ dir, fio: at, run }: Place, file: string, words: string): Promise<number> => {
  const common = `--name=bench --ioengine=psync --randrepeat=1 --filename=${dir}/${file} --output-format=json`;
  const report = await run(`${carriedCommand('fio', at)} ${common} ${words}`);
  const { jobs } = JSON.parse(report.slice(report.indexOf('{'))) as {
    readonly jobs: readonly {
      readonly read: { readonly bw_bytes: number };
      readonly write: { readonly bw_bytes: number };
    }[];
  };
  return (jobs[0]?.read.bw_bytes ?? 0) + (jobs[0]?.write.bw_bytes ?? 0);
};

/** Into files that are there: whole once more with blocks of 1 MiB, and at random with blocks of 4 KiB. A read begins with nothing of the file in memory, a write ends once it is on disk. */
const fioJobs = ([0, 1] as const).flatMap((direct) =>
  (
    [
      ['read', 'read', 'large', '--rw=read --bs=1M'],
      ['read at random', 'read', 'small', '--rw=randread --bs=4k --io_size=16M'],
      ['write', 'write', 'large', '--rw=write --bs=1M --end_fsync=1'],
      ['write at random', 'write', 'small', '--rw=randwrite --bs=4k --io_size=16M --end_fsync=1'],
    ] as const
  ).map(
    ([name, kind, file, words]): Job => ({
      name: `fio: ${name}, direct=${direct}`,
      kind,
      speed: async (place) => await fio(place, file, `${sizes[file]} ${words} --direct=${direct}`),
    }),
  ),
);
const sizes = { large: '--size=256M', small: '--size=64M' } as const;

/** Timed where it runs, so that the way into the VE does not count. */
const timed = (
  name: string,
  kind: Job['kind'],
  command: (place: Place) => string,
  before?: (place: Place) => string,
): Job => ({
  name,
  kind,
  speed: async (place) => {
    if (before !== undefined) await place.run(before(place));
    const took = await place.run(`a=$(date +%s%N); ${command(place)}; b=$(date +%s%N); echo $((b - a))`);
    return 1e9 / Number(took.trim().split('\n').at(-1));
  },
});

const treeJobs: readonly Job[] = [
  timed('tar: 5,000 new files', 'read', ({ dir }) => `tar -cf - -C ${dir} tree | cat > /dev/null`),
  timed(
    'untar them and sync',
    'write',
    ({ dir }) => `tar -xf ${dir}/tree.tar -C ${dir}/new; sync -f ${dir}`,
    ({ dir }) => `rm -rf ${dir}/new; mkdir ${dir}/new; sync -f ${dir}`,
  ),
  timed('find them, 5 times', 'read', ({ dir }) => find(`${dir}/tree`)),
  timed('tar: /usr of the template', 'read', ({ system }) => `tar -cf - -C ${system} usr | cat > /dev/null`),
  timed('find in it, 5 times', 'read', ({ system }) => find(`${system}/usr`)),
];
const find = (dir: string) =>
  `for i in 1 2 3 4 5; do find ${dir} -newermt 2001-01-01 | wc -l > /dev/null; done`;

/** Prints how fast files are in the VE beside the host: the same work in both by turns, the median of each. */
export async function compareFiles(host: Place, ve: Place, rounds: number): Promise<void> {
  for (const place of [host, ve]) {
    for (const [file, size] of Object.entries(sizes))
      await fio(place, file, `${size} --rw=write --bs=1M --end_fsync=1`);
    await place.run(
      `mkdir ${place.dir}/tree; for i in $(seq 5000); do echo $i > ${place.dir}/tree/$i; done; tar -cf ${place.dir}/tree.tar -C ${place.dir} tree; sync`,
    );
  }
  const rows: Record<string, object> = {};
  for (const { name, kind, speed } of [...fioJobs, ...treeJobs]) {
    const [there, base] = [new Series('ve'), new Series('host')];
    for (let turn = 0; turn < rounds; turn += 1) {
      base.add(await speed(host));
      there.add(await speed(ve));
    }
    const [inVe, onHost] = [there.quantile(0.5), base.quantile(0.5)];
    rows[name] = {
      'on the host': shown(onHost),
      'in the VE': shown(inVe),
      'VE / host': round(inVe / onHost),
      'at least': targets[kind],
    };
  }
  console.log('\nspeed of files in a VE beside the same file system on the host');
  console.table(rows);
}

/** Bytes a second, or times a second where that is less than anybody's disk. */
const shown = (speed: number): string =>
  speed > 10_000 ? `${round(speed / 1_048_576)} MiB/s` : `${round(1000 / speed)} ms`;
