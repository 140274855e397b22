/**
 * Runs every `check:*` script of package.json, as many at once as there are processors, and shows the output of those
 * that fail. To add a check, add a script.
 *
 * usage: node tools/check.ts [name...]        for example `node tools/check.ts types arrows`
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, resolve } from 'node:path';

interface Outcome {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  readonly output: string;
}

const prefix = 'check:';
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
const wanted = process.argv.slice(2);
const names = Object.keys(scripts)
  .filter((script) => script.startsWith(prefix))
  .map((script) => script.slice(prefix.length));

const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`no such check: ${unknown.join(', ')}; there are ${names.join(', ')}`);
  process.exit(2);
}

const env = {
  ...process.env,
  PATH: [resolve('node_modules/.bin'), process.env['PATH']].join(delimiter),
};

function run(name: string): Promise<Outcome> {
  const started = performance.now();
  return new Promise((settle) => {
    const child = spawn('sh', ['-c', scripts[prefix + name] ?? 'false'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', (code) => {
      settle({
        name,
        passed: code === 0,
        seconds: (performance.now() - started) / 1000,
        output: Buffer.concat(chunks).toString(),
      });
    });
  });
}

const queue = names.filter((name) => wanted.length === 0 || wanted.includes(name));
const failed: string[] = [];

async function worker(): Promise<void> {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const { passed, seconds, output } = await run(name);
    console.log(`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds.toFixed(1)} s)`);
    if (passed) continue;
    failed.push(name);
    console.log(output.trimEnd().replaceAll(/^/gm, '     '));
  }
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
if (failed.length > 0) {
  console.log(`checks failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
