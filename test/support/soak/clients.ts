// What one client of a soak does, and what it may see: the right bytes, a reset, or an end before any data. Never a
// wrong byte, and never a part that looks complete.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random';
import type { Findings } from './findings';
import { files } from './targets';
import type { SoakListener } from './tunnels';

/** Milliseconds. Longer than any fault, a held client's wait and a keep-alive time-out. */
const timeoutMs = 45_000;

export interface ClientContext {
  readonly findings: Findings;
  readonly random: Random;
  /** Aborts when clients should leave. */
  readonly closing: AbortSignal;
  /** Aborts soon after that: the remaining clients are ended. */
  readonly over: AbortSignal;
  /** The targets of proxies. */
  readonly filesPort: number;
}

/** Resolves when it has gone: true if it was served completely. Never rejects. */
export type ClientSort = (listener: SoakListener, context: ClientContext) => Promise<boolean>;

/** Sends a text, half-closes, and receives it again. */
export const request: ClientSort = async (listener, context) => {
  const { random } = context;
  const said = partOf(random, random.chance(0.1) ? 600_000 : 6000);
  const socket = open(listener, context);
  const heard: Buffer[] = [];
  socket.on('data', (data) => heard.push(data));
  socket.end(said);
  await closed(socket);
  return whole(listener, context, 'a request', Buffer.concat(heard), said);
};

/** Sends a lot, half-closes, and receives a report of what has arrived. */
export const upload: ClientSort = async (listener, context) => {
  const { findings, random } = context;
  const sent = files[random.int(0, files.length - 1)]!;
  const socket = open(listener, context);
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
  socket.end(sent);
  await closed(socket);
  const expected = `${createHash('sha256').update(sent).digest('hex')}\n`;
  if (answer.length === expected.length && answer !== expected) {
    findings.violation(`an upload of ${sent.length} bytes to ${nameOf(listener)} arrived as something else`);
  }
  return answer === expected;
};

/** Leaves in the middle, by a reset. */
export const leaver: ClientSort = async (listener, context) => {
  const { random } = context;
  const socket = open(listener, context).resume();
  socket.write(listener.leadsTo === 'anywhere' ? Buffer.from([5, 1, 0]) : partOf(random, 100_000));
  await Promise.race([sleep(random.int(0, 300)), closed(socket)]);
  if ('path' in listener.at || random.chance(0.3)) {
    socket.destroy();
  } else {
    socket.resetAndDestroy();
  }
  await closed(socket);
  return true;
};

/** Stays, and sends a text now and then; many times, if it can. */
export const keeper: ClientSort = async (listener, context) => {
  const { findings, random, closing } = context;
  const socket = open(listener, context);
  let heard: Buffer[] = [];
  let length = 0;
  socket.on('data', (data) => {
    heard.push(data);
    length += data.length;
  });
  const gone = closed(socket);
  for (let left = random.int(3, 40); left > 0 && !socket.destroyed && !closing.aborted; left--) {
    const said = partOf(random, 3000);
    heard = [];
    length = 0;
    socket.write(said);
    await until(socket, gone, () => length >= said.length);
    if (!Buffer.concat(heard).equals(said.subarray(0, length))) {
      findings.violation(`who stays at ${nameOf(listener)} heard something else than was said`);
    }
    const pause = sleep(random.int(200, 4000), undefined, { signal: closing }).catch(() => undefined);
    await Promise.race([pause, gone]);
  }
  const served = !socket.destroyed;
  socket.end();
  await gone;
  return served;
};

