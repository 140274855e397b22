import { FakeGuestTrees } from '@insula/host';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCredentials, rootLine, withRoot, writeCredentials } from './credentials.ts';

const root = 'root:$y$j9T$salt$hash:20000:0:99999:7:::';
const shadow = `daemon:*:20000:0:99999:7:::\n${root}\nann:!:20000::::::\n`;

test('the new system has the keys and the password of the old one, and its own users', async () => {
  const trees = new FakeGuestTrees();
  const put = (path: string, content: string, mode: number) =>
    trees.files.set(path, { content, owner: { uid: 0, gid: 0, mode } });
  put('/old/etc/shadow', shadow, 0o640);
  put('/old/etc/ssh/ssh_host_ed25519_key', 'secret', 0o600);
  put('/old/etc/ssh/sshd_config', 'PermitRootLogin yes', 0o644);
  put('/old/root/.ssh/authorized_keys', 'ssh-ed25519 AAAA me', 0o600);
  put('/new/etc/shadow', 'root:*:1:0:99999:7:::\nnew:*:1:0:99999:7:::\n', 0o600);
  const credentials = await trees.within('/old', readCredentials);
  await trees.within('/new', async (tree) => await writeCredentials(tree, credentials));
  const content = (path: string) => trees.files.get(`/new${path}`)?.content;
  expect(content('/etc/shadow')).toBe(`${root}\nnew:*:1:0:99999:7:::\n`);
  expect(content('/etc/ssh/ssh_host_ed25519_key')).toBe('secret');
  expect(content('/etc/ssh/sshd_config')).toBeUndefined();
  expect(content('/root/.ssh/authorized_keys')).toBe('ssh-ed25519 AAAA me');
  expect(trees.files.get('/new/etc/shadow')?.owner.mode).toBe(0o600);
});

test('a system without passwords gets none', async () => {
  const trees = new FakeGuestTrees();
  const credentials = await trees.within('/old', readCredentials);
  expect(credentials).toEqual({ root: null, files: [] });
  await trees.within('/new', async (tree) => await writeCredentials(tree, { ...credentials, root }));
  expect([...trees.files]).toEqual([]);
});

test('whatever stands in the old file, the new one has one line for root at most, and all others as they were', () => {
  const line = fc.stringMatching(/^[a-z]{1,8}:[^\n\r]{0,20}$/);
  fc.assert(
    fc.property(fc.array(line), fc.string(), (lines, old) => {
      const kept = rootLine(old);
      if (kept !== null) expect(kept).not.toMatch(/[\r\n]/);
      const others = lines.filter((other) => !other.startsWith('root:'));
      expect(withRoot(lines.join('\n'), root).split('\n').slice(1)).toEqual(
        lines.length === 0 ? [''] : others,
      );
    }),
  );
});
