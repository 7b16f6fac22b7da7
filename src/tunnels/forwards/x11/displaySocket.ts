// Connects to a local X server: once for each connection of a remote program, and once for our own idle client.
import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { TunnelFailure } from '../../errors/errors';
import { displayRefused, displayUnreachable } from '../../errors/forwards/x11';
import type { DisplayName, DisplayAddress } from './displayName';
import { dialAddresses, dialPath } from '../dialAddresses';
import type { Share } from '../../util/fairLimit';
import { unlessAborted } from '../../util/promises';
import { readServerAnswer, writeClientSetup } from './x11Setup';
import type { AuthCookie } from './x11Setup';

const answerTimeoutMs = 10_000;
/** The user has chosen the display, and its connections are limited. */
const unlimited: Share = { take: () => () => undefined };

/** The socket is not read yet, and allows half-open connections. @throws TunnelFailure NoDisplay */
export async function dialDisplay({ addresses, text }: DisplayName): Promise<Socket> {
  let last: unknown;
  for (const address of addresses) {
    try {
      return await dial(address);
    } catch (error) {
      last = error;
    }
  }
  const detail = last instanceof Error ? last.message.replaceAll('\0', '@') : undefined;
  throw new TunnelFailure(displayUnreachable(text, detail), { cause: last });
}

async function dial(address: DisplayAddress): Promise<Socket> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error('no answer')), answerTimeoutMs);
  try {
    if ('path' in address) {
      return await dialPath(address.path, over.signal);
    }
    const found = lookup(address.host, { all: true, order: 'verbatim' });
    return await dialAddresses(await unlessAborted(found, over.signal), address.port, {
      signal: over.signal,
      share: unlimited,
    });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Connects as an X client that does nothing. While it is connected, the X server does not reset itself and forget the
 * cookies of untrusted programs (it does when its last client disconnects, unless started with -noreset), and a nested
 * X server does not exit. Its end shows that the display has ended.
 * @throws TunnelFailure NoDisplay, DisplayRefused
 */
export async function connectIdleClient(display: DisplayName, cookie: AuthCookie): Promise<Socket> {
  const socket = await dialDisplay(display);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const fail = (reason: string, isRefusal: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      const factory = isRefusal ? displayRefused : displayUnreachable;
      reject(new TunnelFailure(factory(display.text, reason)));
    };
    const timer = setTimeout(() => fail('no answer', false), answerTimeoutMs);
    const onData = (data: Buffer): void => {
      received = Buffer.concat([received, data]);
      const answer = readServerAnswer(received);
      if (answer?.isAccepted === false) {
        fail(answer.reason, true);
      } else if (answer) {
        clearTimeout(timer);
        // Ignore the events that the display sends to all clients.
        socket
          .off('data', onData)
          .off('close', onClose)
          .on('data', () => undefined);
        resolve(socket);
      }
    };
    const onClose = (): void => fail('it closed the connection', true);
    socket
      .on('error', () => undefined)
      .on('data', onData)
      .on('close', onClose);
    socket.on('end', () => socket.destroy());
    socket.write(writeClientSetup(cookie));
  });
}
