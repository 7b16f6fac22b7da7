// Chooses http or https for a forward: from its protocol, its target's port, or else by probing the service.
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as startTls } from 'node:tls';
import type { TcpAddress } from '../../../tunnels/util/address';
import type { Forward } from '../../../tunnels/config/forward';
import { serviceOf } from '../../../views/services/service';

export type WebScheme = 'http' | 'https';

/** A TLS server answers within one or two round trips. */
const tlsProbeTimeoutMs = 1500;

/** @param address where clients connect to the forward */
export async function webScheme(forward: Forward, address: TcpAddress): Promise<WebScheme> {
  return serviceOf(forward)?.web ?? ((await speaksTls(address)) ? 'https' : 'http');
}

/** Content types of TLS records (RFC 8446 §5.1): a server answers a ClientHello with one of these. */
const alert = 21;
const handshake = 22;

/** Sends a TLS ClientHello and checks the first byte of the answer. Uses one connection. */
export function speaksTls({ host, port }: TcpAddress, timeoutMs = tlsProbeTimeoutMs): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const hello = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, written) => {
        socket.write(chunk);
        written();
      },
    });
    const tls = startTls({ socket: hello, rejectUnauthorized: false });
    const done = (answer: boolean): void => {
      clearTimeout(timer);
      resolve(answer);
      tls.destroy();
      hello.destroy();
      socket.destroy();
    };
    const timer = setTimeout(() => done(false), timeoutMs);
    tls.on('error', () => done(false));
    socket.on('error', () => done(false));
    socket.on('close', () => done(false));
    socket.once('data', ([first]) => done(first === handshake || first === alert));
  });
}