/** curl, because Node takes a reset after unread bytes for a proper end; curl's exit code 0 is "complete". */
export const download: ClientSort = async (listener, context) => {
  const { findings, random, over, filesPort } = context;
  const number = random.int(0, files.length - 1);
  const expected = files[number]!;
  // So that some are active at any time.
  const time = random.chance(0.5) ? 0 : random.int(1000, 8000);
  const ran = listener.tunnel.watch();
  // A proxy may report a failure in its own answer.
  const args = ['-q', '-sfN', '--speed-limit', '1', '--speed-time', String(timeoutMs / 1000)];
  const curl = spawn('curl', [...args, ...wayOf(listener, `${number}/${time}`, filesPort, random)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const end = (): void => void curl.kill('SIGKILL');
  over.addEventListener('abort', end, { once: true });
  const chunks: Buffer[] = [];
  curl.stdout.on('data', (data: Buffer) => chunks.push(data));
  const [code] = (await once(curl, 'close')) as [number | null];
  over.removeEventListener('abort', end);
  const got = Buffer.concat(chunks);
  if (code === 0 && got.length < expected.length && isAnsweredFor(listener)) {
    findings.violation(
      `a download of ${expected.length} bytes from ${nameOf(listener)} ended after ${got.length} as if it were whole`,
    );
  }
  const failure = { 7: 'ECONNREFUSED', 28: 'ETIMEDOUT' }[code ?? -1];
  if (failure !== undefined) {
    failed(listener, context, failure, ran);
  }
  return whole(listener, context, 'a download', got, expected) && code === 0;
};

/** How connections may end: a Unix socket has no reset, and the server's own end isn't ours. */
function isAnsweredFor({ side, at }: SoakListener): boolean {
  return side === 'here' && 'port' in at;
}

function wayOf({ leadsTo, at }: SoakListener, file: string, filesPort: number, random: Random): string[] {
  if ('path' in at) {
    return ['--unix-socket', at.path, `http://127.0.0.1/${file}`];
  }
  const here = `127.0.0.1:${at.port}`;
  if (leadsTo === 'files') {
    return [`http://${here}/${file}`];
  }
  const proxy = random.pick(['--socks5-hostname', '--socks5', '--socks4a', '--proxy']);
  return [proxy, here, `http://127.0.0.1:${filesPort}/${file}`];
}

function whole(
  listener: SoakListener,
  { findings }: ClientContext,
  what: string,
  got: Buffer,
  expected: Buffer,
): boolean {
  if (!got.equals(expected.subarray(0, got.length))) {
    findings.violation(
      `${what} at ${nameOf(listener)} was answered with wrong bytes (${got.length} of them)`,
    );
  }
  return got.length === expected.length;
}

/** A connection; what it must not see is recorded. */
function open(listener: SoakListener, context: ClientContext): Socket {
  const ran = listener.tunnel.watch();
  const socket = connect({ ...listener.at, allowHalfOpen: true, noDelay: true });
  socket.on('end', () => socket.end());
  socket.on('error', ({ code }: NodeJS.ErrnoException) => failed(listener, context, code ?? '', ran));
  socket.setTimeout(timeoutMs, () => {
    failed(listener, context, 'ETIMEDOUT', ran);
    socket.destroy();
  });
  const leave = (): void => void socket.destroy();
  context.over.addEventListener('abort', leave, { once: true });
  socket.once('close', () => context.over.removeEventListener('abort', leave));
  return socket;
}

function failed(
  listener: SoakListener,
  { findings, over }: ClientContext,
  code: string,
  ran: () => boolean,
): void {
  if (listener.side === 'server' || over.aborted) {
    return;
  }
  if ((code === 'ECONNREFUSED' || code === 'ENOENT') && ran()) {
    findings.violation(`${nameOf(listener)} refused a client (${code}) while its tunnel ran`);
  }
  if (code === 'ETIMEDOUT') {
    findings.violation(`a client of ${nameOf(listener)} was left hanging`);
  }
}

/** Resolves when it is closed. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) {
      resolve();
    } else {
      socket.once('close', () => resolve());
    }
  });
}

/** Resolves when the condition is true, or never will be. */
async function until(socket: Socket, gone: Promise<void>, reached: () => boolean): Promise<void> {
  while (!socket.destroyed && !reached()) {
    await Promise.race([once(socket, 'data').catch(() => undefined), gone]);
  }
}

/** A part of the files, from any position. */
function partOf(random: Random, longest: number): Buffer {
  const file = files.at(-1)!;
  const length = random.int(1, longest);
  const start = random.int(0, file.length - length);
  return file.subarray(start, start + length);
}

export function nameOf({ tunnel, leadsTo, at, side }: SoakListener): string {
  return `${tunnel.id} (${leadsTo}, ${side}, ${'path' in at ? at.path : at.port})`;
}
