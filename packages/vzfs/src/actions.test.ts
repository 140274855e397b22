import { FakeHost } from '@insula/host';
import type { StepContext } from '@insula/operations';
import { beforeEach, expect, test } from 'vitest';
import { vzfsActions } from './actions.ts';
import { removeDoomedAreas } from './areas/remove-area.ts';
import { overlayOf } from './areas/root-actions.ts';
import { poolLayout } from './pool-layout.ts';

const pool = poolLayout('/pool');
const uuid = '00000000-0000-4000-8000-000000000001';
const area = pool.privateArea(uuid);
const layers = [{ name: 'debian-12', version: '20261121.1' }];
const plain = { layout: 'plain', limits: { bytes: null, inodes: null } } as const;
const mount = { uuid, layers, idBase: 1_879_048_192, target: '/run/insula/ve/u/root' };

const context: StepContext = {
  operationId: 'op',
  signal: new AbortController().signal,
  progress: () => undefined,
  output: () => undefined,
  log: () => undefined,
};

let mounts: FakeHost['mounts'];
let files: FakeHost['files'];
let ports: Parameters<typeof vzfsActions>[0];
let actions: ReturnType<typeof vzfsActions>;
beforeEach(async () => {
  const host = new FakeHost();
  ({ mounts, files } = host);
  const { btrfs, diskImages, guestTrees, upperTrees, trees, quotas } = host;
  ports = { files, mounts, btrfs, diskImages, guestTrees, upperTrees, quotas, pool, trees };
  await files.makeDir(pool.privateAreas);
  await files.makeDir(pool.layer('debian-12', '20261121.1').root);
  actions = vzfsActions(ports);
});

const make = async () => await actions['make-private-area'].do({ uuid, ...plain }, context);

test('a private area belongs to root alone, but everybody in the VE may enter its root', async () => {
  await make();
  const modeOf = async (path: string) => (await files.stat(path))?.mode;
  expect([await modeOf(area.dir), await modeOf(area.upper), await modeOf(area.work)]).toEqual([
    0o700, 0o755, 0o700,
  ]);
});

test('a private area is made again as well, and undone whether it was made or not', async () => {
  await make();
  await make();
  await actions['make-private-area'].undo?.({ uuid, ...plain }, context);
  await actions['make-private-area'].undo?.({ uuid, ...plain }, context);
  expect(await files.list(pool.privateAreas)).toEqual([]);
});

test('a destruction dooms by one rename and can be repeated at either step', async () => {
  await make();
  await actions['doom-private-area'].do({ uuid }, context);
  expect((await files.list(pool.privateAreas)).map(({ name }) => name)).toEqual([`.doomed-${uuid}`]);
  await actions['doom-private-area'].do({ uuid }, context);
  await actions['remove-private-area'].do({ uuid }, context);
  await actions['remove-private-area'].do({ uuid }, context);
  expect(await files.list(pool.privateAreas)).toEqual([]);
});

test('neither of its steps is undone: a VE that is gone does not come back', () => {
  expect(actions['doom-private-area'].undo).toBeUndefined();
  expect(actions['remove-private-area'].undo).toBeUndefined();
});

test('a root is the changes of the VE over its layers, under its own ids', async () => {
  await make();
  await actions['mount-root'].do(mount, context);
  expect(mounts.overlays).toEqual([
    {
      layers: ['/pool/layers/debian-12@20261121.1/root'],
      upper: area.upper,
      work: area.work,
      target: mount.target,
      idmap: { base: 1_879_048_192, count: 65_536 },
    },
  ]);
  expect((await files.stat(mount.target))?.mode).toBe(0o700);
});

test('a root that is mounted is left as it is', async () => {
  await actions['mount-root'].do(mount, context);
  await actions['mount-root'].do(mount, context);
  expect(mounts.overlays).toHaveLength(1);
});

test('a root over a layer whose data is in the object store can reach it', async () => {
  await files.writeAtomic(pool.layer('debian-12', '20261121.1').manifest, '');
  await actions['mount-root'].do(mount, context);
  expect(mounts.overlays[0]?.dataLayers).toEqual([pool.objects]);
});

test('layers keep their order, the topmost first', () => {
  const two = [
    { name: 'nginx', version: '2' },
    { name: 'debian-12', version: '1' },
  ];
  expect(overlayOf(pool, { ...mount, layers: two }, false).layers).toEqual([
    '/pool/layers/nginx@2/root',
    '/pool/layers/debian-12@1/root',
  ]);
});

test('a layer that is missing is told, and nothing is mounted', async () => {
  const missing = { ...mount, layers: [{ name: 'debian-12', version: '1' }] };
  await expect(actions['mount-root'].do(missing, context)).rejects.toMatchObject({
    code: 'template_damaged',
    message: 'template debian-12@1 is damaged: /pool/layers/debian-12@1/root is missing',
  });
  expect(mounts.overlays).toEqual([]);
});

test('a root is unmounted whether it is mounted or not, and told when somebody uses it', async () => {
  await actions['unmount-root'].do({ target: mount.target }, context);
  await actions['mount-root'].do(mount, context);
  mounts.busy.add(mount.target);
  await expect(actions['unmount-root'].do({ target: mount.target }, context)).rejects.toMatchObject({
    code: 'root_in_use',
    details: { path: mount.target, users: 'backup (process 4711)' },
  });
  mounts.busy.clear();
  await actions['unmount-root'].do({ target: mount.target }, context);
  expect(await mounts.isMounted(mount.target)).toBe(false);
});

test('what earlier destructions left is removed, and nothing else', async () => {
  await make();
  const other = '00000000-0000-4000-8000-000000000002';
  await actions['make-private-area'].do({ uuid: other, ...plain }, context);
  await actions['doom-private-area'].do({ uuid: other }, context);
  await removeDoomedAreas(ports);
  expect((await files.list(pool.privateAreas)).map(({ name }) => name)).toEqual([uuid]);
});
