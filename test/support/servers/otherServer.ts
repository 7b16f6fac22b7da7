// What the server suite requires of each server, and what all of them need: keys, and the configuration of the
// client.
import type { TempDir } from '../tempDir';

export type LoginMethod = 'publickey' | 'password' | 'keyboard-interactive';

/** The `Host` of the client's ssh_config that only logs in by this method. */
export function hostFor(method: LoginMethod): string {
  return `by-${method}`;
}

/** The features of a server. */
export interface Abilities {
  readonly logins: readonly LoginMethod[];
  /** As the target of a local forward. */
  readonly dialsUnixSockets: boolean;
  readonly listensOnUnixSockets: boolean;
  /** A remote forward with port 0. */
  readonly choosesPorts: boolean;
  /**
   * What it reports of a target that refuses: the refusal, or that it wasn't reached; or it opens the channel, and
   * closes it.
   */
  readonly refusals: 'reported' | 'reported without the cause' | 'not reported';
  /** It passes a half-close on, and keeps the other direction open. */
  readonly keepsHalfClosed: boolean;
  /** When it rekeys: on request, every second, or after so much data that no test waits for it. */
  readonly renewsKeys: 'on request' | 'every second' | 'hardly ever';
  /** The number of bytes before a rekey can be configured. */
  readonly hasRekeyLimit: boolean;
}

export interface ServerOptions {
  /** It rekeys after so many bytes. */
  readonly rekeyBytes?: number;
  /** It rekeys every second, if it can't be asked to at any moment. */
  readonly rekeysByTime?: boolean;
  /** It does no remote forwards, and gives no reason: dropbear. */
  readonly refusesRemoteForwards?: boolean;
}

export interface OtherServer extends AsyncDisposable {
  readonly port: number;
  /** For all logins except by key. */
  readonly password: string;
  /** An ssh_config with a host for each method of logging in, and 127.0.0.1, which logs in by key. */
  readonly configFile: string;
  /** An unused path, in a folder that the server may use. */
  freePath(): string;
  /** The method of each login that it has granted, since its first start. */
  logins(): readonly LoginMethod[];
  /** Completed key exchanges of all sessions. */
  keyExchanges(): number;
  /** Rekeys all sessions, if it can do so on request. */
  renewKeys?(): void;
  /** Ends every session without a message, and keeps listening. */
  dropSessions(): void;
  /** Ends it with every session, and keeps its port unused. */
  halt(): Promise<void>;
  /** Starts it again, on the same port with the same keys. */
  startAgain(): Promise<void>;
}

export interface ServerKind {
  readonly name: string;
  readonly can: Abilities;
  start(options?: ServerOptions): Promise<OtherServer>;
}

type Part = AsyncDisposable | Disposable;

/** The parts of a server; what was added last is ended first, even if the next one fails to start. */
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

/** Builds a server from parts. */
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
  // By an alias, because it is also reached on other ports.
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
