import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BenchNode } from './bench-node.ts';
import { compareFiles } from './beside-host.ts';
import { usedBytes } from './btrfs-in-file.ts';
import { carryProgram } from './carried-program.ts';
import { LxcCopies } from './lxc-copies.ts';
import { megabytes, printSeries, Series } from './measure.ts';
import { output } from './output.ts';

/**
 * Private areas on btrfs: what a new VE, a snapshot and a clone take in time and space; what the same change in many VEs takes before and
 * after they are optimized, beside containers of LXC that are snapshots of one; whether a library of two templates is one in memory; and files
 * in a VE beside the same file system on the host, by turns. Installs fio and LXC where they are missing.
 */
const runs = Number(process.argv[2] ?? 20);
const rounds = Number(process.argv[3] ?? 5);
const [template, otherTemplate] = ['debian-12', 'debian-12-sysvinit'] as const;
const repository = join(import.meta.dirname, '..');
const install = '. setup/packages.sh && install_packages_stopped $(bench_packages)';
execFileSync('sh', ['-c', install], { cwd: repository, stdio: 'inherit' });

const node = new BenchNode();
const lxc = new LxcCopies();
const pool = `${node.dir}/pool`;
const used = () => usedBytes(pool);
const insula = async (...words: readonly string[]) => {
  const env = { ...process.env, INSULA_SOCKET: node.socket };
  return await output(process.execPath, [join(repository, 'dist/insula.mjs'), ...words], env);
};
const inside = async (ve: string, command: string) => await insula('exec', ve, '--', 'sh', '-c', command);
const numbered = (letter: string) => Array.from({ length: runs }, (_, run) => `${letter}${run}`);

/** The same upgrade everywhere: 1,000 files, 100 MB, the same in every system and new to the store. */
const upgrade =
  'mkdir /opt/app; for i in $(seq 1000 1999); do seq "$i"000 "$i"999999 | head -c 100000 > /opt/app/$i; done; sync';

/** The root of a VE as it is now, in an archive, and unpacked in a folder of the host. */
async function unpackRoot(ve: string): Promise<{ readonly archive: string; readonly dir: string }> {
  const [archive, dir] = [`${node.dir}/root.tar`, `${pool}/host`];
  await inside(
    ve,
    'tar --one-file-system --numeric-owner -C / -cf /root.tar bin etc home lib lib64 opt root sbin srv usr var',
  );
  await insula('cp', `${ve}:/root.tar`, archive);
  await inside(ve, 'rm /root.tar');
  mkdirSync(dir);
  await output('tar', ['--numeric-owner', '-xpf', archive, '-C', dir]);
  return { archive, dir };
}

let cleaning: Promise<void> | undefined;
const cleanUp = async () => {
  lxc.remove();
  cleaning ??= node.remove();
  await cleaning;
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void cleanUp().finally(() => process.exit(1)));

try {
  await node.start({ pool: 'btrfs', ownStore: [template, otherTemplate] });
  const create = new Series('create');
  const before = used();
  for (const ve of numbered('v')) await create.time(async () => await node.create(ve, template));
  const newVe = (used() - before) / runs;
  await node.create('origin', template, true);
  await node.get('/v1/ves/origin/wait?for=ready');
  const root = await unpackRoot('origin');

  await inside('origin', 'dd if=/dev/urandom of=/root/data bs=1M count=100 2>/dev/null; sync');
  const snapshot = new Series('snapshot of a running VE with 100 MB');
  const clone = new Series('clone of it');
  const beforeCopies = used();
  for (let run = 0; run < runs; run += 1) {
    await snapshot.time(
      async () => await node.change('POST', '/v1/ves/origin/snapshots', { name: `s${run}` }),
    );
    await clone.time(
      async () => await node.change('POST', '/v1/ves/origin/clone', { name: `c${run}`, snapshot: `s${run}` }),
    );
  }
  const copies = (used() - beforeCopies) / runs;

  lxc.makeBase(root.archive);
  rmSync(root.archive);
  const lxcCopy = new Series('lxc-copy -s');
  const beforeLxc = lxc.used();
  for (const name of numbered('l')) await lxcCopy.time(async () => lxc.copy(name));
  const newLxc = (lxc.used() - beforeLxc) / runs;
  for (const name of numbered('l')) await lxc.inside(name, upgrade);
  const upgradedLxc = (lxc.used() - beforeLxc) / runs;
  printSeries('private areas', [create, snapshot, clone, lxcCopy]);
  console.table({ 'a snapshot and a clone': { 'MB on disk': megabytes(copies) } });

  const upgraded = numbered('u');
  const beforeUpgrade = used();
  for (const ve of upgraded) await node.create(ve, template, true);
  for (const ve of upgraded) await node.get(`/v1/ves/${ve}/wait?for=ready`);
  for (const ve of upgraded) await inside(ve, upgrade);
  const afterUpgrade = (used() - beforeUpgrade) / runs;
  for (const ve of upgraded) await node.change('POST', `/v1/ves/${ve}/kill`);
  const optimize = new Series(`optimize ${runs} VEs`);
  await optimize.time(async () => await node.change('POST', '/v1/vzfs/optimize', { ves: upgraded }));
  const afterOptimize = (used() - beforeUpgrade) / runs;
  const again = new Series('and again, with nothing to do');
  await again.time(async () => await node.change('POST', '/v1/vzfs/optimize', { ves: upgraded }));
  printSeries('sharing', [optimize, again]);
  const row = (ours: number, theirs: number) => ({
    'MB for each VE': megabytes(ours),
    'MB for each LXC snapshot': megabytes(theirs),
    'VE / LXC': Math.round((ours / theirs) * 1000) / 1000,
  });
  console.log(`\n${runs} VEs beside ${runs} snapshots of LXC, on disk`);
  console.table({
    new: row(newVe, newLxc),
    'with the same 100 MB in each (VEs have booted)': row(afterUpgrade, upgradedLxc),
    'once the VEs are optimized': row(afterOptimize, upgradedLxc),
  });

  await node.create('other', otherTemplate, true);
  await node.get('/v1/ves/other/wait?for=ready');
  const library = '/usr/lib/x86_64-linux-gnu/libcrypto.so.3';
  const digest = (await inside('origin', `sha256sum ${library}`)).slice(0, 64);
  const object = `${pool}/objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
  // reading no byte this way drops the file from the page cache
  execFileSync('dd', [`if=${object}`, 'iflag=nocache', 'count=0', 'status=none']);
  const resident = async () =>
    Number(await inside('other', `fincore --bytes --noheadings --output RES ${library} || echo -1`));
  const cold = await resident();
  await inside('origin', `cat ${library} > /dev/null`);
  console.table({
    [`${library} in ${otherTemplate}, before`]: { 'MB in memory': megabytes(cold) },
    [`after it was read in ${template}`]: { 'MB in memory': megabytes(await resident()) },
  });

  const fio = `${pool}/fio`;
  carryProgram('fio', fio);
  await insula('cp', fio, 'origin:/opt');
  await compareFiles(
    {
      dir: `${root.dir}/root`,
      fio,
      system: root.dir,
      run: async (command) => await output('sh', ['-c', command]),
    },
    { dir: '/root', fio: '/opt/fio', system: '/', run: async (command) => await inside('origin', command) },
    rounds,
  );
} finally {
  await cleanUp();
}
