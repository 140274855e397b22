import type { Operation, TemplateSummary } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

/** Packages come over the machine's own network. */
const node = useNode({
  templates: ['debian-12'],
  onMachineNetwork: true,
  config: { network: { nat: false } },
});

const goldenNames = async () =>
  (await node.api.get<readonly TemplateSummary[]>('/v1/templates'))
    .map(({ name }) => name)
    .filter((name) => name.includes('.with.'));

/** The pool is the one that other tests have, too. */
const removeImages = async () => {
  for (const name of await goldenNames()) await node.api.perform('DELETE', `/v1/templates/${name}`);
};

const seconds = ({ startedAt, endedAt }: Operation) =>
  (Date.parse(endedAt ?? '') - Date.parse(startedAt ?? '')) / 1000;

describe('a VE that is created with applications', () => {
  test('has them from its first boot, and the second one takes the time of an ordinary create', async () => {
    await removeImages();
    const body = {
      template: 'debian-12',
      applications: ['redis', 'nginx'],
      applicationSettings: { 'nginx.port': '8080' },
    };
    const [one, other] = await Promise.all([
      node.api.attempt('POST', '/v1/ves', { name: 'one', ...body }),
      node.api.attempt('POST', '/v1/ves', { name: 'other', ...body }),
    ]);
    expect([one, other]).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }]);
    expect(await goldenNames()).toEqual(['debian-12.with.nginx.redis']);
    expect(
      (
        await node.insula([
          'create',
          'third',
          '--template',
          'debian-12',
          '--app',
          'nginx,redis',
          '--app-set',
          'nginx.port=8080',
        ])
      ).code,
    ).toBe(0);
    const fourth = await node.api.perform('POST', '/v1/ves', { name: 'fourth', ...body });
    const plain = await node.api.perform('POST', '/v1/ves', { name: 'plain', template: 'debian-12' });
    expect(fourth.steps.map(({ action }) => action)).toEqual(plain.steps.map(({ action }) => action));
    expect(seconds(one)).toBeGreaterThan(seconds(fourth));
    expect(seconds(fourth)).toBeLessThan(1);

    for (const name of ['one', 'third']) {
      await node.act('start', name);
      await node.wait(name);
      expect(await node.inside(name, 'systemctl is-system-running')).toBe('running');
      expect(await node.inside(name, 'systemctl is-active nginx redis-server')).toBe('active\nactive');
      expect(await node.inside(name, 'ss -Hltn "sport = :8080" | wc -l')).not.toBe('0');
      expect(await node.inside(name, 'redis-cli ping; redis-cli config get maxmemory | tail -n 1')).toBe(
        'PONG\n67108864',
      );
    }
    const { stdout } = await node.insula(['app', 'status', 'one', 'third', 'plain']);
    expect(stdout).toContain('nginx');
    expect(
      (await node.show('one')).applications?.map(({ name, settings }) => [name, settings['port']]),
    ).toEqual([
      ['nginx', '8080'],
      ['redis', undefined],
    ]);
    await node.destroyAll();
    await removeImages();
  }, 400_000);

  test('is refused for an application or a setting that there is not, or a system that it does not fit', async () => {
    const attempt = async (body: object) =>
      await node.api.refused('POST', '/v1/ves', { template: 'debian-12', ...body });
    expect(await attempt({ applications: ['nosuch'] })).toMatchObject({ code: 'application_not_found' });
    const wrong = { applications: ['nginx'], applicationSettings: { 'nginx.port': '99999' } };
    expect((await attempt(wrong)).detail).toContain('above 65535');
    expect((await attempt({ ...wrong, applicationSettings: { 'redis.bind': '::' } })).detail).toContain(
      'not among',
    );
    expect((await attempt({ ...wrong, applicationSettings: { 'nginx.colour': 'red' } })).detail).toContain(
      'none of',
    );
  });
});
