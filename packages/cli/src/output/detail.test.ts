import { describe, expect, test } from 'vitest';
import { byteText, textOf, timeText } from './cells.ts';
import { renderDetail } from './detail.ts';

describe('one thing in full', () => {
  test('fields stand in lines, objects indented, lists of objects as tables', () => {
    const text = renderDetail({
      name: 'web1',
      protected: false,
      parameters: { physpages: 1_073_741_824, cpulimit: 'unlimited' },
      state: 'running',
      addresses: ['10.101.0.2', '10.101.0.3'],
      steps: [
        { title: 'mount root', milliseconds: 12 },
        { title: 'start init', milliseconds: null },
      ],
      lastExit: null,
      userData: {},
    });
    expect(text).toBe(
      [
        'name:      web1',
        'state:     running',
        'protected: no',
        'parameters:',
        '  physpages: 1G',
        '  cpulimit:  unlimited',
        'addresses: 10.101.0.2,10.101.0.3',
        'steps:',
        '  TITLE       MILLISECONDS',
        '  mount root            12',
        '  start init             -',
        'lastExit:  -',
        'userData:  {}',
        '',
      ].join('\n'),
    );
  });

  test('sizes and times are known by the names of their fields', () => {
    expect(textOf(1536, 'pool.freeBytes')).toBe('1.5K');
    expect(textOf(1536, 'files')).toBe('1536');
    expect(textOf('2026-11-21T10:00:00.000Z', 'startedAt')).toMatch(/^2026-11-2\d \d\d:00:00$/);
    expect(textOf('format', 'format')).toBe('format');
  });

  test('a size has few digits', () => {
    expect([0, 1023, 1024, 1_610_612_736, 2 ** 40 * 250].map(byteText)).toEqual([
      '0B',
      '1023B',
      '1.0K',
      '1.5G',
      '250T',
    ]);
  });

  test('what is no time is shown as it is', () => {
    expect(timeText('soon')).toBe('soon');
  });
});
