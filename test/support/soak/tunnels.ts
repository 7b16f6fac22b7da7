// The tunnels of a soak: every kind of forward, shared and separate sessions, one through a jump host, one on demand;
// and where their clients connect.
import type { LeaseEntry } from '../testWindow';
import type { SoakTargets } from './targets';

export interface SoakListener {
  readonly tunnel: SoakTunnel;
  readonly leadsTo: 'echo' | 'files' | 'sink' | 'anywhere';
  readonly at: { readonly port: number } | { readonly path: string };
  /** Who listens: this machine, or the server, whose end isn't our responsibility. */
  readonly side: 'here' | 'server';
}

export type Sort = SoakListener['leadsTo'];

interface Definition {
  readonly host: string;
  /** The changes of settings that users make in turn. */
  readonly variants?: readonly [object, object];
  readonly keys: object;
  readonly onDemand?: boolean;
}

export class SoakTunnel {
  readonly id: string;
  readonly onDemand: boolean;
  readonly listeners: SoakListener[] = [];
  readonly #definition: Definition;
  #variant = 0;
  /** Counts what users have done to it. */
  #age = 0;
  #running = false;

  constructor(name: string, definition: Definition) {
    this.id = `user:${name}`;
    this.onDemand = definition.onDemand ?? false;
    this.#definition = definition;
  }

  get canChange(): boolean {
    return this.#definition.variants !== undefined;
  }

  get leaseEntry(): LeaseEntry {
    const { host, keys, variants } = this.#definition;
    return {
      id: this.id,
      tunnel: { host, ...hasty, ...keys, ...variants?.[this.#variant % 2] },
      onDemand: this.onDemand,
    };
  }

  change(): void {
    this.#variant++;
  }

  /** From now on its listeners are expected. */
  runs(): void {
    this.#running = true;
  }

  rests(): void {
    this.#running = false;
    this.#age++;
  }

  /** Whether it has run all the time since this was called. */
  watch(): () => boolean {
    const age = this.#age;
    const running = this.#running;
    return () => running && this.#running && this.#age === age;
  }

  opens(leadsTo: Sort, at: number | string, side: SoakListener['side'] = 'here'): this {
    const where = typeof at === 'number' ? { port: at } : { path: at };
    this.listeners.push({ tunnel: this, leadsTo, at: where, side });
    return this;
  }
}

/** Notices a dead connection within three seconds, and retries within two: longer waits would not fit. */
const hasty = { serverAliveInterval: 1, serverAliveCountMax: 2, connectTimeout: 3 };
export const reconnectMaxDelay = 2;
export const portsNeeded = 15;

/** @param file names a path in a folder of the soak */
export function soakTunnels(
  ports: readonly number[],
  { echo, echoSocket, files, sink }: SoakTargets,
  file: (name: string) => string,
): readonly SoakTunnel[] {
  const left = [...ports];
  const port = (): number => left.shift() ?? NaN;
  const to = (listen: number | string, { address }: { address: object }): string => {
    const target =
      'path' in address ? String(address.path) : `127.0.0.1:${String((address as { port: number }).port)}`;
    return `${typeof listen === 'number' ? `127.0.0.1:${listen}` : listen}:${target}`;
  };
  const [webEcho, webFiles, webSink, webMore] = [port(), port(), port(), port()];
  const [ownEcho, ownFiles, innerFiles, innerSocks, innerEcho] = [port(), port(), port(), port(), port()];
  const [socks, demandEcho, demandFiles, backEcho, backFiles, reverse] = [
    port(),
    port(),
    port(),
    port(),
    port(),
    port(),
  ];
  const [hereSocket, thereSocket] = [file('here.sock'), file('there.sock')];
  const web = [to(webEcho, echo), to(webFiles, files), to(webSink, sink)];
  return [
    // These three share a session.
    new SoakTunnel('web', {
      host: 'near',
      keys: {},
      variants: [{ localForward: web }, { localForward: [...web, to(webMore, echo)] }],
    })
      .opens('echo', webEcho)
      .opens('files', webFiles)
      .opens('sink', webSink),
    new SoakTunnel('proxy', { host: 'near', keys: { dynamicForward: socks } }).opens('anywhere', socks),
    new SoakTunnel('sockets', {
      host: 'near',
      keys: { localForward: to(hereSocket, echoSocket), remoteForward: to(thereSocket, echo) },
    })
      .opens('echo', hereSocket)
      .opens('echo', thereSocket, 'server'),
    new SoakTunnel('own', {
      host: 'far',
      keys: { localForward: [to(ownEcho, echo), to(ownFiles, files)] },
      variants: [{ compression: true }, { compression: false, serverAliveCountMax: 3 }],
    })
      .opens('echo', ownEcho)
      .opens('files', ownFiles),
    // And these two.
    new SoakTunnel('back', {
      host: 'far',
      keys: { remoteForward: [to(backEcho, echo), to(backFiles, files)] },
    })
      .opens('echo', backEcho, 'server')
      .opens('files', backFiles, 'server'),
    new SoakTunnel('reverse', { host: 'far', keys: { remoteForward: `127.0.0.1:${reverse}` } }).opens(
      'anywhere',
      reverse,
      'server',
    ),
    new SoakTunnel('inner', {
      host: 'inner',
      keys: {
        proxyJump: 'near',
        localForward: [to(innerFiles, files), to(innerEcho, echo)],
        dynamicForward: innerSocks,
      },
    })
      .opens('files', innerFiles)
      .opens('echo', innerEcho)
      .opens('anywhere', innerSocks),
    new SoakTunnel('demand', {
      host: 'far',
      keys: { localForward: [to(demandEcho, echo), to(demandFiles, files)], serverAliveCountMax: 1 },
      onDemand: true,
    })
      .opens('echo', demandEcho)
      .opens('files', demandFiles),
  ];
}
