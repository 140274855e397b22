import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Problem } from '@insula/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'busybox'] });
const dir = mkdtempSync('/tmp/ins-copy-');

beforeAll(async () => {
  await node.create({ name: 'd1', start: true });
  await node.create({ name: 'b1', template: 'busybox', start: true });
  await node.wait('d1');
  await node.wait('b1');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const copy = async (from: string, to: string) => await node.insula(['cp', from, to]);

interface Entry {
  readonly name: string;
  readonly type?: 'file' | 'directory' | 'symlink' | 'link' | 'character-device' | 'fifo';
  readonly linkname?: string;
  readonly mode?: number;
  readonly content?: string;
}

/** A ustar stream, written by hand: no library would let us write such things. */
function tarOf(entries: readonly Entry[]): Buffer {
  const types = { file: '0', link: '1', symlink: '2', 'character-device': '3', directory: '5', fifo: '6' };
  const blocks = entries.flatMap(({ name, type = 'file', linkname = '', mode = 0o644, content = '' }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
    header.write(octal(mode, 8), 100);
    header.write(octal(0, 8), 108);
    header.write(octal(0, 8), 116);
    header.write(octal(content.length, 12), 124);
    header.write(octal(0, 12), 136);
    header.write('        ', 148);
    header.write(types[type], 156);
    header.write(linkname, 157, 100);
    header.write('ustar\x0000', 257);
    if (type === 'character-device') header.write(octal(1, 8) + octal(1, 8), 329);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(octal(sum, 7), 148);
    const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
    body.write(content);
    return [header, body];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

describe('insula cp with sound files', () => {
  test('takes a file in and out, whole and with its mode', async () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    writeFileSync(`${dir}/in.bin`, bytes, { mode: 0o750 });
    expect(await copy(`${dir}/in.bin`, 'd1:/root/')).toMatchObject({ code: 0 });
    expect(await node.inside('d1', 'stat -c "%a %u %g %s" /root/in.bin')).toBe('750 0 0 300000');
    expect(await copy('d1:/root/in.bin', `${dir}/out.bin`)).toMatchObject({ code: 0 });
    expect(readFileSync(`${dir}/out.bin`)).toEqual(bytes);
    expect(statSync(`${dir}/out.bin`).mode & 0o777).toBe(0o750);
  });

  test('gives a file its new name when the goal is no folder', async () => {
    writeFileSync(`${dir}/a.txt`, 'text');
    await copy(`${dir}/a.txt`, 'b1:/etc/b.txt');
    expect(await node.inside('b1', 'cat /etc/b.txt')).toBe('text');
  });

  test('takes a folder with links, empty folders and odd names both ways', async () => {
    const tree = `${dir}/tree`;
    mkdirSync(`${tree}/empty`, { recursive: true });
    const names = [
      ' blank ',
      '-n',
      '--help',
      'new\nline',
      'tab\t',
      '*',
      "it's",
      'ä€𝄞',
      '.hidden',
      '..',
      'x'.repeat(255),
    ];
    for (const name of names) if (name !== '..') writeFileSync(`${tree}/${name}`, name);
    symlinkSync('/etc/shadow', `${tree}/link`);
    const raw = Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0x66, 0xff, 0xfe, 0x80])]);
    writeFileSync(raw, 'not UTF-8');
    for (const ve of ['d1', 'b1']) {
      expect(await copy(tree, `${ve}:/srv/tree`)).toMatchObject({ code: 0, stderr: '' });
      expect(await node.inside(ve, 'find /srv/tree | wc -l')).toBe('15');
      expect(await node.inside(ve, 'readlink /srv/tree/link')).toBe('/etc/shadow');
      expect(await copy(`${ve}:/srv/tree`, `${dir}/back-${ve}`)).toMatchObject({ code: 0, stderr: '' });
      const back = `${dir}/back-${ve}`;
      expect(readdirSync(back, { encoding: 'buffer' }).map(String).sort()).toEqual(
        readdirSync(tree, { encoding: 'buffer' }).map(String).sort(),
      );
      expect(
        readFileSync(Buffer.concat([Buffer.from(`${back}/`), raw.subarray(tree.length + 1)]), 'utf8'),
      ).toBe('not UTF-8');
      expect(readFileSync(`${back}/-n`, 'utf8')).toBe('-n');
      expect(readlinkSync(`${back}/link`)).toBe('/etc/shadow');
    }
  });

  test('passes a tar stream from one VE to another through a pipe', async () => {
    await node.inside('d1', 'mkdir -p /srv/site && echo page > /srv/site/index.html');
    const out = await node.insula(['cp', 'd1:/srv/site', '-']);
    expect(out.code).toBe(0);
    expect(await node.insula(['cp', '-', 'b1:/root'], { input: out.stdoutBytes })).toMatchObject({ code: 0 });
    expect(await node.inside('b1', 'cat /root/site/index.html')).toBe('page');
  });

  test('an upload that fails early is answered with its reason, however much of it is left', async () => {
    const big = tarOf([{ name: 'big', content: 'x'.repeat(50_000_000) }]);
    const answer = await node.api.call<Problem>('PUT', '/v1/ves/d1/files?path=/no/such/folder', big, {
      headers: { 'content-type': 'application/x-tar' },
    });
    expect(answer).toMatchObject({ status: 404, body: { code: 'file_not_found' } });
    const garbage = await node.api.call<Problem>(
      'PUT',
      '/v1/ves/d1/files?path=/root',
      'no tar '.repeat(100_000),
      {
        headers: { 'content-type': 'application/x-tar' },
      },
    );
    expect(garbage).toMatchObject({ status: 409, body: { code: 'copy_failed' } });
  });

  test('says what is missing, with the exit code of its class', async () => {
    const missing = await copy('d1:/no/such/file', `${dir}/x`);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('/no/such/file');
    const nowhere = await copy(`${dir}/in.bin`, 'd1:/no/such/folder/x');
    expect(nowhere.code).toBe(3);
    expect((await copy(`${dir}/none`, 'd1:/root/')).code).not.toBe(0);
    expect((await copy('none:/etc/passwd', `${dir}/x`)).code).toBe(3);
    await node.create({ name: 'off', template: 'busybox' });
    expect((await copy('off:/etc/passwd', `${dir}/x`)).code).toBe(4);
    expect(existsSync(`${dir}/x`)).toBe(false);
  });
});

