import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Servers of the network behind a node, run in its namespace. */
const tcp = createServer((socket) => {
  socket.write(`${socket.remoteAddress?.replace('::ffff:', '')}\n`);
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    socket.write(`${count}\n`);
  }, 100);
  socket.on('error', () => undefined);
  socket.once('close', () => clearInterval(timer));
});

const udp = createSocket('udp4');
udp.on('message', (text, { address }) => {
  process.stdout.write(`udp ${address} ${text.toString()}\n`);
});

tcp.listen(7000, () => {
  udp.bind(7001, () => process.stdout.write('ready\n'));
});
