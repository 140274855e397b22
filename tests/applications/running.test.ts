import type { ApplicationStatus, Operation } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

/** Packages come over the machine's own network; the VEs themselves reach no archive. */
const node = useNode({
  templates: ['debian-12', 'debian-13', 'busybox'],
  onMachineNetwork: true,
  config: { network: { nat: false } },
});

const add = async (application: string, ve: string, settings: object = {}): Promise<Operation> =>
  await node.api.attempt('POST', `/v1/ves/${ve}/applications/${application}?ifBusy=wait`, { settings });

const status = async (ve: string) =>
  await node.api.get<readonly ApplicationStatus[]>(`/v1/ves/${ve}/applications`);

beforeAll(async () => {
  await node.create({ name: 'bookworm', template: 'debian-12', start: true });
  await node.create({ name: 'trixie', template: 'debian-13', start: true });
  await node.create({ name: 'nest', template: 'debian-12', features: ['nesting'], start: true });
  for (const ve of ['bookworm', 'trixie', 'nest']) await node.wait(ve);
});

describe('every shipped application', () => {
  test.each([
    ['nginx', 'bookworm', 'test -n "$(ss -Hltn "sport = :80")" && echo yes'],
    ['mariadb', 'bookworm', 'mariadb -BNe "select \'yes\'"'],
    ['redis', 'bookworm', 'test "$(redis-cli ping)" = PONG && echo yes'],
    ['postgresql', 'bookworm', 'runuser -u postgres -- psql -qtAc "select \'yes\'"'],
    [
      'apache-php',
      'trixie',
      'echo "<?php echo \'yes\';" > /var/www/html/t.php; curl -s http://127.0.0.1/t.php',
    ],
    ['docker', 'nest', 'docker info --format yes'],
  ])(
    '%s is added to the running VE %s, and does its work there',
    async (application, ve, proof) => {
      const { state, error, log } = await add(application, ve);
      expect({ state, error: error?.detail, log }).toMatchObject({ state: 'succeeded' });
      expect(await node.inside(ve, proof)).toBe('yes');
      const rows = await status(ve);
      expect(rows.find((row) => row.application === application)).toMatchObject({
        upToDate: true,
        healthy: true,
      });
      expect(
        await node.inside(ve, 'systemctl is-system-running; ls -d /var/cache/insula-* 2>/dev/null || true'),
      ).toBe('running');
    },
    400_000,
  );
});

describe('applications of several VEs', () => {
  test('are added side by side with a result for each', async () => {
    const { stdout, stderr, code } = await node.insula(
      ['app', 'add', 'redis', 'bookworm', 'trixie', 'nest', '--set', 'maxmemory_mb=32'],
      {},
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain('bookworm');
    expect(stderr).toContain('2 of 3 succeeded');
    expect(stdout).toContain('trixie');
    for (const ve of ['trixie', 'nest'])
      expect(await node.inside(ve, 'redis-cli config get maxmemory | tail -n 1')).toBe('33554432');
    const table = await node.insula(['app', 'status', '--all']);
    expect(table.stdout.match(/redis/g)).toHaveLength(3);
  }, 300_000);

  test('change their settings and come up to date by an update', async () => {
    expect((await node.insula(['app', 'update', 'redis', 'trixie', '--set', 'maxmemory_mb=16'])).code).toBe(
      0,
    );
    expect(await node.inside('trixie', 'redis-cli config get maxmemory | tail -n 1')).toBe('16777216');
    await node.inside('trixie', 'systemctl stop redis-server');
    expect((await status('trixie')).find(({ application }) => application === 'redis')).toMatchObject({
      healthy: false,
    });
    expect((await node.insula(['app', 'update', 'redis', 'trixie'])).code).toBe(0);
    expect((await status('trixie')).find(({ application }) => application === 'redis')).toMatchObject({
      healthy: true,
    });
  }, 300_000);

  test('are removed with what only they needed', async () => {
    const before = await node.inside('trixie', 'dpkg-query --show | wc -l');
    expect((await node.insula(['app', 'remove', 'redis', 'trixie', 'nest'])).code).toBe(0);
    expect(await node.inside('trixie', 'command -v redis-server redis-cli || echo gone')).toBe('gone');
    const after = await node.inside('trixie', 'dpkg --list | grep -c ^ii');
    expect(Number(after)).toBeLessThan(Number(before));
    expect((await status('nest')).map(({ application }) => application)).toEqual(['docker']);
    const again = await node.api.refused('DELETE', '/v1/ves/trixie/applications/redis');
    expect(again).toMatchObject({ code: 'application_not_added' });
  }, 300_000);
});

describe('an application that cannot be added', () => {
  test('is refused where nothing fits', async () => {
    expect(await node.api.refused('POST', '/v1/ves/bookworm/applications/nosuch', {})).toMatchObject({
      code: 'application_not_found',
    });
    expect(await node.api.refused('POST', '/v1/ves/bookworm/applications/nginx', {})).toMatchObject({
      code: 'application_added',
    });
    expect((await node.api.refused('POST', '/v1/ves/bookworm/applications/docker', {})).detail).toContain(
      'nesting',
    );
    await node.create({ name: 'busy', template: 'busybox', start: true });
    expect((await node.api.refused('POST', '/v1/ves/busy/applications/nginx', {})).detail).toContain(
      'no packages for busybox',
    );
    await node.act('stop', 'busy');
    expect(await node.api.refused('POST', '/v1/ves/busy/applications/nginx', {})).toMatchObject({
      code: 'wrong_state',
    });
  });
});
