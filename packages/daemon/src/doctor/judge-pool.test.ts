import { FakeHost } from '@insula/host';
import { expect, test } from 'vitest';
import { gatherPoolFacts, judgePool } from './judge-pool.ts';

test('a pool is sound when its file system limits what is in it', async () => {
  const host = new FakeHost();
  const judge = async (type: string, kinds: FakeHost['quotas']['kinds']) => {
    host.files.space = { ...host.files.space, type };
    host.quotas.kinds = kinds;
    return judgePool(await gatherPoolFacts(host, '/pool'));
  };
  expect(await judge('btrfs', [])).toMatchObject({ state: 'ok' });
  expect(await judge('xfs', ['project'])).toMatchObject({ state: 'ok', found: 'project quotas of xfs' });
  expect(await judge('ext4', ['user', 'group'])).toMatchObject({ state: 'degraded', found: 'none on ext4' });
});
