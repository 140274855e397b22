import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ServerSentEvent, ServerSentEventParser } from './server-sent-events.ts';

describe('Server-Sent Events', () => {
  test('fields, comments and several data lines are understood', () => {
    const parser = new ServerSentEventParser();
    expect(parser.feed(': hello\n\nid: 7\nevent: ve\ndata: {"a":\ndata:1}\n\ndata:x\n\n')).toEqual([
      { id: '7', event: 've', data: '{"a":\n1}' },
      { id: '7', event: 'message', data: 'x' },
    ]);
  });

  test('an event without its empty line is kept back', () => {
    const parser = new ServerSentEventParser();
    expect(parser.feed('data: 1\n')).toEqual([]);
    expect(parser.feed('\n')).toEqual([{ id: undefined, event: 'message', data: '1' }]);
  });

  test('pieces may be cut anywhere and lines end in any of three ways', () => {
    const event = fc.record({
      id: fc.nat().map(String),
      event: fc.constantFrom('ve', 'operation'),
      data: fc.stringMatching(/^[^\r\n]*$/),
    });
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 5 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat(), { maxLength: 8 }),
        (events: readonly ServerSentEvent[], end, cuts) => {
          const text = events
            .map(({ id, event, data }) => [`id: ${id}`, `event: ${event}`, `data: ${data}`, '', ''].join(end))
            .join('');
          const points = [
            0,
            ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b),
            text.length,
          ];
          const parser = new ServerSentEventParser();
          const found = points.slice(1).flatMap((to, index) => parser.feed(text.slice(points[index], to)));
          // the event after a carriage return at the very end waits for what may be its line feed
          found.push(...parser.feed(''));
          expect(found).toEqual(events);
        },
      ),
    );
  });
});
