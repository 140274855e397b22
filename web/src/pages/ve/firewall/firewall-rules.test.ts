import { describe, expect, test } from 'vitest';
import { isAbout, listTyped, placeBeside } from './firewall-rules.ts';

const ve = { uuid: 'u1', name: 'web1', groups: ['web'] };

describe('rules of the firewall on the page of a VE', () => {
  test('are those about it, its groups, and all VEs', () => {
    expect(isAbout({ ves: [] }, ve)).toBe(true);
    expect(isAbout({ ves: ['db1', 'web1'] }, ve)).toBe(true);
    expect(isAbout({ ves: ['group:web'] }, ve)).toBe(true);
    expect(isAbout({ ves: ['db1', 'group:db'] }, ve)).toBe(false);
  });

  test('move over those of others to where their neighbour is', () => {
    const shown = [
      { id: 7, position: 1 },
      { id: 3, position: 4 },
    ];
    expect(placeBeside(shown, { id: 3 }, 'up')).toBe(1);
    expect(placeBeside(shown, { id: 7 }, 'down')).toBe(4);
    expect(placeBeside(shown, { id: 7 }, 'up')).toBeNull();
    expect(placeBeside(shown, { id: 3 }, 'down')).toBeNull();
  });

  test('have lists that are typed with commas or spaces', () => {
    expect(listTyped(' 80, 443  8000-8010,')).toEqual(['80', '443', '8000-8010']);
  });
});
