import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, type TestNode } from '../../harness/index.ts';

const source = readFileSync(join(import.meta.dirname, 'witness.pl'), 'utf8');

/** A program inside a VE that holds one of each thing that the kernel keeps for a process. */
export class Witness {
  #asked = 0;

  static async start(node: TestNode, ve: string): Promise<Witness> {
    await node.exec(ve, ['sh', '-c', 'cat >/root/witness.pl'], { input: source });
    await node.inside(ve, '(setsid perl /root/witness.pl </dev/null >/root/witness.log 2>&1 &)');
    await eventually('the witness has everything', async () => {
      const { code, stdout } = await node.exec(ve, 'cat /root/witness.log; test -e /run/witness/ready');
      if (stdout !== '') throw new Error(stdout);
      return code === 0;
    });
    return new Witness();
  }

  /** What is not as it was, line by line. */
  async report(node: TestNode, ve: string): Promise<readonly string[]> {
    this.#asked += 1;
    // by its number: its children have its name
    await node.inside(ve, 'kill -USR1 "$(cat /run/witness/ready)"');
    const text = await eventually('the witness has looked', async () => {
      const { stdout } = await node.exec(ve, 'cd /run/witness; cat report; tail -n 1 report.new');
      // the error of what never happens tells at what it hangs
      if (!stdout.endsWith(`end ${this.#asked}\n`)) throw new Error(`it ${stdout.trim().split('\n').at(-1)}`);
      return stdout;
    });
    return text.split('\n').filter((line) => !/^(?:looks at: .*|end \d+|)$/.test(line));
  }
}
