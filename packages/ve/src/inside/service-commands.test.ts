import fc from 'fast-check';
import { expect, test } from 'vitest';
import { serviceCommands } from './service-commands.ts';

const { systemd, sysvinit, busybox } = serviceCommands;

test('systemd is told by whole arguments, after which nothing is an option', () => {
  expect(systemd?.act('restart', 'nginx')).toEqual([
    'systemctl',
    '--no-ask-password',
    'restart',
    '--',
    'nginx.service',
  ]);
});

test('what systemd says of a service is read by its keys', () => {
  const lines = [
    'Description=A server=fast',
    'LoadState=loaded',
    'ActiveState=active',
    'SubState=running',
    'UnitFileState=enabled',
  ];
  expect(systemd?.parse('nginx', { code: 0, lines })).toEqual({
    name: 'nginx',
    state: 'running',
    start: 'enabled',
    description: 'A server=fast',
  });
  expect(systemd?.parse('x', { code: 0, lines: ['LoadState=not-found', 'ActiveState=inactive'] })).toBeNull();
  expect(
    systemd?.parse('x', { code: 0, lines: ['LoadState=masked', 'ActiveState=inactive', 'UnitFileState='] }),
  ).toMatchObject({
    state: 'stopped',
    start: null,
  });
});

test('sysvinit tells by exit codes, and by update-rc.d what starts at boot', () => {
  expect(sysvinit?.act('stop', 'cron')).toEqual(['service', 'cron', 'stop']);
  expect(sysvinit?.act('enable', 'cron')).toEqual(['update-rc.d', 'cron', 'enable']);
  const stateOf = (code: number) => sysvinit?.parse('cron', { code, lines: [] })?.state;
  expect([0, 1, 3, 4].map(stateOf)).toEqual(['running', 'failed', 'stopped', 'unknown']);
  expect(busybox).toBeNull();
});

test('whatever a VE answers is a service or none', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), fc.integer(), (lines, code) => {
      for (const commands of [systemd, sysvinit]) {
        const service = commands?.parse('x', { code, lines });
        expect(service === null || service?.name === 'x').toBe(true);
      }
    }),
  );
});
