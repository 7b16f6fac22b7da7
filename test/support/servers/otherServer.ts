// What the suite of servers that others wrote asks of each server, and what all of them need: keys, and the
// configuration of the client.
import type { TempDir } from '../tempDir';

export type LoginMethod = 'publickey' | 'password' | 'keyboard-interactive';

/** The `Host` of the client's ssh_config that logs in by this method alone. */
export function hostFor(method: LoginMethod): string {
  return `by-${method}`;
}

/** What a server can do at all. */
export interface Abilities {
  readonly logins: readonly LoginMethod[];
  /** As the one end of a local forward. */
  readonly dialsUnixSockets: boolean;
  readonly listensOnUnixSockets: boolean;
  /** A remote forward with port 0. */
  readonly choosesPorts: boolean;
  /** What it says of a target that refuses: that, or that it was not reached; or it opens the channel, and closes it. */
  readonly refusals: 'told' | 'told without the cause' | 'not told';
  /** It passes an end of one side on, and keeps the other side. */
  readonly keepsHalfClosed: boolean;
  /** When it renews its keys: as soon as it is told to, every second, or after so much that no test waits for it. */
  readonly renewsKeys: 'when told' | 'every second' | 'hardly ever';
  /** It can be told after how many bytes it shall renew its keys. */
  readonly hasRekeyLimit: boolean;
}

export interface ServerOptions {
  /** The keys are renewed after so many bytes. */
  readonly rekeyBytes?: number;
  /** The keys are renewed every second, where it can't be told to at any moment. */
  readonly rekeysByTime?: boolean;
}

export interface OtherServer extends AsyncDisposable {
  readonly port: number;
  /** For all logins but those by key. */
  readonly password: string;
  /** An ssh_config with a host for each method of logging in, and 127.0.0.1, which logs in by key. */
  readonly configFile: string;
  /** A path that is free, in a folder that the server may use. */
  freePath(): string;
  /** How each login that it has granted was made, since it was started first. */
  logins(): readonly LoginMethod[];
  /** Key exchanges that are done, of all sessions. */
  keyExchanges(): number;
  /** Has it renew the keys of all sessions, where it does so when it is told to. */
  renewKeys?(): void;
  /** Ends every session without a word, and goes on listening. */
  dropSessions(): void;
  /** Ends it with every session, and leaves the port to nobody. */
  halt(): Promise<void>;
  /** Starts it anew, on the same port with the same keys. */
  startAgain(): Promise<void>;
}

export interface ServerKind {
  readonly name: string;
  readonly can: Abilities;
  start(options?: ServerOptions): Promise<OtherServer>;
}

type Part = AsyncDisposable | Disposable;

/** Of what a server is made; what was added last is ended first, also where the start of the next one fails. */
export class Parts implements AsyncDisposable {
  readonly #parts: Part[] = [];

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#parts.splice(0).reverse()) {
      if (Symbol.asyncDispose in part) {
        await part[Symbol.asyncDispose]();
      } else {
        part[Symbol.dispose]();
      }
    }
  }

  use<T extends Part>(part: T): T {
    this.#parts.push(part);
    return part;
  }
}

/** Builds a server of parts. */
export async function buildServer(
  build: (parts: Parts) => Promise<Omit<OtherServer, typeof Symbol.asyncDispose>>,
): Promise<OtherServer> {
  const parts = new Parts();
  try {
    return { ...(await build(parts)), [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose]() };
  } catch (error) {
    await parts[Symbol.asyncDispose]();
    throw error;
  }
}

export interface ClientFacts {
  readonly port: number;
  readonly hostKeyLine: string;
  readonly clientKey: string;
  readonly keyUser: string;
  readonly passwordUser: string;
}

/** Returns the path of the ssh_config. */
export async function writeClientConfig(dir: TempDir, facts: ClientFacts): Promise<string> {
  // By an alias: it is reached by other ports as well.
  const alias = 'other-server';
  const knownHosts = await dir.write('known_hosts', `${alias} ${facts.hostKeyLine}\n`);
  const lines = [
    `Host ${hostFor('publickey')} 127.0.0.1`,
    `User ${facts.keyUser}`,
    `IdentityFile ${facts.clientKey}`,
    'PreferredAuthentications publickey',
    `Host ${hostFor('password')}`,
    'IdentityFile none',
    'PreferredAuthentications password',
    `Host ${hostFor('keyboard-interactive')}`,
    'IdentityFile none',
    'PreferredAuthentications keyboard-interactive',
    'Host *',
    'HostName 127.0.0.1',
    `Port ${facts.port}`,
    `User ${facts.passwordUser}`,
    'IdentitiesOnly yes',
    'IdentityAgent none',
    `HostKeyAlias ${alias}`,
    `UserKnownHostsFile ${knownHosts}`,
    'GlobalKnownHostsFile /dev/null',
    'StrictHostKeyChecking yes',
    'UpdateHostKeys no',
  ];
  return await dir.write('ssh_config', `${lines.join('\n')}\n`);
}
