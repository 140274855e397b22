import { writeFileSync } from 'node:fs';
import type { ApplicationStatus, Operation } from '@insula/contract';
import { expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

const node = useNode({
  templates: ['debian-12'],
  onMachineNetwork: true,
  config: { network: { nat: false } },
});

const add = async (application: string, ve: string, settings: object = {}): Promise<Operation> =>
  await node.api.attempt('POST', `/v1/ves/${ve}/applications/${application}`, { settings });

const status = async (ve: string) =>
  await node.api.get<readonly ApplicationStatus[]>(`/v1/ves/${ve}/applications`);

test('an application that does not do its work, or whose addition is cut off, leaves the VE as it was', async () => {
  await node.create({ name: 've1', template: 'debian-12', start: true });
  await node.wait('ve1');
  const text = (health: string) => `name: broken
title: Broken
families: { debian: { packages: [cowsay] } }
settings: [{ name: word, title: A word, kind: text, pattern: "^[a-z]+$" }]
configure: [{ title: note, run: 'echo "$SETTING_WORD" > /root/word' }]
health: ${health}
`;
  await node.runOnNode('mkdir', '-p', `${node.paths.templates}/applications`);
  const file = `${node.paths.templates}/applications/broken.yaml`;
  writeFileSync(file, text('"false"').replace('health: "false"', 'health: "echo it is ill; exit 1"'));
  expect((await node.api.refused('POST', '/v1/ves/ve1/applications/broken', {})).detail).toContain(
    'is needed: A word',
  );
  const before = await node.inside('ve1', 'dpkg-query --show | sort');
  writeFileSync(file, text('test -e /root/fixed'));
  const begun = await node.api.begin('POST', '/v1/ves/ve1/applications/broken', {
    settings: { word: 'hello' },
  });
  await node.inside('ve1', 'until test -x /usr/games/cowsay && test -e /root/word; do sleep 0.2; done');
  await node.api.call('POST', `/v1/operations/${begun.id}/cancel`);
  expect(await node.api.ended(begun.id)).toMatchObject({ state: 'cancelled' });
  expect(await node.inside('ve1', 'dpkg-query --show | sort')).toBe(before);
  expect((await status('ve1')).map(({ application }) => application)).toEqual([]);
  const cutOff = await node.api.begin('POST', '/v1/ves/ve1/applications/broken', {
    settings: { word: 'hello' },
  });
  await node.inside('ve1', 'until test -x /usr/games/cowsay; do sleep 0.1; done');
  await node.kill9();
  await node.start();
  expect(await node.api.ended(cutOff.id)).toMatchObject({ state: 'failed', recovery: 'rolled-back' });
  expect(await node.inside('ve1', 'dpkg-query --show | sort')).toBe(before);
  expect(await node.inside('ve1', 'dpkg --audit; ls -d /var/cache/insula-* 2>/dev/null || true')).toBe('');
  await node.inside('ve1', 'touch /root/fixed');
  expect(await add('broken', 've1', { word: 'hello' })).toMatchObject({ state: 'succeeded' });
  expect(await node.inside('ve1', 'cat /root/word')).toBe('hello');
  writeFileSync(file, 'name: broken\nsurprise: true\n');
  expect((await node.api.refused('POST', '/v1/ves/ve1/applications/broken', {})).detail).toContain(
    'broken.yaml',
  );
}, 300_000);
