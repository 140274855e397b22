import { CodedError } from '@insula/contract';
import { FakeHost, GuestFileChanged, type GuestFileFacts, SystemError } from '@insula/host';
import { beforeEach, expect, test } from 'vitest';
import { fakeSpec } from '../fake-spec.ts';
import { runLayout } from '../run-layout.ts';
import { neverStarted } from '../runtime.ts';
import { fileFault } from './file-faults.ts';
import { FilesInside } from './files-inside.ts';

const spec = fakeSpec();
const run = runLayout('/run/insula');
let host: FakeHost;

beforeEach(() => {
  host = new FakeHost();
});

const filesOf = (init: { readonly pid: number; readonly startTime: number } | null) =>
  new FilesInside(
    { guestFiles: host.guestFiles, run },
    { spec, runtime: { ...neverStarted, init, mounted: true } },
    new AbortController().signal,
  );

const facts: GuestFileFacts = {
  name: Buffer.from('x'),
  mode: 0o100644,
  targetMode: 0,
  uid: 0,
  gid: 0,
  sizeBytes: 0,
  modifiedMs: 0,
  links: 1,
  version: '1-0-0-0',
  target: null,
};

test('the place is where init lives, or the root that is mounted', async () => {
  host.guestFiles.files.set('/etc/motd', Buffer.from('hello'));
  await filesOf({ pid: 40, startTime: 7 }).show('/etc/motd');
  await filesOf(null).show('/etc/motd');
  expect(host.guestFiles.requests.map(([place]) => place)).toEqual([
    { kind: 'running', init: { pid: 40, startTime: 7 } },
    { kind: 'mounted', root: run.ve(spec.uuid).root, ids: { base: spec.idBase, count: 65_536 } },
  ]);
});

test('every kind of file has its name, and whatever time a VE has written is one', async () => {
  const kinds = [0o010000, 0o020000, 0o040000, 0o060000, 0o100000, 0o120000, 0o140000];
  host.guestFiles.request = async () => [
    ...kinds.map((kind) => ({ ...facts, mode: kind | 0o1751 })),
    {
      ...facts,
      name: Buffer.from([0xff]),
      mode: 0o120777,
      targetMode: 0o040755,
      modifiedMs: 1e300,
      target: Buffer.from('/a'),
    },
  ];
  const found = await filesOf(null).list({ path: '/srv/' });
  expect(found.map(({ kind }) => kind)).toEqual([
    'pipe',
    'device',
    'directory',
    'device',
    'file',
    'link',
    'socket',
    'link',
  ]);
  expect(found[0]).toMatchObject({ path: '/srv/x', mode: '1751', targetKind: null, target: null });
  expect(found.at(-1)).toMatchObject({ path: 'base64url:L3Nydi__', target: '/a', targetKind: 'directory' });
});

test('what the kernel refuses has a code of the catalogue, and says why', () => {
  const codeOf = (code: string) => {
    const error = fileFault(new SystemError({ code, errno: 1, syscall: 'x' }), { ve: 'web1', path: '/a' });
    return error instanceof CodedError ? error.code : 'none';
  };
  expect(
    ['ENOENT', 'ENOTDIR', 'EEXIST', 'ENOSPC', 'EDQUOT', 'EISDIR', 'EXDEV', 'ESRCH', 'E?'].map(codeOf),
  ).toEqual([
    'file_not_found',
    'file_not_found',
    'file_exists',
    'no_space',
    'no_space',
    'file_refused',
    'file_refused',
    'exec_failed',
    'file_refused',
  ]);
  const taken = new SystemError({ code: 'EEXIST', errno: 17, syscall: 'x' });
  expect(fileFault(taken, { ve: 'web1', path: '/a', to: '/b' })).toMatchObject({ details: { path: '/b' } });
  const changed = fileFault(new GuestFileChanged('changed'), { ve: 'web1', path: '/a' });
  expect(changed).toMatchObject({ code: 'precondition_failed' });
  const other = new Error('other');
  expect(fileFault(other, { ve: 'web1', path: '/a' })).toBe(other);
});
