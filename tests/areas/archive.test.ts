import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operation, Snapshot, VeDetail } from '@insula/contract';
import { createLinuxHost, type TreeEntry } from '@insula/host';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, type TestNode, useNode } from '../harness/index.ts';
import { btrfsPool } from './btrfs-pool.ts';

/** Of both nodes: an address that a VE has on one it can have on the other. */
const config = { network: { pool: '10.231.0.0/22' } };
const here = useNode({ templates: ['busybox', 'debian-12'], preparePool: btrfsPool, config });
const there = useNode({ templates: [], config });
const { trees } = createLinuxHost({ runcRoot: '/nonexistent' });

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ins-archives-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const exported = async (ve: string, file: string, body: object = {}) =>
  (await here.api.perform('POST', `/v1/ves/${ve}/export`, { path: `${dir}/${file}`, ...body })).result;
const imported = async (node: TestNode, file: string, body: object = {}) =>
  (await node.api.perform('POST', '/v1/ve-imports', { path: `${dir}/${file}`, ...body })).result as VeDetail;
const attempt = async (node: TestNode, file: string, body: object = {}) =>
  await node.api.attempt('POST', '/v1/ve-imports', { path: `${dir}/${file}`, ...body });
const refused = async (node: TestNode, file: string, body: object = {}) =>
  await node.api.refused('POST', '/v1/ve-imports', { path: `${dir}/${file}`, ...body });

/** Files of every kind, and what takes from the template or changes it. */
const oddities = `set -e
mkdir -p /root/odd/folder && cd /root/odd
echo content > file; chmod 4751 file; chown 33:42 file; ln file folder/hard; ln -s ../file folder/soft
truncate -s 20M holes; echo end >> holes
mkfifo pipe; : > empty
touch 'back\\nslash' "line
break" -- -rf "$(printf 'bytes\\377')"
set_attribute() { perl -e '($f, $k, $t, @v) = @ARGV; $v = pack($t, @v); syscall(188, $f, $k, $v, length $v, 0) == 0 or die $!' -- "$@"; }
set_attribute file user.note a* value
set_attribute empty security.capability V5 33554433 1024 0 0 0
set_attribute holes system.posix_acl_access 'V(vvV)5' 2 1 6 4294967295 2 4 1000 4 4 4294967295 16 4 4294967295 32 0 4294967295
touch -d '2001-02-03 04:05:06.123456789' file
rm -r /usr/share/doc/base-files /etc/issue
mv /usr/share/base-files /usr/share/renamed
rm -r /etc/skel && mkdir /etc/skel && echo mine > /etc/skel/only
chmod 700 /usr/bin/gzip
sync`;

/** Every name with all that stat(2) tells of it; sizes and links of folders are those of the file system below. */
const listing = `cd /; find etc usr/share root -xdev \\( -type d -printf '%P %y %m %U %G\\n' -o -printf '%P %y %m %U %G %s %l %n\\n' \\) | grep -v resolv`;
const seen = `cat /usr/bin/gzip /root/odd/holes | sha256sum; ls /etc/skel; ls -d /usr/share/doc/base-files 2>&1 || true`;
/** Lines that one text has, and not the other. */
const between = (one: string, other: string) => {
  const [ones, others] = [new Set(one.split('\n')), new Set(other.split('\n'))];
  return [[...ones].filter((line) => !others.has(line)), [...others].filter((line) => !ones.has(line))];
};

/** What the node sees of the odd files, but what each file system numbers and counts as it likes, and when it noted a change. */
const plain = async (node: TestNode, ve: VeDetail): Promise<readonly object[]> => {
  const upper = `${node.paths.pool}/private/${ve.uuid}/fs/upper`;
  const odd = (await trees.list(upper)).filter(({ path }) => path.toString('latin1').startsWith('root/odd'));
  return odd.map(({ inode: _inode, changedNs: _changed, allocatedBytes, ...entry }: TreeEntry) => ({
    ...entry,
    links: entry.kind === 'directory' ? 0 : entry.links,
    hasHoles: entry.size > 1_048_576 && allocatedBytes < entry.size / 2,
    xattrs: entry.xattrs.filter(({ name }) => !name.startsWith('trusted.overlay.')),
  }));
};

