import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('work is done one after another in the order of asking, and a failure stops nobody else', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const work = (name: string, milliseconds: number) => async () => {
    done.push(`${name} begins`);
    await sleep(milliseconds);
    if (name === 'b') throw new Error('b fails');
    done.push(`${name} ends`);
    return name;
  };
  const [first, second, third] = [work('a', 10), work('b', 5), work('c', 0)].map((one) => turns.take(one));
  await expect(second).rejects.toThrow('b fails');
  expect(await Promise.all([first, third])).toEqual(['a', 'c']);
  expect(done).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'c ends']);
});
