// Takes the place where a forward listens on this machine: the port or the socket of its setting, or what `ifPortBusy`
// says where that is taken; and waits for it where another tunnel has it.
import type { Socket } from 'node:net';
import type { Address } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import { heldByTunnel } from '../../errors/localListenAndTarget';
import type { Forward, TcpListen } from '../../config/forward';
import type { PortQuestion } from '../../model/prompt';
import type { ForwardOptions } from '../createForward';
import { bindAddresses, isTaken, listen, nextFreePort } from './listen';
import type { Listener, PortChoice } from './listen';
import { listenOnPath } from './listenOnPath';

/** Asks the person who started it which port to take instead; undefined: none. */
export type AskForPort = (question: PortQuestion) => Promise<string | undefined>;

type OnConnection = (socket: Socket) => void;

export class Place {
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
   * @param ask undefined: nobody may be asked
   * @throws TunnelFailure why it can't be had
   */
  async take(onConnection: OnConnection, ask: AskForPort | undefined): Promise<Listener> {
    const listener = await this.#bindOnceFree(onConnection, ask);
    const [first] = listener.bound;
    this.#preferredPort = first && 'port' in first ? first.port : undefined;
    const hold = this.#options.ports.hold(listener.bound, this.#options.holder);
    return {
      bound: listener.bound,
      close: async () => {
        await listener.close();
        hold[Symbol.dispose]();
      },
    };
  }

  /** Calls back when a tunnel of ours lets go of it. */
  wait(onFree: () => void): void {
    this.leave();
    this.#waiting = this.#options.ports.onceFree(this.#wanted, onFree);
  }

  /** Waits no longer. */
  leave(): void {
    this.#waiting?.[Symbol.dispose]();
    this.#waiting = undefined;
  }

  /** To find out who has it takes a while, in which a tunnel of ours may let go of it. */
  async #bindOnceFree(onConnection: OnConnection, ask: AskForPort | undefined): Promise<Listener> {
    for (;;) {
      let freed = false as boolean;
      this.wait(() => {
        freed = true;
      });
      try {
        return await this.#bind(onConnection, ask);
      } catch (error) {
        if (!freed || !isTaken(error)) {
          throw this.#explain(error);
        }
      } finally {
        this.leave();
      }
    }
  }

  async #bind(onConnection: OnConnection, ask: AskForPort | undefined): Promise<Listener> {
    const { listen: wanted } = this.#forward;
    if ('path' in wanted) {
      return listenOnPath(wanted.path, this.#options.ownSockets, onConnection);
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

  /** As long as the person names ports that are taken, they are asked again. */
  async #bindAnother(
    wanted: TcpListen,
    taken: unknown,
    onConnection: OnConnection,
    ask: AskForPort,
  ): Promise<Listener> {
    for (let error = taken; ;) {
      const answer = await ask({
        kind: 'port',
        forward: this.#forward.label,
        port: wanted.port,
        message: this.#explain(error).message,
        free: await nextFreePort(wanted, this.#choice),
      });
      const port = Number(answer);
      if (!Number.isInteger(port) || port < 1 || port > 65_535) {
        throw error;
      }
      try {
        return await listen({ bind: wanted.bind, port }, {}, onConnection);
      } catch (again) {
        if (!isTaken(again)) {
          throw again;
        }
        error = again;
      }
    }
  }

  /** With the tunnel that has it, where it is one of ours. */
  #explain(error: unknown): Error {
    const [address] = this.#wanted;
    const holder = isTaken(error) ? this.#options.ports.holderOf(this.#wanted) : undefined;
    if (address && holder) {
      return new TunnelFailure(heldByTunnel(address, holder), { cause: error });
    }
    return error instanceof Error ? error : new Error(String(error));
  }

  get #choice(): PortChoice {
    return {
      preferredPort: this.#preferredPort,
      ifPortBusy: this.#forward.ifPortBusy,
      isSpokenFor: (port) => this.#options.ports.isSpokenFor(port),
    };
  }

  get #wanted(): readonly Address[] {
    return wantedPlaces(this.#forward);
  }
}

/** Every place at which a forward listens once it is open. */
export function wantedPlaces({ listen: wanted }: Forward): readonly Address[] {
  return 'path' in wanted
    ? [wanted]
    : bindAddresses(wanted.bind).map(({ host }) => ({ host, port: wanted.port }));
}