describe('a VE that is exported while it runs', () => {
  let origin: VeDetail;
  beforeAll(async () => {
    origin = await here.create({
      name: 'web',
      start: true,
      apiAccess: true,
      groups: ['web'],
      forwards: ['tcp:8080:80'],
      userData: { owner: 'me' },
    });
    await here.wait('web');
    await here.inside('web', oddities);
  });
  // what fails here does not make the others fail
  afterAll(async () => {
    for (const node of [here, there])
      for (const { name } of await node.api.get<readonly VeDetail[]>('/v1/ves')) await node.destroy(name);
  });

  test('comes up on a node that had neither it nor its template, exactly as it was', async () => {
    const before = await here.inside('web', seen);
    const listed = await here.inside('web', listing);
    expect(listed.length).toBeGreaterThan(100_000);
    const { code, stdout, stderr } = await here.insula(['export', 'web', 'web.tar.zst'], { cwd: dir });
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    expect(await here.status('web')).toMatchObject({ state: 'running' });
    const copy = await imported(there, 'web.tar.zst', { start: true });
    expect(copy).toMatchObject({
      uuid: origin.uuid,
      name: 'web',
      addresses: origin.addresses,
      template: origin.template,
      userData: { owner: 'me' },
      layout: 'plain',
      apiAccess: false,
      groups: [],
      forwards: [],
    });
    await there.wait('web');
    expect(await there.inside('web', seen)).toBe(before);
    expect(between(await there.inside('web', listing), listed)).toEqual([[], []]);
    const odd = await plain(here, origin);
    expect(odd).toContainEqual(expect.objectContaining({ hasHoles: true }));
    expect(await plain(there, copy)).toEqual(odd);
    expect(await there.inside('web', 'systemctl is-system-running')).toBe('running');
    expect(statSync(`${dir}/web.tar.zst`).size).toBeGreaterThan(10_000_000);
    expect(readdirSync(`${here.paths.pool}/staging`)).toEqual([]);
  });

  test('is refused where it is already, unless it is to be another one', async () => {
    expect(await refused(there, 'web.tar.zst')).toMatchObject({ code: 'uuid_taken', status: 409 });
    expect(await refused(there, 'web.tar.zst', { anew: true, name: 'web' })).toMatchObject({
      code: 'name_taken',
    });
    const address = origin.addresses[0] ?? '';
    expect(
      await refused(there, 'web.tar.zst', { anew: true, name: 'twin', addresses: [address] }),
    ).toMatchObject({ code: 'address_taken' });
    expect(
      await refused(there, 'web.tar.zst', { ctid: origin.ctid, anew: true, name: 'twin' }),
    ).toMatchObject({
      code: 'ctid_taken',
    });
    const twin = await imported(there, 'web.tar.zst', { anew: true, name: 'twin', start: true });
    await there.wait('twin');
    for (const field of ['uuid', 'ctid', 'idBase', 'addresses'] as const)
      expect(twin[field]).not.toEqual((await there.show('web'))[field]);
    const identity = 'cat /etc/machine-id; cut -d" " -f2 /etc/ssh/ssh_host_ed25519_key.pub; hostname';
    const [first, second] = [await there.inside('web', identity), await there.inside('twin', identity)];
    for (const [index, line] of first.split('\n').entries()) expect(second.split('\n')[index]).not.toBe(line);
    for (const ve of ['web', 'twin']) await there.destroy(ve);
  });

  test('takes little space without its template, for nodes that have it under whatever name', async () => {
    await exported('web', 'small.tar.zst', { withoutTemplate: true });
    expect(statSync(`${dir}/small.tar.zst`).size).toBeLessThan(statSync(`${dir}/web.tar.zst`).size / 2);
    const { template } = await imported(there, 'small.tar.zst', { name: 'small' });
    expect(template).toEqual(origin.template);
    await there.destroy('small');
    await there.api.perform('DELETE', '/v1/templates/debian-12');
    expect(await refused(there, 'small.tar.zst')).toMatchObject({ code: 'template_not_found' });
  });
});

test.each(['image', 'plain'] as const)(
  'a VE in layout %s travels with its snapshots into a subvolume',
  async (layout) => {
    const parameters = layout === 'image' ? { diskspace: 64 * 1_048_576 } : {};
    await here.create({ name: 'keeps', template: 'busybox', layout, parameters, start: true });
    await here.inside('keeps', 'echo one > /root/state; rm /etc/hostname; sync');
    await here.api.perform('POST', '/v1/ves/keeps/snapshots', { name: 'first' });
    await here.inside('keeps', 'echo two > /root/state; sync');
    await exported('keeps', `${layout}.tar.zst`, { snapshots: true });
    expect(await here.inside('keeps', 'echo three > /root/state; cat /root/state')).toBe('three');
    await here.act('kill', 'keeps');
    await exported('keeps', `${layout}-down.tar.zst`);
    expect(await here.show('keeps')).toMatchObject({ state: 'stopped' });

    const copy = await imported(here, `${layout}.tar.zst`, {
      anew: true,
      name: 'copy',
      layout: 'subvolume',
      start: true,
    });
    expect(copy).toMatchObject({ layout: 'subvolume', parameters });
    expect(await here.inside('copy', 'cat /root/state')).toBe('two');
    expect(await here.api.get<readonly Snapshot[]>('/v1/ves/copy/snapshots')).toMatchObject([
      { name: 'first', layout: 'subvolume' },
    ]);
    await here.act('kill', 'copy');
    await here.api.perform('POST', '/v1/ves/copy/snapshots/first/restore');
    await here.act('start', 'copy');
    expect(await here.inside('copy', 'cat /root/state')).toBe('one');
    await imported(here, `${layout}-down.tar.zst`, { anew: true, name: 'down', layout, start: true });
    expect(await here.inside('down', 'cat /root/state')).toBe('three');
    for (const ve of ['keeps', 'copy', 'down']) await here.destroy(ve);
    expect(await here.leftovers()).toEqual([]);
  },
);