describe('insula cp with a hostile VE', () => {
  /** Replaces the tar of the VE by a program that sends what we say. */
  async function sendingTar(stream: Uint8Array): Promise<void> {
    await node.exec('b1', 'cat > /evil.tar', { input: stream });
    await node.inside(
      'b1',
      'rm -f /bin/tar /usr/bin/tar; printf "#!/bin/sh\\ncat /evil.tar\\n" > /bin/tar; chmod +x /bin/tar; [ -d /usr/bin ] && cp /bin/tar /usr/bin/tar; true',
    );
  }

  const pull = async (entries: readonly Entry[], goal: string) => {
    await sendingTar(tarOf(entries));
    return await copy('b1:/any', goal);
  };

  const fresh = () => mkdtempSync(`${dir}/goal-`);

  test('what is harmless in its stream is taken', async () => {
    const goal = fresh();
    const entries: readonly Entry[] = [
      { name: 'any', type: 'directory' },
      { name: 'any/fine', content: 'fine' },
    ];
    expect(await pull(entries, `${goal}/got`)).toMatchObject({ code: 0 });
    expect(readFileSync(`${goal}/got/fine`, 'utf8')).toBe('fine');
  });

  test('nothing is written outside the goal through `..` or absolute names', async () => {
    for (const name of [
      '../escaped',
      'any/../../escaped',
      `${dir}/escaped`,
      'any/./../../escaped',
      '..',
      '/',
    ]) {
      const goal = fresh();
      await pull(
        [
          { name: 'any', type: 'directory' },
          { name, content: 'evil' },
        ],
        `${goal}/got`,
      );
      expect(existsSync(`${dir}/escaped`)).toBe(false);
      expect(existsSync(`${goal}/escaped`)).toBe(false);
    }
  });

  test('nothing is written through links that the stream itself brought', async () => {
    const outside = fresh();
    const goal = fresh();
    await pull(
      [
        { name: 'any', type: 'directory' },
        { name: 'any/out', type: 'symlink', linkname: outside },
        { name: 'any/out/file', content: 'evil' },
        { name: 'any/self', type: 'symlink', linkname: '.' },
        { name: 'any/up', type: 'symlink', linkname: '../..' },
        { name: 'any/up/file', content: 'evil' },
      ],
      `${goal}/got`,
    );
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync(`${goal}/file`)).toBe(false);
  });

  test('nothing is overwritten through links that were there before, and no file of the host is linked', async () => {
    const goal = fresh();
    writeFileSync(`${goal}/victim`, 'untouched');
    mkdirSync(`${goal}/got`);
    symlinkSync(`${goal}/victim`, `${goal}/got/link`);
    await pull(
      [
        { name: 'any', type: 'directory' },
        { name: 'any/link', content: 'evil' },
        { name: 'any/hard', type: 'link', linkname: `${goal}/victim` },
        { name: 'any/hard', content: 'evil' },
        { name: 'any/passwd', type: 'link', linkname: '/etc/passwd' },
        { name: 'any/up', type: 'link', linkname: '../victim' },
        { name: 'any/up', content: 'evil' },
      ],
      `${goal}/got`,
    );
    expect(readFileSync(`${goal}/victim`, 'utf8')).toBe('untouched');
    expect(lstatSync(`${goal}/victim`).nlink).toBe(1);
  });

  test('no device, no pipe, no setuid program and no foreign owner comes out', async () => {
    const goal = fresh();
    await pull(
      [
        { name: 'any', type: 'directory', mode: 0o4777 },
        { name: 'any/device', type: 'character-device' },
        { name: 'any/pipe', type: 'fifo' },
        { name: 'any/setuid', mode: 0o6755, content: '#!/bin/sh\n' },
      ],
      `${goal}/got`,
    );
    const found = existsSync(`${goal}/got`)
      ? readdirSync(`${goal}/got`, { recursive: true, encoding: 'utf8' }).map((name) =>
          lstatSync(`${goal}/got/${name}`),
        )
      : [];
    for (const stat of found) {
      expect(stat.isFile() || stat.isDirectory() || stat.isSymbolicLink()).toBe(true);
      expect(stat.mode & 0o6000).toBe(0);
    }
  });

  test('a stream that is cut off or garbage is an error, and leaves no half file', async () => {
    const goal = fresh();
    const whole = tarOf([{ name: 'any', content: 'x'.repeat(5000) }]);
    await sendingTar(whole.subarray(0, 2000));
    expect((await copy('b1:/any', `${goal}/cut`)).code).not.toBe(0);
    expect(existsSync(`${goal}/cut`)).toBe(false);
    await sendingTar(Buffer.from('this is no tar at all '.repeat(100)));
    expect((await copy('b1:/any', `${goal}/garbage`)).code).not.toBe(0);
    await sendingTar(Buffer.alloc(0));
    expect((await copy('b1:/any', `${goal}/nothing`)).code).not.toBe(0);
    expect(readdirSync(goal).filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  test('a goal inside the VE that is a link out of it stays inside the VE', async () => {
    await node.inside('d1', `ln -s ${dir} /root/out; ln -s ../../../../../../../.. /root/up`);
    writeFileSync(`${dir}/pushed`, 'pushed');
    await copy(`${dir}/pushed`, 'd1:/root/up/pushed-up');
    expect(existsSync('/pushed-up')).toBe(false);
    const before = readdirSync(dir).length;
    await copy(`${dir}/pushed`, 'd1:/root/out/evil');
    expect(readdirSync(dir).length).toBe(before);
  });

  test('a link in the VE to a file of the host gives the file of the VE', async () => {
    await node.inside('d1', 'ln -s /etc/hostname /root/hostname-link');
    const goal = fresh();
    await copy('d1:/root/hostname-link', `${goal}/got`);
    expect(readlinkSync(`${goal}/got`)).toBe('/etc/hostname');
  });
});
