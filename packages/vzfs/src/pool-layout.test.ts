import { expect, test } from 'vitest';
import { doomedPrefix, poolLayout } from './pool-layout.ts';

const pool = poolLayout('/pool');
const uuid = '00000000-0000-4000-8000-000000000001';

test('everything lies below the pool', () => {
  const { layer, ownLayer, layerOf, privateArea, doomedArea, ...dirs } = pool;
  const paths = [
    ...Object.values(dirs),
    ...Object.values(layer('debian-12', '20261121.1')),
    ...Object.values(ownLayer(`sha256:${'a'.repeat(64)}`)),
    ...Object.values(privateArea(uuid)),
    doomedArea(uuid),
  ];
  for (const path of paths) expect(path).toMatch(/^\/pool(?:\/|$)/);
  expect(new Set(paths).size).toBe(paths.length);
  expect(layerOf({ digest: `sha256:${'a'.repeat(64)}` })).toEqual(ownLayer(`sha256:${'a'.repeat(64)}`));
  expect(layerOf({ name: 'x', version: '1' })).toEqual(layer('x', '1'));
});

test('a layer is a folder by name and version with its tree inside', () => {
  expect(pool.layer('debian-12', '20261121.1')).toEqual({
    dir: '/pool/layers/debian-12@20261121.1',
    root: '/pool/layers/debian-12@20261121.1/root',
    description: '/pool/layers/debian-12@20261121.1/layer.json',
    manifest: '/pool/layers/debian-12@20261121.1/manifest',
  });
});

test('what the VE changes lies apart from what describes it, and is on the same file system as its work folder', () => {
  const { dir, upper, work, spec } = pool.privateArea(uuid);
  expect(dir).toBe(`/pool/private/${uuid}`);
  expect(spec).toBe(`${dir}/ve.json`);
  expect([upper, work]).toEqual([`${dir}/fs/upper`, `${dir}/fs/work`]);
});

test('a doomed area is beside the others, so that one rename dooms it, and under a name that no VE has', () => {
  const doomed = pool.doomedArea(uuid);
  expect(doomed).toBe(`/pool/private/${doomedPrefix}${uuid}`);
  expect(doomedPrefix.startsWith('.')).toBe(true);
});
