import { expect, test } from 'vitest';
import { parseSystemdServices, parseSysvServices } from './parse-services.ts';

test('services of systemd have what they do and whether they start by themselves', () => {
  const lines = [
    'apache2.service                        disabled        enabled',
    'cron.service                           enabled         enabled',
    'getty@.service                         enabled         enabled',
    'broken.service                         masked          enabled',
    '--',
    'cron.service                 loaded    active   running Regular background program processing daemon',
    'networking.service           loaded    active   exited  Raise network interfaces',
    'nginx.service                loaded    failed   failed  A high performance web server',
    'plymouth.service             not-found inactive dead    plymouth.service',
    'getty@tty1.service           loaded    activating auto-restart Getty on tty1',
  ];
  expect(parseSystemdServices(lines).map(({ name, state, start }) => [name, state, start])).toEqual([
    ['apache2', 'stopped', 'disabled'],
    ['broken', 'stopped', 'masked'],
    ['cron', 'running', 'enabled'],
    ['getty@tty1', 'starting', null],
    ['networking', 'done', null],
    ['nginx', 'failed', null],
  ]);
});

test('scripts of sysvinit say whether they run, if they know', () => {
  const lines = [' [ + ]  cron', ' [ - ]  nginx', ' [ ? ]  hwclock.sh', 'odd'];
  expect(parseSysvServices(lines).map(({ name, state }) => `${name} ${state}`)).toEqual([
    'cron running',
    'nginx stopped',
    'hwclock.sh unknown',
  ]);
});

test('whatever a VE answers is no service if it does not look like one', () => {
  expect(parseSystemdServices(['', '\u0000', 'x'])).toEqual([]);
  expect(parseSystemdServices(['--'])).toEqual([]);
  expect(parseSysvServices(['[ + ]'])).toEqual([]);
});
