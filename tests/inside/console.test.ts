import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'busybox'], config: { consoleLogBytes: 65_536 } });
const size = { columns: 90, rows: 30 };

beforeAll(async () => {
  await node.create({ name: 'b1', template: 'busybox', start: true });
  await node.wait('b1');
});

/** Prints on the console of the VE. */
const print = async (ve: string, text: string) => await node.inside(ve, `echo '${text}' > /dev/console`);

const log = async (ve: string, ...options: readonly string[]) =>
  (await node.insula(['log', ve, ...options])).stdout;

describe('the console', () => {
  test('shows what was printed before, then what is printed now', async () => {
    await print('b1', 'before attaching');
    const console = await node.openConsole('b1');
    await console.shows('before attaching');
    await print('b1', 'while attached');
    await console.shows('while attached');
    console.vanish();
  });

  test('loses nothing that is printed while nobody is attached', async () => {
    const first = await node.openConsole('b1');
    await print('b1', 'line one');
    await first.shows('line one');
    first.vanish();
    await print('b1', 'line two');
    const second = await node.openConsole('b1');
    await print('b1', 'line three');
    await second.shows(/line one\r\n(.|\r|\n)*line two\r\n(.|\r|\n)*line three/);
    second.vanish();
  });

  test('shows the same to all who are attached', async () => {
    const consoles = await Promise.all([
      node.openConsole('b1'),
      node.openConsole('b1'),
      node.openConsole('b1'),
    ]);
    await print('b1', 'for everybody');
    for (const console of consoles) {
      await console.shows('for everybody');
      console.vanish();
    }
  });

  test('goes on over a crash of the daemon, which loses nothing', async () => {
    await node.exec('b1', '(sleep 1; echo printed meanwhile > /dev/console) >/dev/null 2>&1 &');
    await node.kill9();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await node.start();
    const console = await node.openConsole('b1');
    await console.shows('printed meanwhile');
    console.vanish();
  });

  test('takes what is typed: one can log in and work there', async () => {
    await node.inside('b1', "sed -i 's/^root:[^:]*:/root::/' /etc/passwd /etc/shadow");
    const console = await node.openConsole('b1', { terminal: size });
    await console.shows('login:');
    await console.send('root\r');
    await console.shows('# ');
    await console.send('echo $((6 * 7)) on $(tty)\r');
    await console.shows('42 on /dev/console');
    await console.send('exit\r');
    console.vanish();
  });

  test('takes the size of the terminal of the client', async () => {
    const console = await node.openConsole('b1', { terminal: { columns: 123, rows: 45 } });
    await eventually(
      'the size',
      async () => (await node.inside('b1', 'stty size < /dev/console')) === '45 123',
    );
    console.control({ kind: 'resize', columns: 77, rows: 22 });
    await eventually(
      'the new size',
      async () => (await node.inside('b1', 'stty size < /dev/console')) === '22 77',
    );
    console.vanish();
  });

  test('is left with Ctrl-] and q on the command line, and the VE goes on', async () => {
    const terminal = node.cli.onTerminal(['console', 'b1'], size);
    await terminal.shows('leave it with Ctrl-] q');
    await print('b1', 'seen on the terminal');
    await terminal.shows('seen on the terminal');
    terminal.type('\u001dq');
    expect((await terminal.exited).exitCode).toBe(0);
    expect(await node.status('b1')).toMatchObject({ state: 'running' });
  });

  test('ends when the VE stops', async () => {
    const console = await node.openConsole('b1');
    await console.shows('seen on the terminal');
    await node.act('stop', 'b1');
    expect(await console.exit()).toMatchObject({ code: 0 });
    await expect((await node.openConsole('b1')).exit()).rejects.toThrow('wrong_state');
  });
});

describe('the log', () => {
  test('can be read after the VE stopped', async () => {
    expect(await log('b1')).toContain('seen on the terminal');
  });

  test('keeps one run apart from the run before', async () => {
    await node.act('start', 'b1');
    await node.wait('b1');
    await print('b1', 'second run');
    expect(await log('b1')).toContain('second run');
    expect(await log('b1')).not.toContain('seen on the terminal');
    expect(await log('b1', '--previous')).toContain('seen on the terminal');
    expect(await log('b1', '--previous')).not.toContain('second run');
  });

  test('keeps the beginning of a boot when much is printed later, and stays within its bound', async () => {
    const ve = await node.create({ name: 'd1', start: true });
    await node.wait('d1');
    await eventually('the boot is logged', async () =>
      (await log('d1', '--boot')).includes('Reached target'),
    );
    const boot = await log('d1', '--boot');
    await node.inside('d1', 'seq -f "filling the log with line %g" 1 20000 > /dev/console');
    await print('d1', 'the very last line');
    await eventually('the last line is logged', async () => (await log('d1')).includes('the very last line'));
    const whole = await log('d1');
    expect(whole.length).toBeLessThan(4 * 65_536);
    expect(whole).toContain('line 20000');
    expect(whole).not.toContain('with line 1\r');
    expect((await log('d1', '--boot')).slice(0, 500)).toBe(boot.slice(0, 500));
    const { statSync, readdirSync } = await import('node:fs');
    const area = `${node.paths.pool}/private/${ve.uuid}`;
    const logged = readdirSync(area).filter((name) => name.endsWith('.log'));
    const bytes = logged.reduce((sum, name) => sum + statSync(`${area}/${name}`).size, 0);
    expect(bytes).toBeLessThan(8 * 65_536);
  });

  test('can be followed from the command line', async () => {
    const following = node.cli.start(['log', 'b1', '--follow']);
    await eventually('the log begins', () => following.output().stdout.includes('second run'));
    await print('b1', 'and one more');
    await eventually('the log goes on', () => following.output().stdout.includes('and one more'));
    following.child.kill('SIGINT');
    await following.ended;
  });

  test('is empty for a VE that never ran, and an error for one that does not exist', async () => {
    await node.create({ name: 'new', template: 'busybox' });
    expect(await node.insula(['log', 'new'])).toMatchObject({ code: 0, stdout: '' });
    expect(await node.insula(['log', 'nosuch'])).toMatchObject({ code: 3 });
  });
});
