// Proves to each side of the private socket that the other knows the endpointFile's secret, before anything else is
// said: challenge and response by HMAC-SHA256, the host first, so that a squatter on its name learns nothing. The
// secret itself is never sent.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';

/** Milliseconds for the whole of it. */
const deadline = 5000;
const nonceLength = 32;
const proofLength = 32;

type Role = 'host' | 'window';

function proof(secret: string, role: Role, windowNonce: Buffer, daemonNonce: Buffer): Buffer {
  return createHmac('sha256', Buffer.from(secret, 'hex'))
    .update(`ssh-tunnels ${role}`)
    .update(windowNonce)
    .update(daemonNonce)
    .digest();
}

/**
 * The window's side.
 * @throws Error when the other side does not prove itself in time
 */
export async function greetDaemon(socket: Socket, secret: string): Promise<void> {
  const read = reader(socket);
  const windowNonce = randomBytes(nonceLength);
  socket.write(windowNonce);
  const answer = await read(nonceLength + proofLength);
  const daemonNonce = answer.subarray(0, nonceLength);
  const expected = proof(secret, 'host', windowNonce, daemonNonce);
  if (!timingSafeEqual(expected, answer.subarray(nonceLength))) {
    throw new Error('what answers there is not our daemon');
  }
  socket.write(proof(secret, 'window', windowNonce, daemonNonce));
}

/**
 * The host's side.
 * @throws Error when the other side does not prove itself in time
 */
export async function greetWindow(socket: Socket, secret: string): Promise<void> {
  const read = reader(socket);
  const windowNonce = await read(nonceLength);
  const daemonNonce = randomBytes(nonceLength);
  socket.write(Buffer.concat([daemonNonce, proof(secret, 'host', windowNonce, daemonNonce)]));
  const answer = await read(proofLength);
  if (!timingSafeEqual(proof(secret, 'window', windowNonce, daemonNonce), answer)) {
    throw new Error('a stranger tried to talk to the daemon');
  }
}

/** Reads exact lengths from a paused socket, all within one deadline; what comes after them stays in the socket. */
function reader(socket: Socket): (length: number) => Promise<Buffer> {
  const end = performance.now() + deadline;
  return (length) =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        socket.off('readable', tryRead).off('end', closed).off('close', closed).off('error', closed);
      };
      const fail = (reason: string): void => {
        settle();
        reject(new Error(reason));
      };
      const closed = (): void => fail('the connection was closed during the handshake');
      const tryRead = (): void => {
        const data: unknown = socket.read(length);
        if (Buffer.isBuffer(data) && data.length === length) {
          settle();
          resolve(data);
        } else if (data !== null) {
          closed();
        }
      };
      const timer = setTimeout(
        () => fail('the other side did not prove itself in time'),
        Math.max(0, end - performance.now()),
      );
      socket.on('readable', tryRead).on('end', closed).on('close', closed).on('error', closed);
      tryRead();
    });
}
