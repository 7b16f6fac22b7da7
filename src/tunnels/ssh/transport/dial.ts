// Opens the TCP connection to an SSH server. Tries all addresses of the name in turn, like OpenSSH, each with the
// time-out. Disables Nagle's algorithm.
import { lookup } from 'node:dns/promises';
import type { LookupAddress } from 'node:dns';
import { connect, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Socket } from 'node:net';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import {
  bindAddressMissing,
  bindInterfaceUnusable,
  connectTimeout,
  connectionRefused,
  hostNotFound,
  hostUnreachable,
  localNetworkUnreachable,
} from '../../errors/ssh/connect';
import { connectionLost } from '../../errors/ssh/connectionLost';
import { formatAddress, isOfLocalNetwork } from '../../util/address';
import type { ServerAddress } from '../../util/address';
import { unlessAborted } from '../../util/promises';
import { Deadline, maxTimerSeconds } from '../../util/timeOuts';
import { elapsed } from '../../util/log';
import type { Log } from '../../util/log';
import { LargeReads } from './ssh2/largeReads';
import type { EffectiveHost } from '../config/effectiveHost';

/**
 * A lookup may take this many times ConnectTimeout: the system asks one name server after another, and ssh waits for all
 * of them.
 */
const lookupFactor = 3;

const families = { any: 0, inet: 4, inet6: 6 } as const;

export interface Dialled {
  readonly socket: Socket;
  /** What is left of ConnectTimeout for the handshake, in milliseconds. */
  readonly leftMs: number;
}

/** Milliseconds. 0 means no time-out, as in ssh_config(5). */
export function connectTimeoutMs({ connectTimeout: seconds }: { readonly connectTimeout: number }): number {
  return seconds === 0 ? Infinity : seconds * 1000;
}

/**
 * Dials a host. ConnectTimeout begins anew for each address, and what the successful one has left is for the handshake:
 * ssh_connect_direct() in OpenSSH's sshconnect.c. The name may take three times as long.
 * @throws TunnelFailure HostNotFound, ConnectionRefused, ConnectTimeout or HostUnreachable, for the last address
 */
export async function dial(host: EffectiveHost, signal: AbortSignal, log: Log): Promise<Dialled> {
  const start = performance.now();
  const addresses = await resolve(host, signal);
  const list = addresses.map(({ address }) => address).join(', ');
  log.debug(`${host.hostName} resolves to ${list} (${elapsed(start)})`);
  let last: unknown;
  for (const { address, family } of addresses) {
    signal.throwIfAborted();
    const dialled = formatAddress({ host: address, port: host.port });
    log.debug(`Connecting to ${dialled}`);
    const since = performance.now();
    try {
      const to = { name: host.alias, host: address, port: host.port };
      const from = await localAddressFor(host, to, family);
      const result = await dialAddress(to, from, host, signal);
      log.debug(`TCP connection to ${dialled} established (${elapsed(since)})`);
      return result;
    } catch (error) {
      signal.throwIfAborted();
      const code = error instanceof TunnelFailure ? error.code : 'ConnectionLost';
      log.debug(`Could not connect to ${dialled}: ${code} (${elapsed(since)})`);
      last = error;
    }
  }
  throw last;
}

async function resolve(host: EffectiveHost, signal: AbortSignal): Promise<LookupAddress[]> {
  const seconds = Math.min(host.connectTimeout * lookupFactor, maxTimerSeconds);
  const tooLong = new AbortController();
  const deadline = new Deadline(seconds === 0 ? Infinity : seconds * 1000, () => tooLong.abort());
  const family = families[host.addressFamily];
  let found: LookupAddress[];
  try {
    const options = { all: true, family, order: 'verbatim' } as const;
    found = await unlessAborted(lookup(host.hostName, options), AbortSignal.any([signal, tooLong.signal]));
  } catch (error) {
    signal.throwIfAborted();
    const detail = tooLong.signal.aborted ? `no answer of a name server in ${seconds} s` : messageOf(error);
    throw new TunnelFailure(hostNotFound(host.hostName, detail), { cause: error });
  } finally {
    deadline[Symbol.dispose]();
  }
  // For an address instead of a name, Node returns that address, whatever family was requested.
  const fitting = found.filter((address) => family === 0 || address.family === family);
  if (fitting.length === 0) {
    throw new TunnelFailure(hostNotFound(host.hostName, `AddressFamily ${host.addressFamily}`));
  }
  return fitting;
}

