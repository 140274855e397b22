import { execFileSync } from 'node:child_process';
import { copyFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sealRunc } from '../src/index.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const { makeTemporary } = temporaryDirectories();
const minute = 60_000;
let [links, program, link] = ['', '', ''];

beforeEach(async () => {
  const dir = await makeTemporary();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  [links, program, link] = [`${dir}/bin`, `${dir}/program`, `${dir}/bin/runc`];
  copyFileSync('/bin/echo', program);
});
afterEach(() => {
  vi.useRealTimers();
});

const said = () => execFileSync(link, ['said'], { encoding: 'utf8' });

test('what the link leads to runs, cannot be changed, and needs the program no more', () => {
  sealRunc(program, link);
  rmSync(program);
  expect(said()).toBe('said\n');
  expect(() => writeFileSync(link, 'another')).toThrow(/EPERM|ETXTBSY/);
});

test('another version of the program is there within a minute', () => {
  sealRunc(program, link);
  const before = readlinkSync(link);
  rmSync(program);
  copyFileSync('/bin/pwd', program);
  vi.advanceTimersByTime(minute);
  expect(readlinkSync(link)).not.toBe(before);
  expect(execFileSync(link, { cwd: '/', encoding: 'utf8' })).toBe('/\n');
});

test('a version that cannot be linked to is tried again, and the daemon goes on meanwhile', () => {
  sealRunc(program, link);
  rmSync(program);
  copyFileSync('/bin/pwd', program);
  rmSync(links, { recursive: true });
  writeFileSync(links, 'in the way');
  vi.advanceTimersByTime(minute);
  rmSync(links);
  vi.advanceTimersByTime(minute);
  expect(execFileSync(link, { cwd: '/', encoding: 'utf8' })).toBe('/\n');
});
