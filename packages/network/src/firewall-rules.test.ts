import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withChangedRule, withoutRule, withRule } from './firewall-rules.ts';
import { openFirewall } from './walls.ts';

const add = (position?: number) =>
  ({ action: 'drop', direction: 'in', ...(position === undefined ? {} : { position }) }) as const;

test('rules keep their order, places are asked for, and numbers are never given again', () => {
  const one = withRule(openFirewall, add()).firewall;
  const two = withRule(one, add()).firewall;
  const first = withRule(two, add(1)).firewall;
  expect(first.rules.map(({ id }) => id)).toEqual([3, 1, 2]);
  const moved = withChangedRule(first, 3, { position: 9, comment: 'last' }).firewall;
  expect(moved.rules.map(({ id, comment }) => [id, comment])).toEqual([
    [1, ''],
    [2, ''],
    [3, 'last'],
  ]);
  const fewer = withoutRule(moved, 3);
  expect(withRule(fewer, add()).rule.id).toBe(4);
  expect(() => withoutRule(fewer, 3)).toThrow('no firewall rule 3');
});

test('whatever is added, moved and removed, no number is there twice', () => {
  const deed = fc.record({
    what: fc.constantFrom('add', 'move', 'remove'),
    at: fc.integer({ min: 1, max: 6 }),
  });
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 20 }), (deeds) => {
      let firewall = openFirewall;
      for (const { what, at } of deeds) {
        const id = firewall.rules[at % Math.max(1, firewall.rules.length)]?.id;
        if (what === 'add') firewall = withRule(firewall, add(at)).firewall;
        else if (id !== undefined && what === 'move')
          firewall = withChangedRule(firewall, id, { position: at }).firewall;
        else if (id !== undefined) firewall = withoutRule(firewall, id);
      }
      const ids = firewall.rules.map((rule) => rule.id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(Math.max(0, ...ids)).toBeLessThan(firewall.nextId);
    }),
  );
});

test('what a schema cannot say is refused', () => {
  const refuse = (change: object) => () => withRule(openFirewall, { ...add(), ...change });
  expect(refuse({ ports: ['80'] })).toThrow('only tcp and udp have ports');
  expect(refuse({ protocol: 'tcp', ports: ['0'] })).toThrow('ports go from 1 to 65535');
  expect(refuse({ remote: ['10.0.0.1/8'] })).toThrow('has bits set behind it');
});
