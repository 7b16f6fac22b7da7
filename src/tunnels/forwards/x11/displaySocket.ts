// Connections to an X server of this machine: one for each that a program of the server makes, and one of our own.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { TunnelFailure } from '../../errors/errors';
import { displayRefused, displayUnreachable } from '../../errors/x11';
import type { DisplayName, DisplayPlace } from './displayName';
import { readServerAnswer, writeClientSetup } from './x11Setup';
import type { AuthKey } from './x11Setup';

/** Milliseconds in which an X server answers. */
const patience = 10_000;

/** Nothing is read from it yet. Ends may be half closed. @throws TunnelFailure NoDisplay */
export async function dialDisplay({ places, text }: DisplayName): Promise<Socket> {
  let last: unknown;
  for (const place of places) {
    try {
      return await dial(place);
    } catch (error) {
      last = error;
    }
  }
  const detail = last instanceof Error ? last.message.replaceAll('\0', '@') : undefined;
  throw new TunnelFailure(displayUnreachable(text, detail), { cause: last });
}

function dial(place: DisplayPlace): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...place, allowHalfOpen: true, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('it does not answer')), patience);
    socket.once('error', reject);
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

/**
 * Becomes a client of the display that does nothing. While it is there, the X server does not reset itself and forget
 * the keys of the untrusted (it does when its last client leaves, unless it was started with -noreset), and a nested one
 * does not end; and its end shows that the display has gone.
 * @throws TunnelFailure NoDisplay, DisplayRefused
 */
export async function standBy(display: DisplayName, key: AuthKey): Promise<Socket> {
  const socket = await dialDisplay(display);
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const fail = (reason: string, isRefusal: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      const factory = isRefusal ? displayRefused : displayUnreachable;
      reject(new TunnelFailure(factory(display.text, reason)));
    };
    const timer = setTimeout(() => fail('it does not answer', false), patience);
    const onData = (data: Buffer): void => {
      received = Buffer.concat([received, data]);
      const answer = readServerAnswer(received);
      if (answer?.isIn === false) {
        fail(answer.reason, true);
      } else if (answer) {
        clearTimeout(timer);
        // What the display tells all its clients is not for us.
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
    socket.write(writeClientSetup(key));
  });
}
