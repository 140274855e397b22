import { existsSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { TwoNodes } from './two-nodes.ts';

/* A VE that shares files with others takes along what it lies over: of each layer only what the other node has not got. */

let two: TwoNodes;
beforeAll(async () => {
  const ownStore = { ownStore: true };
  two = await TwoNodes.make(['busybox'], { source: ownStore, target: ownStore });
  return async () => await two.remove();
});

const sum = 'cat /opt/lib/* | md5sum; stat -c "%n %a %u %g %s %Y" /opt/lib/*';

test('VEs that were optimized move with their layers, and what one has brought another need not bring', async () => {
  const [source, target] = two.nodes;
  for (const name of ['m1', 'm2', 'm3']) {
    await source.create({ name, template: 'busybox', start: true });
    await source.inside(
      name,
      'mkdir -p /opt/lib; for i in 1 2 3; do seq $i 100000 > /opt/lib/$i; done; touch -d @1000000000 /opt/lib/*',
    );
    await source.act('kill', name);
  }
  await source.api.perform('POST', '/v1/vzfs/optimize', { ves: ['m1', 'm2', 'm3'] });
  const { layers } = await source.show('m1');
  expect(layers).toHaveLength(1);
  await source.act('start', 'm2');
  await source.wait('m2');
  const wanted = await source.inside('m2', sum);

  await two.migrate('m1', 0);
  expect((await target.show('m1')).layers).toEqual(layers);
  await target.act('start', 'm1');
  expect(await target.inside('m1', sum)).toBe(wanted);

  await two.migrate('m2', 0, { atLeast: 'live' });
  expect(await target.inside('m2', sum)).toBe(wanted);
  const [last] =
    await source.api.get<readonly { readonly log: readonly { readonly text: string }[] }[]>(
      '/v1/operations?limit=1',
    );
  expect(JSON.stringify(last?.log)).not.toContain('objects of');

  // and back, where everything still is
  await two.migrate('m2', 1, { atLeast: 'live' });
  expect(await source.inside('m2', sum)).toBe(wanted);
  for (const { paths } of two.nodes) expect(existsSync(`${paths.pool}/staging/arrival-*`)).toBe(false);
});
