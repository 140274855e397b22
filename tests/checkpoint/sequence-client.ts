import { connect } from 'node:net';

/*
 * Sends lines with rising numbers over one connection and reads the same numbers back. usage: sequence-client.ts ADDRESS PORT
 * Prints a line `count N gap MS` every 100 ms; ends in failure when a number is lost, comes twice or out of order, or the
 * connection ends. `gap` is the longest time without an answer so far.
 */
const [address = '', port = ''] = process.argv.slice(2);
const socket = connect({ host: address, port: Number(port), noDelay: true });
let sent = 0;
let received = 0;
let text = '';
let last = performance.now();
let gap = 0;

const fail = (problem: string) => {
  process.stdout.write(`failed ${problem} after ${received} of ${sent}\n`);
  process.exit(1);
};

socket.on('connect', () => {
  last = performance.now();
  setInterval(() => {
    sent += 1;
    socket.write(`${sent}\n`);
  }, 5);
  setInterval(() => {
    gap = Math.max(gap, performance.now() - last);
    process.stdout.write(`count ${received} gap ${Math.round(gap)}\n`);
  }, 100);
});
socket.on('data', (bytes: Buffer) => {
  const now = performance.now();
  gap = Math.max(gap, now - last);
  last = now;
  text += bytes.toString();
  const lines = text.split('\n');
  text = lines.pop() ?? '';
  for (const line of lines) {
    received += 1;
    if (line !== String(received)) fail(`${line} came instead of ${received}`);
  }
});
socket.on('error', (error) => fail(error.message));
socket.on('close', () => fail('the connection was closed'));
