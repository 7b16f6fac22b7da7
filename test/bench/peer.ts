// The target of every tunnel of the bench, a program of its own: greets each client with one byte, then does what its
// first line asks for. Tells its port on stdout, and ends with its stdin.
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { parseCommand } from './commands';
import type { Command } from './commands';
import { readSlowly, sendAll } from './streams';

function greet(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.write('!');
  let line = '';
  const read = (data: Buffer): void => {
    const end = data.indexOf('\n');
    line += data.toString('latin1', 0, end < 0 ? data.length : end);
    if (end >= 0) {
      socket.off('data', read).pause();
      if (end + 1 < data.length) {
        socket.unshift(data.subarray(end + 1));
      }
      void obey(socket, parseCommand(line));
    }
  };
  socket.on('data', read);
}

async function obey(socket: Socket, command: Command): Promise<void> {
  switch (command.do) {
    case 'echo':
      socket.on('data', (data) => socket.write(data)).on('end', () => socket.end());
      socket.resume();
      return;
    case 'source':
      socket.resume();
      await sendAll(socket, command.bytes, command.distinct);
      return;
    case 'sink':
      count(socket, command.hashed);
      return;
    case 'slowSink':
      await readSlowly(socket, command.bytesPerSecond);
      return;
  }
}

/** Answers, when all has come, how much it was, and its digest. */
function count(socket: Socket, hashed: boolean): void {
  const hash = createHash('sha256');
  let total = 0;
  socket.on('data', (data) => {
    total += data.length;
    if (hashed) {
      hash.update(data);
    }
  });
  socket.on('end', () => socket.end(`${total} ${hash.digest('hex')}`));
  socket.resume();
}

const server = createServer({ allowHalfOpen: true, noDelay: true, highWaterMark: 256 * 1024 }, greet);
server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
