import { describe, expect, test } from 'vitest';
import { consoleText } from './console-text.ts';

describe('what a console printed', () => {
  test('is read without its colours, titles and moves of the cursor', () => {
    expect(consoleText('[\u001b[0;32m  OK  \u001b[0m] Started \u001b]0;title\u0007cron\r\n')).toBe(
      '[  OK  ] Started cron\n',
    );
    expect(consoleText('\u001bc\u001b(Bready')).toBe('ready');
  });

  test('shows of a line that was written over what stood there last', () => {
    expect(consoleText('10%\r50%\rdone\r\nnext')).toBe('done\nnext');
  });

  test('stays as it is where it is plain', () => {
    expect(consoleText('a\n\nb')).toBe('a\n\nb');
  });
});
