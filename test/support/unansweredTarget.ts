// A TCP server that answers nobody until it is told to: a stopped process with a full queue, for which the system drops
// further connections. They are tried again after a second.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { eventually } from './eventually';

export interface UnansweredTarget extends AsyncDisposable {
  readonly port: number;
  /** It answers from now on. Its clients get its address. */
  answer(): void;
}

const script = (host: string, port: number): string => `
  require('node:net')
    .createServer((socket) => socket.on('error', () => undefined).end('${host}'))
    .listen({ host: '${host}', port: ${port}, backlog: 1 }, function () { console.log(this.address().port); });`;

export async function unansweredTarget(host: string, at = 0): Promise<UnansweredTarget> {
  const child = spawn(process.execPath, ['-e', script(host, at)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(text.toString());
  child.kill('SIGSTOP');
  let connected = 0;
  const queue: Socket[] = Array.from({ length: 8 }, () =>
    connect({ host, port })
      .on('error', () => undefined)
      .on('connect', () => connected++),
  );
  await eventually('its queue is full', () => connected >= 2);
  return {
    port,
    answer: () => void child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      queue.forEach((socket) => socket.destroy());
      const end = once(child, 'exit');
      child.kill('SIGKILL');
      await end;
    },
  };
}
