import { expect, test } from 'vitest';
import { Gate } from './gate.ts';

test('whoever pulls passes an open gate at once, and waits at a closed one until it opens', async () => {
  const gate = new Gate();
  await gate.open;
  gate.pause();
  gate.pause();
  let hasPassed = false;
  const passing = gate.open.then(() => {
    hasPassed = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(hasPassed).toBe(false);
  gate.resume();
  gate.resume();
  await passing;
  await gate.open;
});
