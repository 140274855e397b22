import { run } from './run.ts';

/** What a program ends with that writes into a pipe without a reader: 128 + SIGPIPE. */
const brokenPipe = 141;

for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(brokenPipe);
    throw error;
  });
}

const code = await run(process.argv.slice(2), {
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  signals: process,
});

// whatever is still open (standard input, an idle connection) shall not hold the process once all is written
for (const output of [process.stdout, process.stderr]) {
  if (output.writableLength > 0) await new Promise((resolve) => output.once('drain', resolve));
}
process.exit(code);
