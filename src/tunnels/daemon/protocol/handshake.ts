// The handshake on the private socket: each side proves that it knows the secret of the endpoint file, by challenge and
// response with HMAC-SHA256. The daemon proves itself first, so that an impostor at its address learns nothing. The
// secret itself is never sent.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';

/** For the whole handshake, in milliseconds. */
export const handshakeTimeoutMs = 5000;
const nonceLength = 32;
const proofLength = 32;

/** These words go into the proofs, so they must not change. */
type Role = 'daemon' | 'window';

function proof(secret: string, role: Role, windowNonce: Buffer, daemonNonce: Buffer): Buffer {
  return createHmac('sha256', Buffer.from(secret, 'hex'))
    .update(`ssh-tunnels ${role}`)
    .update(windowNonce)
    .update(daemonNonce)
    .digest();
}

/**
 * The window's side.
 * @throws Error when the daemon does not prove itself in time
 */
export async function greetDaemon(
  socket: Socket,
  secret: string,
  timeoutMs: number = handshakeTimeoutMs,
): Promise<void> {
  const read = reader(socket, timeoutMs);
  const windowNonce = randomBytes(nonceLength);
  socket.write(windowNonce);
  const answer = await read(nonceLength + proofLength);
  const daemonNonce = answer.subarray(0, nonceLength);
  const expected = proof(secret, 'daemon', windowNonce, daemonNonce);
  if (!timingSafeEqual(expected, answer.subarray(nonceLength))) {
    throw new Error('the process at this address is not our daemon');
  }
  socket.write(proof(secret, 'window', windowNonce, daemonNonce));
}

/**
 * The daemon's side.
 * @throws Error when the window does not prove itself in time
 */
export async function greetWindow(socket: Socket, secret: string): Promise<void> {
  const read = reader(socket, handshakeTimeoutMs);
  const windowNonce = await read(nonceLength);
  const daemonNonce = randomBytes(nonceLength);
  socket.write(Buffer.concat([daemonNonce, proof(secret, 'daemon', windowNonce, daemonNonce)]));
  const answer = await read(proofLength);
  if (!timingSafeEqual(proof(secret, 'window', windowNonce, daemonNonce), answer)) {
    throw new Error('the other side does not know the secret');
  }
}

/** Reads exact lengths from a paused socket, all before one deadline. Later bytes stay in the socket. */
function reader(socket: Socket, timeoutMs: number): (length: number) => Promise<Buffer> {
  const end = performance.now() + timeoutMs;
  return (length) =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        socket.off('readable', tryRead).off('end', onClosed).off('close', onClosed).off('error', onClosed);
      };
      const fail = (reason: string): void => {
        settle();
        reject(new Error(reason));
      };
      const onClosed = (): void => fail('the connection was closed during the handshake');
      const tryRead = (): void => {
        const data: unknown = socket.read(length);
        if (Buffer.isBuffer(data) && data.length === length) {
          settle();
          resolve(data);
        } else if (data !== null) {
          onClosed();
        }
      };
      const timer = setTimeout(
        () => fail('the other side did not prove itself in time'),
        Math.max(0, end - performance.now()),
      );
      socket.on('readable', tryRead).on('end', onClosed).on('close', onClosed).on('error', onClosed);
      tryRead();
    });
}
