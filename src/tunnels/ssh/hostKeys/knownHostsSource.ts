// What is known of a host: the entries of its known_hosts files and of its KnownHostsCommand.
import type { TunnelFailure } from '../../errors/errors';
import type { HostConfig } from '../config/hostConfig';
import type { Log } from '../../util/log';
import { CommandNotStarted, runKnownHostsCommand } from './knownHostsCommand';
import type { Lookup } from './knownHostsCommand';
import { readKnownHosts } from './knownHostsFiles';
import type { KnownHostsEntry } from './knownHostsLine';

export class KnownHostsSource {
  readonly #host: HostConfig;
  readonly #env: Readonly<Record<string, string | undefined>>;
  /** Of the files only. */
  readonly entries: readonly KnownHostsEntry[];
  /** Why files could not be read, or the command could not be started. */
  readonly #unreadable: TunnelFailure[];

  private constructor(
    host: HostConfig,
    env: Readonly<Record<string, string | undefined>>,
    entries: readonly KnownHostsEntry[],
    unreadable: TunnelFailure[],
  ) {
    this.#host = host;
    this.#env = env;
    this.entries = entries;
    this.#unreadable = unreadable;
  }

  /** Reads the files. @param env for a KnownHostsCommand */
  static async read(
    host: HostConfig,
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<KnownHostsSource> {
    const unreadable: TunnelFailure[] = [];
    const files = [...host.userKnownHostsFiles, ...host.globalKnownHostsFiles];
    const entries = await readKnownHosts(files, (failure) => unreadable.push(failure));
    return new KnownHostsSource(host, env, entries, unreadable);
  }

  /**
   * The entries of the files, and those that the command prints for a lookup.
   * @throws TunnelFailure HostKeyUnknown when the command fails
   */
  async lookUp(lookup: Lookup, signal: AbortSignal): Promise<readonly KnownHostsEntry[]> {
    const { knownHostsCommand } = this.#host;
    if (knownHostsCommand === undefined) {
      return this.entries;
    }
    try {
      const printed = await runKnownHostsCommand(knownHostsCommand, this.#host, this.#env, lookup, signal);
      return [...this.entries, ...printed];
    } catch (error) {
      if (!(error instanceof CommandNotStarted)) {
        throw error;
      }
      this.#unreadable.push(error);
      return this.entries;
    }
  }

  /** Logs what could not be read. */
  warn(log: Log): void {
    for (const message of new Set(this.#unreadable.map((failure) => failure.message))) {
      log.warn(message);
    }
  }

  /** @throws TunnelFailure HostKeyUnknown unless all could be read. ssh would take the host for a new one */
  requireReadable(): void {
    const [failure] = this.#unreadable;
    if (failure) {
      throw failure;
    }
  }

  /** For the log. */
  get files(): string {
    const { userKnownHostsFiles, globalKnownHostsFiles } = this.#host;
    return [...userKnownHostsFiles, ...globalKnownHostsFiles].join(', ') || 'no file';
  }
}
