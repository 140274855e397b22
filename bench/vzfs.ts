import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { BenchNode } from './bench-node.ts';
import { megabytes, printSeries, round, Series } from './measure.ts';

/**
 * Private areas on btrfs: what a new VE, a snapshot and a clone take in time and space; what is left of the same change in many VEs
 * once they are optimized; whether a library of two templates is one in memory; and files in a VE beside the same file system on the host, by turns.
 */
const runs = Number(process.argv[2] ?? 20);
const [template, otherTemplate] = ['debian-12', 'debian-12-sysvinit'] as const;
const node = new BenchNode();
await node.start({ pool: 'btrfs', ownStore: [template, otherTemplate] });
const pool = `${node.dir}/pool`;
const inside = (ve: string, command: string) =>
  execFileSync(process.execPath, ['dist/insula.mjs', 'exec', ve, '--', 'sh', '-c', command], {
    encoding: 'utf8',
    env: { ...process.env, INSULA_SOCKET: node.socket },
  });
const used = () => {
  execFileSync('btrfs', ['filesystem', 'sync', pool]);
  const { blocks, bfree, bsize } = statfsSync(pool);
  return (blocks - bfree) * bsize;
};

try {
  const create = new Series('create');
  const before = used();
  for (let run = 0; run < runs; run += 1)
    await create.time(async () => await node.create(`v${run}`, template));
  const each = (used() - before) / runs;
  await node.create('origin', template, true);
  await node.get('/v1/ves/origin/wait?for=ready');
  inside('origin', 'dd if=/dev/urandom of=/root/data bs=1M count=100 2>/dev/null; sync');
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
  printSeries('private areas', [create, snapshot, clone]);
  console.table({
    'a new VE': { 'MB on disk': megabytes(each) },
    'a snapshot and a clone': { 'MB on disk': megabytes((used() - beforeCopies) / runs) },
  });

  // the same upgrade everywhere: 1,000 files, 100 MB, the same in every VE and new to the store
  const upgraded = Array.from({ length: runs }, (_, run) => `u${run}`);
  const upgrade =
    'mkdir /opt/app; for i in $(seq 1000 1999); do seq "$i"000 "$i"999999 | head -c 100000 > /opt/app/$i; done; sync';
  for (const ve of upgraded) await node.create(ve, template, true);
  for (const ve of upgraded) await node.get(`/v1/ves/${ve}/wait?for=ready`);
  const beforeUpgrade = used();
  for (const ve of upgraded) inside(ve, upgrade);
  const afterUpgrade = used();
  for (const ve of upgraded) await node.change('POST', `/v1/ves/${ve}/kill`);
  const optimize = new Series(`optimize ${runs} VEs`);
  await optimize.time(async () => await node.change('POST', '/v1/vzfs/optimize', { ves: upgraded }));
  const afterOptimize = used();
  const again = new Series('and again, with nothing to do');
  await again.time(async () => await node.change('POST', '/v1/vzfs/optimize', { ves: upgraded }));
  printSeries('sharing', [optimize, again]);
  console.table({
    [`${runs} VEs with the same 100 MB`]: { 'MB on disk': megabytes(afterUpgrade - beforeUpgrade) },
    'once they are optimized': { 'MB on disk': megabytes(afterOptimize - beforeUpgrade) },
    'what one of them has': { 'MB on disk': 100 },
  });

  await node.create('other', otherTemplate, true);
  await node.get('/v1/ves/other/wait?for=ready');
  const library = '/usr/lib/x86_64-linux-gnu/libcrypto.so.3';
  const digest = inside('origin', `sha256sum ${library}`).slice(0, 64);
  const object = `${pool}/objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
  // reading no byte this way drops the file from the page cache
  execFileSync('dd', [`if=${object}`, 'iflag=nocache', 'count=0', 'status=none']);
  const resident = () =>
    Number(inside('other', `fincore --bytes --noheadings --output RES ${library} || echo -1`).trim());
  const cold = resident();
  inside('origin', `cat ${library} > /dev/null`);
  console.table({
    [`${library} in ${otherTemplate}, before`]: { 'MB in memory': megabytes(cold) },
    [`after it was read in ${template}`]: { 'MB in memory': megabytes(resident()) },
  });

  const host = `${pool}/host`;
  mkdirSync(host);
  const jobs: Readonly<Record<string, string>> = {
    'write 200 MB and sync': 'dd if=/dev/zero of=DIR/file bs=1M count=200 conv=fsync 2>/dev/null',
    'read 200 MB past the cache': 'dd if=DIR/file of=/dev/null bs=1M iflag=direct 2>/dev/null',
    'rewrite 200 MB and sync': 'dd if=/dev/zero of=DIR/file bs=1M count=200 conv=fsync,notrunc 2>/dev/null',
    'pack 5,000 files': 'tar -cf DIR/tree.tar -C DIR tree',
    'unpack them': 'rm -rf DIR/new; mkdir DIR/new; tar -xf DIR/tree.tar -C DIR/new; sync -f DIR',
    'find them': 'find DIR/new -newermt 2001-01-01 | wc -l > /dev/null',
  };
  const tree = 'mkdir -p DIR/tree; for i in $(seq 5000); do echo $i > DIR/tree/$i; done';
  const on = (where: 'host' | 've', job: string) => {
    const text = job.replaceAll('DIR', where === 'host' ? host : '/root');
    // measured where it runs, so that the way into the VE does not count
    const timed = `a=$(date +%s%N); ${text}; b=$(date +%s%N); echo $(( (b - a) / 1000 ))`;
    const answer =
      where === 'host' ? execFileSync('sh', ['-c', timed], { encoding: 'utf8' }) : inside('origin', timed);
    return Number(answer.trim().split('\n').at(-1)) / 1000;
  };
  for (const where of ['host', 've'] as const) on(where, tree);
  const rows: Record<string, object> = {};
  for (const [name, job] of Object.entries(jobs)) {
    const times = { host: new Series('host'), ve: new Series('ve') };
    for (let run = 0; run < 5; run += 1)
      for (const where of ['host', 've'] as const) times[where].add(on(where, job));
    const [base, there] = [times.host.quantile(0.5), times.ve.quantile(0.5)];
    rows[name] = {
      'host ms': round(base),
      'VE ms': round(there),
      'speed in the VE / on the host': round(base / there),
    };
  }
  console.log('\nfiles in a VE beside the same file system on the host');
  console.table(rows);
} finally {
  await node.remove();
}