/** Where to connect from, by BindAddress or BindInterface. undefined: anywhere. */
async function localAddressFor(
  { bindAddress, bindInterface }: EffectiveHost,
  to: ServerAddress,
  family: number,
): Promise<string | undefined> {
  if (bindAddress !== undefined || bindInterface === undefined) {
    return resolveBindAddress(bindAddress, family);
  }
  const found = interfaceAddress(bindInterface, family);
  if (found === undefined) {
    throw new TunnelFailure(bindInterfaceUnusable(bindInterface, to));
  }
  return found;
}

/** One that is neither loopback nor link-local, if there is one: check_ifaddrs() in OpenSSH's sshconnect.c. */
function interfaceAddress(name: string, family: number): string | undefined {
  const addresses = networkInterfaces()[name]?.filter((one) => one.family === `IPv${family}`) ?? [];
  const isLinkLocal = (address: string): boolean => /^fe[89ab]/i.test(address);
  const best = addresses.find(({ address, internal }) => !internal && !isLinkLocal(address)) ?? addresses[0];
  return best && (isLinkLocal(best.address) ? `${best.address}%${name}` : best.address);
}

/** BindAddress may be a name. Like in OpenSSH, its first address of the dialled family is used. */
async function resolveBindAddress(name: string | undefined, family: number): Promise<string | undefined> {
  if (name === undefined || isIP(name) !== 0) {
    return name;
  }
  try {
    return (await lookup(name, { family })).address;
  } catch (error) {
    throw new TunnelFailure(hostNotFound(name, `BindAddress: ${messageOf(error)}`), { cause: error });
  }
}

function dialAddress(
  address: ServerAddress,
  localAddress: string | undefined,
  host: EffectiveHost,
  signal: AbortSignal,
): Promise<Dialled> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const reads = new LargeReads();
    const socket = connect({
      host: address.host,
      port: address.port,
      onread: reads.options,
      noDelay: true,
      autoSelectFamily: false,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    reads.attach(socket);
    const settle = (): void => {
      deadline[Symbol.dispose]();
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners('error').removeAllListeners('connect');
    };
    const fail = (reason: unknown): void => {
      settle();
      // A late error of an abandoned socket must not end the process.
      socket.on('error', () => undefined).destroy();
      reject(reason instanceof Error ? reason : new Error(String(reason)));
    };
    const onAbort = (): void => fail(signal.reason);
    const deadline = new Deadline(connectTimeoutMs(host), () =>
      fail(new TunnelFailure(connectTimeout('tcp', address, host.connectTimeout))),
    );
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('error', (error) =>
      fail(new TunnelFailure(dialError(address, localAddress, error, start), { cause: error })),
    );
    socket.once('connect', () => {
      const { leftMs } = deadline;
      settle();
      resolve({ socket, leftMs });
    });
  });
}

/**
 * @param from what the socket was bound to
 * @param start of the attempt, as of performance.now()
 */
export function dialError(
  address: ServerAddress,
  from: string | undefined,
  error: NodeJS.ErrnoException,
  start: number,
  platform: NodeJS.Platform = process.platform,
): TunnelError {
  if (error.code === 'EADDRNOTAVAIL' && from !== undefined) {
    return bindAddressMissing(from, address, error.message);
  }
  switch (error.code) {
    case 'ECONNREFUSED':
      return connectionRefused(address, error.message);
    // The system's own time-out.
    case 'ETIMEDOUT':
      return connectTimeout('tcp', address, Math.round((performance.now() - start) / 1000));
    case 'EHOSTUNREACH':
      return platform === 'darwin' && isOfLocalNetwork(address.host)
        ? localNetworkUnreachable(address, error.message)
        : hostUnreachable(address, error.message);
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
    case 'EADDRNOTAVAIL':
      return hostUnreachable(address, error.message);
    default:
      return connectionLost(address.host, error.message);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