describe('an archive that nobody honest has written', () => {
  /** What an exported VE holds, to be spoilt. */
  const unpacked = () => `${dir}/unpacked`;
  const head = (change: object) => {
    const honest = JSON.parse(readFileSync(`${unpacked()}/ve.json`, 'utf8')) as object;
    return JSON.stringify({ ...honest, ...change });
  };
  beforeAll(async () => {
    await here.create({ name: 'base', template: 'busybox' });
    await exported('base', 'base.tar.zst', { withoutTemplate: true });
    await here.destroy('base');
    mkdirSync(unpacked());
    await run(['tar', '-C', unpacked(), '-x', '-f', `${dir}/base.tar.zst`]);
  });
  const tar = async (name: string, ...args: readonly string[]) =>
    await run(['tar', '-C', unpacked(), '-c', '-P', '-f', `${dir}/${name}.tar`, ...args]);
  const nothingIsLeft = async () => {
    expect((await here.api.get<readonly VeDetail[]>('/v1/ves')).map(({ name }) => name)).not.toContain(
      'base',
    );
    expect(await here.leftovers()).toEqual([]);
  };
  const problemOf = ({ state, error }: Operation) => {
    expect(state).toBe('failed');
    return [error?.code, error?.detail];
  };

  test('is refused before anything is made, when its beginning is not what it should be', async () => {
    writeFileSync(`${dir}/noise.tar`, Buffer.alloc(100_000, 'x'));
    writeFileSync(`${dir}/empty.tar`, '');
    await tar('late', 'files', 've.json');
    writeFileSync(`${unpacked()}/other.json`, '{}');
    await tar('other', '--transform=s/other.json/ve.json/', 'other.json', 'files');
    for (const name of ['noise', 'empty', 'late', 'other', 'missing'])
      expect(await refused(here, `${name}.tar`)).toMatchObject({ code: 'archive_refused', status: 400 });
    expect(await here.api.refused('POST', '/v1/ve-imports', { path: 'relative' })).toMatchObject({
      code: 'invalid_input',
    });
    await nothingIsLeft();
  });

  test('is refused when its spec is not one, or wants what a create would not get', async () => {
    const { spec } = JSON.parse(readFileSync(`${unpacked()}/ve.json`, 'utf8')) as { spec: object };
    const withSpec = async (change: object, wanted: object = {}) => {
      writeFileSync(`${unpacked()}/spoilt.json`, head({ spec: { ...spec, ...change } }));
      await tar('spec', '--transform=s/spoilt.json/ve.json/', 'spoilt.json', 'changes.json', 'files');
      return await refused(here, 'spec.tar', wanted);
    };
    for (const change of [
      { name: '../../up' },
      { uuid: '../../../etc' },
      { capabilities: { add: ['CAP_SYS_MODULE'], drop: [] } },
      { features: ['everything'] },
      { hostname: 'a\nb' },
      { surprise: true },
      { parameters: { numproc: -1 } },
      { template: { name: '../x', version: '1' } },
    ])
      expect(await withSpec(change)).toMatchObject({ code: 'archive_refused' });
    expect(await withSpec({ addresses: ['192.0.2.1'] })).toMatchObject({ code: 'invalid_input' });
    expect(await withSpec({ idBase: 65_536 }, { addresses: ['192.0.2.1'] })).toMatchObject({
      code: 'invalid_input',
    });
    await nothingIsLeft();
  });

  test('leaves nothing when its files lead outside, are devices of others, or are not all there', async () => {
    const spoil = async (name: string, ...args: readonly string[]) => {
      await tar(name, 've.json', 'changes.json', 'files', ...args);
      return problemOf(await attempt(here, `${name}.tar`));
    };
    mkdirSync(`${unpacked()}/bad`, { recursive: true });
    writeFileSync(`${unpacked()}/bad/x`, 'x');
    const as = (name: string) => [`--transform=s,^bad/x$,${name},`, 'bad/x'];
    expect(await spoil('absolute', ...as('/tmp/ins-forged'))).toEqual(['archive_refused', expect.anything()]);
    expect(await spoil('up', ...as('files/../../../../forged'))).toEqual([
      'archive_refused',
      expect.anything(),
    ]);
    expect(await spoil('strange', ...as('elsewhere/x'))).toEqual([
      'archive_refused',
      expect.stringContaining('no exported VE holds'),
    ]);
    await run(['ln', '-sfn', '/etc', `${unpacked()}/bad/x`]);
    await tar('link', 've.json', 'changes.json', '--transform=s,^bad/x$,files,', 'bad/x');
    expect(problemOf(await attempt(here, 'link.tar'))[0]).toBe('archive_refused');
    rmSync(`${unpacked()}/bad/x`);
    writeFileSync(`${unpacked()}/bad/x`, 'x');
    await run(['chown', '65536:0', `${unpacked()}/bad/x`]);
    expect((await spoil('owner', ...as('files/x')))[1]).toContain('an owner that no VE has');
    await tar('none', 've.json', 'changes.json');
    expect(problemOf(await attempt(here, 'none.tar'))[1]).toContain('files is missing');
    for (const [name, text] of [
      ['nowhere', '{"removed":["a/b/c"],"opaque":[]}'],
      ['outside', '{"removed":["../x"],"opaque":[]}'],
      ['words', '"nothing"'],
    ] as const) {
      writeFileSync(`${unpacked()}/bad/changes.json`, text);
      await tar(name, 've.json', '--transform=s,^bad/,,', 'files', 'bad/changes.json');
      expect(problemOf(await attempt(here, `${name}.tar`))[0]).toBe('archive_refused');
    }
    await run(['truncate', '-s', '2M', `${unpacked()}/bad/long`]);
    await tar('cut', 've.json', 'changes.json', 'files', '--transform=s,^bad/,files/,', 'bad/long');
    truncateSync(`${dir}/cut.tar`, 1_500_000);
    expect(problemOf(await attempt(here, 'cut.tar'))[1]).toContain('cut off');
    await nothingIsLeft();
  });

  test('gets no more space than the VE has, and no more than there is', async () => {
    await run(['truncate', '-s', '40G', `${unpacked()}/bad/bomb`]);
    await tar(
      'bomb',
      '--sparse',
      've.json',
      'changes.json',
      'files',
      '--transform=s,^bad/,files/,',
      'bad/bomb',
    );
    expect(problemOf(await attempt(here, 'bomb.tar'))).toEqual([
      'archive_refused',
      expect.stringContaining('bytes'),
    ]);
    writeFileSync(`${unpacked()}/bad/full`, Buffer.alloc(40_000_000, 'x'));
    await tar('full', 've.json', 'changes.json', 'files', '--transform=s,^bad/,files/,', 'bad/full');
    const limited = await attempt(here, 'full.tar', {
      parameters: { diskspace: 17_000_000 },
      layout: 'image',
    });
    expect(problemOf(limited)[0]).toBe('no_space');
    await nothingIsLeft();
  });

  test('does not bring a template that is another than it says', async () => {
    await here.create({ name: 'base', template: 'busybox' });
    await exported('base', 'whole.tar.zst');
    await here.destroy('base');
    const whole = `${dir}/whole`;
    mkdirSync(whole);
    await run(['tar', '-C', whole, '-x', '-f', `${dir}/whole.tar.zst`]);
    const honest = JSON.parse(readFileSync(`${whole}/ve.json`, 'utf8')) as {
      templates: readonly { readonly name: string; readonly version: string }[];
    };
    const [template] = honest.templates;
    const other = { ...template, digest: `sha256:${'0'.repeat(64)}` };
    writeFileSync(`${whole}/ve.json`, JSON.stringify({ ...honest, templates: [other] }));
    await run([
      'tar',
      '-C',
      whole,
      '-c',
      '-f',
      `${dir}/forged.tar`,
      've.json',
      `templates/${template?.name}@${template?.version}.tar.zst`,
      'changes.json',
      'files',
    ]);
    expect(problemOf(await attempt(there, 'forged.tar'))).toEqual([
      'archive_refused',
      expect.stringContaining('another one'),
    ]);
    expect(await refused(here, 'forged.tar')).toMatchObject({ code: 'template_exists' });
    await there.api.perform('DELETE', '/v1/templates/busybox');
    await nothingIsLeft();
  });
});

test('an export does not write over a file, and leaves none behind that is not whole', async () => {
  await here.create({ name: 'small', template: 'busybox' });
  writeFileSync(`${dir}/there`, 'mine');
  const fails = async (path: string) =>
    (await here.api.attempt('POST', '/v1/ves/small/export', { path })).error;
  expect(await fails(`${dir}/there`)).toMatchObject({ code: 'invalid_input' });
  expect(readFileSync(`${dir}/there`, 'utf8')).toBe('mine');
  expect(await fails(`${dir}/no/such/folder/x`)).not.toBeNull();
  await here.destroy('small');
  expect(await here.leftovers()).toEqual([]);
});
