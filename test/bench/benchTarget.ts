// The target of every bench tunnel, in its own process. It does what a client's first line asks for. On a second port
// it sends a one-byte greeting first. It prints both ports on stdout.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { parseCommand } from './commands';
import type { Command } from './commands';
import { readSlowly, sendAll } from './streams';

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, highWaterMark: 256 * 1024 }, (socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function readCommand(socket: Socket): void {
  let line = '';
  const read = (data: Buffer): void => {
    const end = data.indexOf('\n');
    line += data.toString('latin1', 0, end < 0 ? data.length : end);
    if (end >= 0) {
      socket.off('data', read).pause();
      if (end + 1 < data.length) {
        socket.unshift(data.subarray(end + 1));
      }
      void runCommand(socket, parseCommand(line));
    }
  };
  socket.on('data', read);
}

async function runCommand(socket: Socket, command: Command): Promise<void> {
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

/** Once all bytes have arrived, answers with their number and their digest. */
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

void Promise.all([listen(readCommand), listen((socket) => socket.end('!'))]).then((ports) => {
  process.stdout.write(`${ports.join(' ')}\n`);
});
