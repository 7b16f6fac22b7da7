// Many clients of one proxy port, a hundred at a time. Each sends one handshake, in pieces, and ends in one of the
// ways that clients do. The same seed gives the same clients.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setImmediate as tick, setTimeout as sleep } from 'node:timers/promises';
import { longWaitMs } from '../eventually';
import { Random } from '../random';
import { token } from './handshake';
import type { Handshake } from './handshake';

const concurrency = 100;
/** Between two reads of a client that reads slowly. */
const slowlyMs = 3;

export interface FuzzedClientsResult {
  readonly clients: number;
  /** Those that had to be served. */
  readonly served: number;
  /** Milliseconds. */
  readonly slowest: number;
  /** What went wrong, with the number of the client. */
  readonly problems: readonly string[];
}

/** @param make creates the handshake of the client with this number */
export async function runFuzzedClients(
  port: number,
  count: number,
  seed: number,
  make: (number: number, random: Random) => Handshake,
): Promise<FuzzedClientsResult> {
  const problems: string[] = [];
  let next = 0;
  let served = 0;
  let slowest = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const number = next++;
      const random = new Random(seed + number);
      const handshake = make(number, random);
      served += handshake.served ? 1 : 0;
      const start = performance.now();
      const problem = await play(port, handshake, random);
      slowest = Math.max(slowest, performance.now() - start);
      if (problem !== undefined) {
        problems.push(`client ${number}, ${handshake.title}: ${problem}`);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return { clients: count, served, slowest, problems };
}

type Ending = 'end' | 'reset' | 'leave';

/** @returns what went wrong */
async function play(port: number, handshake: Handshake, random: Random): Promise<string | undefined> {
  const socket = connect({
    port,
    host: random.pick(['127.0.0.1', '::1']),
    allowHalfOpen: true,
    noDelay: true,
  });
  const heard: Buffer[] = [];
  let failure: string | undefined;
  const { bytes, served, reads = 'all' } = handshake;
  if (reads !== 'never') {
    socket.on('data', (data) => {
      heard.push(data);
      if (reads === 'slowly') {
        socket.pause();
        setTimeout(() => socket.resume(), slowlyMs);
      }
    });
  }
  socket.on('error', (error: NodeJS.ErrnoException) => (failure = error.code));
  const closed = new Promise<'closed'>((resolve) => {
    socket.on('close', () => resolve('closed'));
  });
  const said = served === 'echo' ? Buffer.concat([bytes, Buffer.from(token)]) : bytes;
  await say(socket, cut(said, random), random);
  if (reads === 'never') {
    await sleep(random.pick([0, 20, 200]));
    if (random.chance(0.5)) {
      socket.destroy();
    } else {
      socket.resetAndDestroy();
    }
    return undefined;
  }
  const ending: Ending = served ? 'end' : random.pick(['end', 'end', 'end', 'reset', 'leave']);
  if (ending !== 'end') {
    await sleep(random.pick([0, 1, 10]));
    if (ending === 'reset') {
      socket.resetAndDestroy();
    } else {
      socket.destroy();
    }
    return undefined;
  }
  socket.end();
  const timeout = new AbortController();
  const late = sleep(longWaitMs, 'late' as const, { signal: timeout.signal }).catch(() => 'late' as const);
  const outcome = await Promise.race([closed, late]);
  timeout.abort();
  socket.destroy();
  const text = Buffer.concat(heard).toString('latin1');
  if (outcome === 'late') {
    return `was left hanging after ${JSON.stringify(text)}`;
  }
  const last = { echo: token, page: 'page', end: '' };
  if (served && (failure !== undefined || heard.length === 0 || !text.endsWith(last[served]))) {
    return `was not served: ${failure ?? 'it ended'} after ${JSON.stringify(text)}`;
  }
  return undefined;
}

function cut(bytes: Buffer, random: Random): readonly Buffer[] {
  const way = random.pick(['whole', 'whole', 'bytes', 'pieces']);
  if (way === 'whole' || bytes.length < 2 || (way === 'bytes' && bytes.length > 64)) {
    return [bytes];
  }
  const cuts =
    way === 'bytes'
      ? bytes.map((_, at) => at)
      : Array.from({ length: random.int(1, 4) }, () => random.int(1, bytes.length - 1)).sort((a, b) => a - b);
  const ends = [...cuts, bytes.length];
  return ends
    .map((end, at) => bytes.subarray(at === 0 ? 0 : ends[at - 1], end))
    .filter(({ length }) => length > 0);
}

async function say(socket: Socket, pieces: readonly Buffer[], random: Random): Promise<void> {
  const pause = random.chance(0.2) ? (): Promise<unknown> => sleep(1) : (): Promise<unknown> => tick();
  for (const piece of pieces) {
    socket.write(piece);
    await pause();
  }
}
