// The local ports that Add Tunnel… suggests: the wanted one if it is free, else the next free one.
import { suggestPort } from '../../settings/freePorts';
import type { TcpListen } from '../../../tunnels/config/forward';
import type { DesiredState } from '../../tunnels/desiredState';

export class ListenPorts {
  readonly #reserved: ReadonlySet<number>;
  readonly #own: number | undefined;
  readonly #known = new Map<string, number>();

  /** @param reserved ports of other tunnels, also of those that don't run @param own the port of the tunnel itself */
  constructor(reserved: ReadonlySet<number>, own?: number) {
    this.#reserved = reserved;
    this.#own = own;
  }

  /** undefined: not looked for yet. */
  known(wanted: TcpListen): number | undefined {
    return this.#known.get(keyOf(wanted));
  }

  async find(wanted: TcpListen): Promise<number> {
    const known = this.known(wanted);
    if (known !== undefined) {
      return known;
    }
    const isSure = wanted.port === 0 || wanted.port === this.#own;
    const found = isSure ? wanted.port : await suggestPort(wanted, this.#reserved);
    const port = found ?? wanted.port;
    this.#known.set(keyOf(wanted), port);
    return port;
  }
}

/** The fixed local ports of this window's tunnels. @param except the id of one whose ports don't count */
export function portsInSettings(desiredState: DesiredState, except?: string): ReadonlySet<number> {
  return new Set(
    desiredState.usable
      .filter(({ id, origin }) => id !== except && origin !== 'sshConfig')
      .flatMap(({ entry }) => entry.definition.forwards)
      .flatMap(({ kind, listen }) => (kind === 'remote' || !('port' in listen) ? [] : [listen.port]))
      .filter((port) => port !== 0),
  );
}

function keyOf({ bind, port }: TcpListen): string {
  return `${bind ?? ''} ${port}`;
}
