import { FakeFiles } from '@insula/host';
import { poolLayout } from '@insula/vzfs';
import { beforeEach, expect, test } from 'vitest';
import { fakeSpec } from './fake-spec.ts';
import { VeFiles } from './ve-files.ts';

const pool = poolLayout('/pool');
const spec = fakeSpec();
const area = pool.privateArea(spec.uuid);

let files: FakeFiles;
let veFiles: VeFiles;
beforeEach(async () => {
  files = new FakeFiles();
  veFiles = new VeFiles({ files, pool });
  await files.makeDir(area.dir);
});

test('a spec is read back as it was written, and is text that people can read', async () => {
  await veFiles.writeSpec(spec);
  expect(await veFiles.readSpec(spec.uuid)).toEqual(spec);
  expect(await files.readText(area.spec)).toMatch(/^\{\n {2}"format": 1,\n[\s\S]*\}\n$/);
  await veFiles.removeSpec(spec.uuid);
  expect(await files.exists(area.spec)).toBe(false);
});

test.each([
  ['is missing', null, 'ENOENT'],
  ['is no JSON', '{ "format": 1,', 'JSON'],
  ['is no spec', '[]', 'spec: '],
  ['has an unknown field', JSON.stringify({ ...spec, colour: 'red' }), 'unknown field colour'],
  ['has a wrong type', JSON.stringify({ ...spec, ctid: '101' }), 'ctid: '],
  ['has another format', JSON.stringify({ ...spec, format: 2 }), 'format: '],
  ['is of another VE', JSON.stringify(fakeSpec(2)), 'uuid: 00000000-0000-4000-8000-000000000002 lies in'],
])('a ve.json that %s is told by its folder and its fault', async (_what, text, fault) => {
  if (text !== null) await files.writeAtomic(area.spec, text);
  const error = await veFiles.readSpec(spec.uuid).catch((failure: unknown) => failure as Error);
  expect(error).toMatchObject({ code: 'private_area_damaged' });
  expect((error as Error).message).toContain(`the private area ${area.dir} cannot be read: `);
  expect((error as Error).message).toContain(fault);
  expect((error as Error).message).not.toContain('a fault of insula itself');
});

test('what a VE was last is remembered, and nothing of what it is now', async () => {
  const lastExit = { kind: 'crash', code: 1, at: '2026-11-21T20:00:00.000Z' } as const;
  const remembered = { wanted: 'running', lastExit, crashes: 3 } as const;
  await veFiles.writeState(spec.uuid, { ...remembered, init: { pid: 7, startTime: 1 } } as typeof remembered);
  expect(await veFiles.readState(spec.uuid)).toEqual(remembered);
  expect(await files.readText(area.state)).not.toContain('init');
});

test.each(['', '{', 'null', '7', '[]', '{"wanted":"dancing","crashes":"many"}'])(
  'a state.json that holds %j counts as never started',
  async (text) => {
    await files.writeAtomic(area.state, text);
    expect(await veFiles.readState(spec.uuid)).toEqual({ wanted: 'stopped', lastExit: null, crashes: 0 });
  },
);

test('private areas are folders with the name of a VE; what is on its way out is none', async () => {
  await files.makeDir(pool.doomedArea(fakeSpec(2).uuid));
  await files.writeAtomic(`${pool.privateAreas}/note.txt`, '');
  expect(await veFiles.list()).toEqual([spec.uuid]);
});
