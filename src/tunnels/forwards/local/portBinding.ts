// Binds the port or socket of a forward on this machine. If it is taken, `ifPortBusy` decides about another port; if
// another tunnel of ours has it, the forward can wait for it.
import type { Socket } from 'node:net';
import type { Address } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import { addressUsedByTunnel } from '../../errors/forwards/addressInUse';
import { listenAddresses } from '../../config/forward';
import type { Forward, TcpListen } from '../../config/forward';
import type { AskForPort, ForwardOptions } from '../forwardRunner';
import { isTaken, listen, nextFreePort } from './listen';
import type { Listener, PortChoice } from './listen';
import { listenOnPath } from './listenOnPath';

type OnConnection = (socket: Socket) => void;

export class PortBinding {
  readonly #forward: Forward;
  readonly #options: ForwardOptions;
  #preferredPort: number | undefined;
  #waiting: Disposable | undefined;

  constructor(forward: Forward, options: ForwardOptions) {
    this.#forward = forward;
    this.#options = options;
    this.#preferredPort = options.preferredPort;
  }

  /**
   * @param ask undefined: don't prompt
   * @throws TunnelFailure why it can't be bound
   */
  async bind(onConnection: OnConnection, ask: AskForPort | undefined): Promise<Listener> {
    const listener = await this.#bindWhenFree(onConnection, ask);
    const [first] = listener.bound;
    this.#preferredPort = first && 'port' in first ? first.port : undefined;
    const { listen: wanted } = this.#forward;
    // A path that leads elsewhere through symbolic links is taken, too.
    const taken = 'path' in wanted ? [wanted, ...listener.bound] : listener.bound;
    const registration = this.#options.ports.register(taken, this.#options.holder);
    return {
      bound: listener.bound,
      close: async () => {
        await listener.close();
        registration[Symbol.dispose]();
      },
    };
  }

  /** Calls back when a tunnel of ours frees the address. */
  onceFree(onFree: () => void): void {
    this.stopWaiting();
    this.#waiting = this.#options.ports.onceFree(this.#wanted, onFree);
  }

  stopWaiting(): void {
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = undefined;
  }

  /** Finding out who has the port takes time. If a tunnel of ours frees it meanwhile, tries again. */
  async #bindWhenFree(onConnection: OnConnection, ask: AskForPort | undefined): Promise<Listener> {
    for (;;) {
      let freed = false as boolean;
      this.onceFree(() => {
        freed = true;
      });
      try {
        return await this.#tryBind(onConnection, ask);
      } catch (error) {
        if (!freed || !isTaken(error)) {
          throw isTaken(error) ? this.#namingHolder(error) : error;
        }
      } finally {
        this.stopWaiting();
      }
    }
  }

  async #tryBind(onConnection: OnConnection, ask: AskForPort | undefined): Promise<Listener> {
    const { listen: wanted } = this.#forward;
    if ('path' in wanted) {
      return listenOnPath(wanted.path, this.#options, onConnection);
    }
    try {
      return await listen(wanted, this.#choice, onConnection);
    } catch (error) {
      if (!ask || this.#forward.ifPortBusy !== 'ask' || !isTaken(error)) {
        throw error;
      }
      return await this.#bindAnother(wanted, error, onConnection, ask);
    }
  }

  /** Asks again as long as the user chooses ports that are taken. */
  async #bindAnother(
    wanted: TcpListen,
    taken: TunnelFailure,
    onConnection: OnConnection,
    ask: AskForPort,
  ): Promise<Listener> {
    for (let error = taken; ;) {
      const answer = await ask({
        kind: 'port',
        forward: this.#forward.label,
        port: wanted.port,
        error: this.#namingHolder(error).error,
        free: await nextFreePort(wanted, this.#choice),
      });
      const port = Number(answer);
      if (!Number.isInteger(port) || port < 1 || port > 65_535) {
        throw error;
      }
      try {
        return await listen({ bind: wanted.bind, port }, {}, onConnection);
      } catch (next) {
        if (!isTaken(next)) {
          throw next;
        }
        error = next;
      }
    }
  }

  /** Names the tunnel that has the address, if it is one of ours. */
  #namingHolder(error: TunnelFailure): TunnelFailure {
    const [address] = this.#wanted;
    const holder = this.#options.ports.holderOf(this.#wanted);
    return address && holder
      ? new TunnelFailure(addressUsedByTunnel(address, holder), { cause: error })
      : error;
  }

  get #choice(): PortChoice {
    return {
      preferredPort: this.#preferredPort,
      ifPortBusy: this.#forward.ifPortBusy,
      isReserved: (port) => this.#options.ports.isReserved(port),
    };
  }

  get #wanted(): readonly Address[] {
    return listenAddresses(this.#forward.listen);
  }
}
