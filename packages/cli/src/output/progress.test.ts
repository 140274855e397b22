import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fakeOperation } from '../client/fake-daemon.ts';
import { fakeContext } from '../fake-context.ts';
import { ProgressBoard, progressBar } from './progress.ts';
import { widthOf } from './width.ts';

const drawn = (context: ReturnType<typeof fakeContext>) => context.stderr.text;

describe('live progress', () => {
  test('on a terminal each operation has a line, which goes when it ends', () => {
    const context = fakeContext({ terminal: true });
    const board = new ProgressBoard(context, { enabled: true });
    board.update(fakeOperation({ id: 'a', name: 'web1', message: 'mount the root' }));
    board.update(fakeOperation({ id: 'b', name: 'db', progress: 0.25, message: 'start init' }));
    expect(drawn(context)).toContain('web1');
    expect(drawn(context)).toMatch(/db {4}.* 25% .*start init/);
    board.above(() => context.stdout.write('web1: running\n'));
    board.remove('a');
    board.remove('b');
    expect(drawn(context).endsWith('\u001b[J')).toBe(true);
  });

  test('a serial line, which does not know its width, shows it too', () => {
    const context = fakeContext({ terminal: true, columns: 0 });
    const board = new ProgressBoard(context, { enabled: true });
    board.update(fakeOperation({ id: 'a', name: 'web1', message: 'mount the root' }));
    board.remove('a');
    expect(drawn(context)).toContain('mount the root');
  });

  test('piped, switched off, or on a dumb terminal nothing is drawn', () => {
    const contexts = [
      { context: fakeContext(), enabled: true },
      { context: fakeContext({ terminal: true }), enabled: false },
      { context: fakeContext({ terminal: true, environment: { TERM: 'dumb' } }), enabled: true },
    ];
    for (const { context, enabled } of contexts) {
      const board = new ProgressBoard(context, { enabled });
      board.update(fakeOperation());
      board.above(() => undefined);
      board.remove('op-1');
      expect(drawn(context)).toBe('');
    }
  });

  test('NO_COLOR takes the colours and leaves the bar', () => {
    const context = fakeContext({ terminal: true, environment: { NO_COLOR: '1' } });
    const board = new ProgressBoard(context, { enabled: true });
    board.update(fakeOperation());
    board.remove('op-1');
    expect(drawn(context)).not.toContain('[36m');
    expect(drawn(context)).toContain('█');
  });

  test('without Unicode the bar is ASCII', () => {
    const context = fakeContext({ terminal: true, environment: { LANG: 'C' } });
    const board = new ProgressBoard(context, { enabled: true });
    board.update(fakeOperation({ message: 'x' }));
    board.remove('op-1');
    expect(drawn(context)).toContain('[##########..........]');
  });

  test('more operations than lines are counted', () => {
    const context = fakeContext({ terminal: true });
    const board = new ProgressBoard(context, { enabled: true });
    for (let index = 0; index < 20; index += 1)
      board.update(fakeOperation({ id: `op-${index}`, name: `web${index}` }));
    for (let index = 0; index < 20; index += 1) board.remove(`op-${index}`);
    expect(drawn(context)).toContain('and 12 more');
  });
});

describe('a bar', () => {
  test('has its width whatever the progress is', () => {
    fc.assert(
      fc.property(fc.double(), fc.boolean(), (progress, unicode) => {
        expect(widthOf(progressBar(progress, 20, { unicode }))).toBe(unicode ? 20 : 22);
      }),
    );
  });

  test('is empty at the beginning and full at the end', () => {
    expect(progressBar(0, 4, { unicode: true })).toBe('░░░░');
    expect(progressBar(1, 4, { unicode: true })).toBe('████');
    expect(progressBar(0.5, 4, { unicode: false })).toBe('[##..]');
    expect(progressBar(0.625, 4, { unicode: true })).toBe('██▌░');
  });
});
