import { createInterface } from 'node:readline';

/**
 * Answers questions that come as lines of JSON on standard input, one line of JSON each; ends with its input, so that nothing is
 * left behind when the test that asks is killed.
 */
export async function answerLines(answer: (question: unknown) => Promise<unknown>): Promise<void> {
  process.stdout.write('"ready"\n');
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line)).then(
      (value) => ({ value: value ?? null }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    process.stdout.write(`${JSON.stringify(reply)}\n`);
  }
}
