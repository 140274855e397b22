import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyStore } from '../src/store/verify-store.ts';
import { context, exact, host, TestPool } from './area.ts';

let pool: TestPool;

beforeEach(async () => {
  pool = new TestPool();
  await pool.makeTemplate((root) => {
    mkdirSync(`${root}/usr/lib/deep`, { recursive: true });
    mkdirSync(`${root}/old`);
    writeFileSync(`${root}/usr/lib/libc`, content('libc'));
    writeFileSync(`${root}/usr/lib/deep/data`, content('data'));
    writeFileSync(`${root}/usr/lib/mode`, content('mode'), { mode: 0o600 });
    writeFileSync(`${root}/old/a`, content('old a'));
    writeFileSync(`${root}/old/b`, content('old b'));
  });
});

afterEach(async () => await pool.dispose());

/** Text that is worth a stub, another one for each name. */
const content = (name: string) => `${name}\n`.repeat(3000);
const run = (cwd: string, script: string) => execFileSync('sh', ['-ec', script], { cwd });
const upperFiles = (uuid: string) =>
  execFileSync('find', ['.', '-type', 'f'], { cwd: pool.pool.privateArea(uuid).upper, encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '')
    .sort();

/** Everything that a VE can do to its files, with content that others have, too. */
function upgrade(root: string): void {
  writeFileSync(`${root}/usr/lib/libc`, content('libc 2'));
  mkdirSync(`${root}/opt/new/er`, { recursive: true });
  writeFileSync(`${root}/opt/new/er/file`, content('new'), { mode: 0o640 });
  writeFileSync(
    Buffer.concat([Buffer.from(`${root}/opt/`), Buffer.from([0xff, 0x0a, 0x2d])]),
    content('odd'),
  );
  writeFileSync(`${root}/opt/program`, content('program'));
  writeFileSync(`${root}/opt/small`, 'small');
  writeFileSync(`${root}/opt/linked`, content('linked'));
  run(
    root,
    `rm -r old; mkdir old; printf x > old/c
    chown 33:44 opt/new/er/file; chmod 4755 opt/program; setcap cap_net_raw+ep opt/program
    setfattr -n user.note -v hello opt/new/er/file; setfacl -m u:12:r opt/new/er/file
    ln opt/linked opt/linked-again; ln -s ../../outside opt/link; chmod 644 usr/lib/mode
    find opt usr/lib/libc -type f -exec touch --date '2001-02-03 04:05:07' {} +
    touch --date '2001-02-03 04:05:06.789012345' opt/new/er/file opt/new/er opt usr/lib`,
  );
}

test('after the same upgrade the content is stored once, and every VE looks as before', async () => {
  const ves = ['one', 'two', 'three'];
  for (const uuid of ves) pool.make(uuid);
  const before = new Map<string, readonly unknown[]>();
  for (const uuid of ves)
    before.set(
      uuid,
      await pool.mounted(uuid, async (root) => {
        upgrade(root);
        return await exact(root);
      }),
    );
  await pool.optimize(ves);
  for (const uuid of ves) {
    expect(upperFiles(uuid)).toEqual([
      './old/c',
      './opt/linked',
      './opt/linked-again',
      './opt/small',
      './usr/lib/mode',
    ]);
    expect(await pool.mounted(uuid, exact)).toEqual(before.get(uuid));
  }
  // equal trees are one layer
  expect(new Set([...pool.layers.values()].flat()).size).toBe(1);
});

test('what no other VE has and no template stays where it is', async () => {
  for (const uuid of ['one', 'two']) pool.make(uuid);
  await pool.mounted('one', (root) => writeFileSync(`${root}/mine`, content('mine')));
  await pool.mounted('two', (root) => writeFileSync(`${root}/yours`, content('yours')));
  await pool.mounted('two', (root) => writeFileSync(`${root}/libc`, content('libc')));
  await pool.optimize(['one', 'two']);
  expect(upperFiles('one')).toEqual(['./mine']);
  expect(upperFiles('two')).toEqual(['./yours']);
  expect(pool.layers.get('one')).toEqual([]);
});

test('what is changed again becomes private again, and what is removed stays removed', async () => {
  pool.make('one');
  pool.make('two');
  for (const uuid of ['one', 'two']) await pool.mounted(uuid, upgrade);
  await pool.optimize(['one', 'two']);
  const changed = await pool.mounted('one', async (root) => {
    run(
      root,
      'printf more >> opt/new/er/file; rm usr/lib/libc; chmod 700 opt/program; mv opt/new opt/newer; mv usr/lib usr/moved',
    );
    return await exact(root);
  });
  await pool.optimize(['one', 'two']);
  expect(await pool.mounted('one', exact)).toEqual(changed);
  await pool.mounted('one', (root) => {
    expect(existsSync(`${root}/usr/lib`)).toBe(false);
    expect(readFileSync(`${root}/opt/newer/er/file`, 'utf8')).toBe(`${content('new')}more`);
  });
});

test('a content that is not what it was when it was read stays private', async () => {
  pool.make('one');
  await pool.mounted('one', (root) => writeFileSync(`${root}/libc`, content('libc')));
  const { actions } = pool;
  await actions['read-changes'].do({ uuid: 'one', layout: 'plain', lenient: false }, context);
  await actions['find-equal-files'].do({ uuids: ['one'] }, context);
  await actions['make-own-layer'].do(
    { uuid: 'one', layout: 'plain', layers: [], roomBytes: null, lenient: false },
    context,
  );
  await actions['publish-own-layer'].do({ uuid: 'one', lenient: false }, context);
  await pool.adopt('one');
  // a disk that has silently changed an object, say
  const digest = await host.trees.digestFile(`${pool.pool.privateArea('one').upper}/libc`);
  writeFileSync(`${pool.pool.objects}/${digest.slice(0, 2)}/${digest.slice(2)}`, content('LIBC'));
  await actions['leave-to-layer'].do({ uuid: 'one', layout: 'plain', lenient: false }, context);
  expect(upperFiles('one')).toEqual(['./libc']);
});

test('a VE gets no more out of its private area than it may have in it', async () => {
  for (const uuid of ['one', 'two']) {
    pool.make(uuid);
    await pool.mounted(uuid, (root) => {
      for (const name of ['a', 'b', 'c']) writeFileSync(`${root}/${name}`, name.repeat(10_000));
    });
  }
  await pool.optimize(['one', 'two'], 25_000);
  expect(upperFiles('one')).toEqual(['./c']);
  await pool.mounted('one', (root) => {
    for (const name of ['a', 'b']) writeFileSync(`${root}/${name}`, 'x');
  });
  // what nobody sees any more makes room
  await pool.optimize(['one', 'two'], 25_000);
  expect(upperFiles('one')).toEqual(['./a', './b']);
});

test('a file of holes is no reason to read for ever', async () => {
  pool.make('one');
  await pool.mounted('one', (root) => run(root, 'truncate -s 8T huge'));
  await pool.optimize(['one']);
  expect(upperFiles('one')).toEqual(['./huge']);
  expect(readdirSync(pool.pool.staging)).toEqual([]);
});

test('an object that is damaged or missing is put right from a file that has its content', async () => {
  for (const uuid of ['one', 'two']) {
    pool.make(uuid);
    await pool.mounted(uuid, (root) => {
      for (const name of ['a', 'b', 'c']) writeFileSync(`${root}/${name}`, content(name));
    });
  }
  await pool.optimize(['one', 'two']);
  pool.make('three');
  await pool.mounted('three', (root) => {
    for (const name of ['a', 'b']) writeFileSync(`${root}/copy-of-${name}`, content(name));
  });
  await pool.actions['read-changes'].do({ uuid: 'three', layout: 'plain', lenient: false }, context);
  const objectOf = (name: string) => {
    const digest = createHash('sha256').update(content(name)).digest('hex');
    return { digest, path: `${pool.pool.objects}/${digest.slice(0, 2)}/${digest.slice(2)}` };
  };
  const [a, b, c] = ['a', 'b', 'c'].map(objectOf);
  if (a === undefined || b === undefined || c === undefined) throw new Error('no objects');
  const verify = async () => await verifyStore({ ...host, pool: pool.pool }, context);
  await pool.mounted('one', async (root) => {
    readFileSync(`${root}/a`);
    writeFileSync(a.path, content('A'));
    rmSync(b.path);
    writeFileSync(c.path, 'short');
    const { damaged } = await verify();
    const from = `${pool.pool.privateArea('three').upper}/copy-of-`;
    expect(Object.fromEntries(damaged.map(({ digest, repairedFrom }) => [digest, repairedFrom]))).toEqual({
      [a.digest]: `${from}a`,
      [b.digest]: `${from}b`,
      [c.digest]: null,
    });
    // also for whoever has it open already
    expect(readFileSync(`${root}/a`, 'utf8')).toBe(content('a'));
  });
  expect((await verify()).damaged.map(({ digest }) => digest)).toEqual([c.digest]);
  await pool.mounted('two', (root) => expect(readFileSync(`${root}/b`, 'utf8')).toBe(content('b')));
  expect(readdirSync(pool.pool.staging)).toEqual([]);
});

test('a VE that cannot be read is left as it is where others go on', async () => {
  for (const uuid of ['one', 'two', 'deep']) {
    pool.make(uuid);
    await pool.mounted(uuid, (root) => writeFileSync(`${root}/new`, content('new')));
  }
  await pool.mounted('deep', (root) => run(root, 'for i in $(seq 600); do mkdir d; cd d; done'));
  await expect(pool.optimize(['deep', 'one', 'two'])).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
  await pool.optimize(['deep', 'one', 'two'], null, { lenient: true });
  expect(['one', 'two', 'deep'].map((uuid) => upperFiles(uuid).length)).toEqual([0, 0, 1]);
});
