// Finds out whether connections to an address of the server really arrive at our new remote listener: connects to it
// from the server itself, sends a random nonce, and checks whether the nonce arrives here. It is sent only after an
// incoming connection that may be the probe, so that another program at that address receives nothing.
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { isIPv6 } from 'node:net';
import type { ClientChannel } from 'ssh2';
import type { TcpAddress } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { SshSession } from '../../ssh/session/session';

/** The longest delay that a server which does not answer may cause before a forward counts as listening. */
const probeTimeoutMs = 2000;
/** Long enough if the server reports correct origins; after that the nonces are sent whatever the origin. */
const originTimeoutMs = 700;

/**
 * Who answers at an address. us: our listener. nothing: the connection is refused. another: something accepts the
 * connection, but it does not arrive here. denied: the server does not allow the connection. unknown: it does not answer,
 * or it closes the channel without a byte. A server that confirms channels before it connects does so even if nothing
 * listens there.
 */
export type ProbeResult = 'us' | 'nothing' | 'another' | 'denied' | 'unknown';

export class ListenerProbe {
  readonly #closing: AbortSignal;
  /** The nonces that were sent, each with the action for its arrival. */
  readonly #nonces = new Map<string, () => void>();
  /** The running probes; each sends its nonce when allowed to. */
  #probes: { readonly isIPv6: boolean; readonly allowNonce: () => void }[] = [];
  #hasIncoming = false;
  #hasArrived = false;
  #ended = AbortSignal.abort();

  /** @param closing aborted when the result is no longer needed */
  constructor(closing: AbortSignal) {
    this.#closing = closing;
  }

  /** Whether an incoming connection may be the probe. */
  get isRunning(): boolean {
    return !this.#ended.aborted;
  }

  /** Probes these addresses. Never rejects. */
  async run(session: SshSession, addresses: readonly TcpAddress[]): Promise<readonly ProbeResult[]> {
    if (this.#closing.aborted) {
      return addresses.map(() => 'unknown');
    }
    const ended = new AbortController();
    // Each connection that comes meanwhile listens to it.
    setMaxListeners(0, ended.signal);
    const end = (): void => ended.abort();
    const timer = setTimeout(end, probeTimeoutMs);
    const originTimer = setTimeout(() => {
      if (this.#hasIncoming && !this.#hasArrived) {
        this.#probes.forEach(({ allowNonce }) => allowNonce());
      }
    }, originTimeoutMs);
    this.#closing.addEventListener('abort', end, { once: true });
    this.#ended = ended.signal;
    try {
      return await Promise.all(addresses.map((address) => this.#probe(session, address, ended.signal)));
    } finally {
      clearTimeout(timer);
      clearTimeout(originTimer);
      this.#probes = [];
      this.#hasIncoming = false;
      this.#hasArrived = false;
      this.#closing.removeEventListener('abort', end);
      end();
      this.#nonces.clear();
    }
  }

  #probe(session: SshSession, address: TcpAddress, ended: AbortSignal): Promise<ProbeResult> {
    return new Promise((resolve) => {
      const unknown = (): void => resolve('unknown');
      const another = (): void => resolve('another');
      ended.addEventListener('abort', unknown, { once: true });
      const nonce = randomBytes(32);
      let channel: ClientChannel | undefined;
      let isAllowed = false;
      const sendIfAllowed = (): void => {
        if (isAllowed && channel && !this.#nonces.has(nonce.toString('hex'))) {
          this.#nonces.set(nonce.toString('hex'), () => {
            this.#hasArrived = true;
            resolve('us');
          });
          channel.write(nonce);
        }
      };
      const allowNonce = (): void => {
        isAllowed = true;
        sendIfAllowed();
      };
      this.#probes.push({ isIPv6: isIPv6(address.host), allowNonce });
      session.open(address, { host: '127.0.0.1', port: 0 }).then(
        (opened) => {
          const onEnd = session.serverSide.connectsFirst ? another : unknown;
          opened.on('error', onEnd).once('data', another).once('end', onEnd).once('close', onEnd);
          opened.resume();
          if (ended.aborted) {
            opened.destroy();
            return;
          }
          ended.removeEventListener('abort', unknown);
          ended.addEventListener('abort', () => {
            another();
            opened.destroy();
          });
          channel = opened;
          sendIfAllowed();
        },
        (error: unknown) => {
          const code = error instanceof TunnelFailure ? error.code : undefined;
          resolve(
            code === 'TargetRefused' ? 'nothing' : code === 'TargetNotPermitted' ? 'denied' : 'unknown',
          );
        },
      );
    });
  }

  /**
   * Whether this incoming connection is the probe; then it is closed. No bytes are consumed from any other.
   * @param origin as reported by the server
   */
  async isOurs(channel: ClientChannel, origin: TcpAddress | undefined): Promise<boolean> {
    this.#hasIncoming = true;
    for (const probe of this.#probes) {
      if (origin && probe.isIPv6 === isIPv6(origin.host)) {
        probe.allowNonce();
      }
    }
    const first = await this.#firstBytes(channel);
    if (first.length === 0) {
      return false;
    }
    const onArrival = this.#nonces.get(first.toString('hex'));
    if (!onArrival) {
      channel.unshift(first);
      return false;
    }
    onArrival();
    channel.destroy();
    return true;
  }

  /** Reads its first bytes until the probe ends; empty if there are none. The channel is paused again. */
  #firstBytes(channel: ClientChannel): Promise<Buffer> {
    const ended = this.#ended;
    return new Promise((resolve) => {
      const settle = (data: Buffer): void => {
        ended.removeEventListener('abort', onNothing);
        channel.off('data', settle).off('end', onNothing).off('close', onNothing).pause();
        resolve(data);
      };
      const onNothing = (): void => settle(Buffer.alloc(0));
      ended.addEventListener('abort', onNothing, { once: true });
      channel.on('data', settle).on('end', onNothing).on('close', onNothing).resume();
    });
  }
}
