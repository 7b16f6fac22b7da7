// Binds the listening sockets of a local forward, never wider than configured, and explains failures.
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { addressInUse } from '../../errors/forwards/addressInUse';
import {
  addressNotAvailable,
  listenImpossible,
  portPermissionDenied,
} from '../../errors/forwards/localListen';
import type { BoundAddress, TcpAddress } from '../../util/address';
import { bindAddresses } from '../../config/forward';
import type { IfPortBusy, TcpListen } from '../../config/forward';
import { findPortHolder } from './portHolder/portHolder';
import { isHeld, unprotectedListeners } from '../../util/system/unprotectedListeners';
import type { ReadListeners } from '../../util/system/unprotectedListeners';
import { findReservedRange } from './portHolder/win32';

export interface Listener {
  readonly bound: readonly BoundAddress[];
  close(): Promise<void>;
}

/** The system's maximum. With OpenSSH's 128, a thousand simultaneous clients wait for seconds. */
const backlog = 4096;
const freePortTries = 10;

/** How many ports above a taken one are tried before any free port is used. */
const nextPortTries = 20;
const lastPort = 65_535;

export interface PortChoice {
  /** Tried first when the port is 0. */
  readonly preferredPort?: number | undefined;
  /** `next`: use another port when this one is taken. */
  readonly ifPortBusy?: IfPortBusy;
  /** Ports that must be left for other tunnels. */
  readonly isReserved?: (port: number) => boolean;
  /** The listeners beside which the system would let us listen. Default: those of this machine. */
  readonly readListeners?: ReadListeners;
}

type OnConnection = (socket: Socket) => void;

/**
 * Listens on one port of one or more addresses.
 * @throws TunnelFailure AddressInUse, AddressNotAvailable, PortPermissionDenied
 */
export async function listen(
  { bind, port }: TcpListen,
  choice: PortChoice,
  onConnection: OnConnection,
): Promise<Listener> {
  const held = await heldAddresses(choice);
  if (port === 0) {
    return listenOnAny(bind, choice.preferredPort, held, onConnection);
  }
  try {
    return await listenOn(bind, port, held, onConnection);
  } catch (error) {
    if (choice.ifPortBusy !== 'next' || !isTaken(error)) {
      throw error;
    }
    return listenAbove(bind, port, choice, held, onConnection);
  }
}

function heldAddresses({ readListeners = unprotectedListeners }: PortChoice): Promise<readonly TcpAddress[]> {
  return readListeners();
}

/** The next port above this one that is free now, or any free port; undefined: none can be bound. */
export async function nextFreePort(
  { bind, port }: TcpListen,
  choice: PortChoice,
): Promise<number | undefined> {
  try {
    const held = await heldAddresses(choice);
    const listener = await listenAbove(bind, port, choice, held, (socket) => socket.destroy());
    const [bound] = listener.bound;
    await listener.close();
    return bound && 'port' in bound ? bound.port : undefined;
  } catch {
    return undefined;
  }
}

async function listenAbove(
  bind: string | undefined,
  port: number,
  { isReserved = () => false }: PortChoice,
  held: readonly TcpAddress[],
  onConnection: OnConnection,
): Promise<Listener> {
  const last = Math.min(port + nextPortTries, lastPort);
  for (let next = port + 1; next <= last; next++) {
    if (isReserved(next) || bindAddresses(bind).some(({ host }) => isHeld({ host, port: next }, held))) {
      continue;
    }
    try {
      return await listenOn(bind, next, held, onConnection);
    } catch (error) {
      if (!isTaken(error)) {
        throw error;
      }
    }
  }
  return listenOnAny(bind, undefined, held, onConnection);
}

async function listenOnAny(
  bind: string | undefined,
  preferredPort: number | undefined,
  held: readonly TcpAddress[],
  onConnection: OnConnection,
): Promise<Listener> {
  for (let attempt = 0; ; attempt++) {
    const wanted = attempt === 0 ? (preferredPort ?? 0) : 0;
    try {
      return await listenOn(bind, wanted, held, onConnection);
    } catch (error) {
      // The port that the system chose for one address may be taken on the other.
      if (!isTaken(error) || attempt === freePortTries) {
        throw error;
      }
    }
  }
}

/** Whether another program or tunnel has the port. */
export function isTaken(error: unknown): error is TunnelFailure {
  return error instanceof TunnelFailure && error.code === 'AddressInUse';
}

async function listenOn(
  bind: string | undefined,
  port: number,
  held: readonly TcpAddress[],
  onConnection: OnConnection,
): Promise<Listener> {
  const servers: Server[] = [];
  const bound: TcpAddress[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer));
  };
  try {
    for (const { host, optional } of bindAddresses(bind)) {
      const address = { host, port: bound[0]?.port ?? port };
      await refuseHeld(address, held);
      const server = await tryListen(address, optional, onConnection);
      if (server) {
        servers.push(server);
        const actual = boundAddress(server, address);
        bound.push(actual);
        // The system may have chosen the port, or looked up a name.
        await refuseHeld(actual, held);
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { bound, close };
}

/** @throws TunnelFailure AddressInUse */
async function refuseHeld(address: TcpAddress, held: readonly TcpAddress[]): Promise<void> {
  if (isHeld(address, held)) {
    throw new TunnelFailure(await explainListen('EADDRINUSE', address));
  }
}

async function tryListen(
  address: TcpAddress,
  optional: boolean,
  onConnection: OnConnection,
): Promise<Server | undefined> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, onConnection);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ ...address, backlog, exclusive: true, ipv6Only: true }, resolve);
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (optional && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) {
      return undefined;
    }
    throw new TunnelFailure(await explainListen(code, address), { cause: error });
  }
  // For example, too few file descriptors: that connection is lost, but the listener stays open.
  server.removeAllListeners('error').on('error', () => undefined);
  return server;
}

/** @param code the system error's */
export async function explainListen(code: unknown, address: TcpAddress): Promise<TunnelError> {
  switch (code) {
    case 'EADDRINUSE':
      return addressInUse(address, await findPortHolder(address));
    case 'EACCES':
    case 'EPERM':
      return portPermissionDenied(address, await findReservedRange(address.port));
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return addressNotAvailable(address);
    default:
      return listenImpossible(address, String(code));
  }
}

function boundAddress(server: Server, fallback: TcpAddress): TcpAddress {
  const address = server.address();
  return address !== null && typeof address === 'object'
    ? { host: address.address, port: address.port }
    : fallback;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
