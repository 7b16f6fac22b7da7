// The hosts of the user's ssh_config that have forwards, as tunnels to start manually. Read again when the files
// change. Listing them runs no ssh and no daemon.
import { isDeepStrictEqual } from 'node:util';
import { leasedEnvironment } from '../../../tunnels/daemon/protocol/leasedEnvironment';
import { ConfigTunnelList } from '../../../tunnels/ssh/config/hostList/configTunnels';
import type { SshConfigTunnel } from '../../../tunnels/ssh/config/hostList/configTunnels';
import type { Settings } from '../readSettings';
import type { ConfiguredTunnel } from '../configuredTunnel';
import { FileWatch } from '../fileWatch';
import type { DefinitionProblem } from '../../../tunnels/config/definition';
import { Restartable } from '../../../tunnels/util/pacing/restartable';
import { describeFault } from '../../../tunnels/util/shown';

export interface SshConfigTunnelsOptions {
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

export class SshConfigTunnels {
  readonly #options: SshConfigTunnelsOptions;
  readonly #watch = new FileWatch(() => this.#reading.request());
  readonly #list = new ConfigTunnelList();
  readonly #reading: Restartable;
  /** undefined: not shown. */
  #source: { readonly configFile: string | undefined } | undefined;
  #tunnels: readonly ConfiguredTunnel[] = [];
  /** By what they were made from, which stays the same object as long as its lines do. */
  #made: ReadonlyMap<object, ConfiguredTunnel> = new Map();
  #problem: string | undefined;

  constructor(options: SshConfigTunnelsOptions) {
    this.#options = options;
    this.#reading = new Restartable(
      (signal) => this.#read(signal),
      (error) => this.#logProblem(describeFault(error)),
    );
  }

  get tunnels(): readonly ConfiguredTunnel[] {
    return this.#tunnels;
  }

  /** Resolves when all reads requested so far are done. */
  settled(): Promise<void> {
    return this.#reading.settled();
  }

  configure({ showSshConfigHosts, connection }: Settings): void {
    const source = showSshConfigHosts ? { configFile: connection.sshConfigFile } : undefined;
    if (!isDeepStrictEqual(source, this.#source)) {
      this.#source = source;
      this.#reading.request();
    }
  }

  /** Reads again, because changes of some files can't be watched. */
  refreshSoon(): void {
    this.#watch.reportSoon();
  }

  dispose(): void {
    this.#watch.dispose();
    this.#reading.dispose();
  }

  async #read(signal: AbortSignal): Promise<void> {
    const source = this.#source;
    const { tunnels, files, folders, problem, limits } = source
      ? await this.#list.read(source.configFile, { ...leasedEnvironment(process.env) }, signal)
      : { tunnels: [], files: [], folders: [], problem: undefined, limits: [] };
    await this.#watch.set({ files, folders });
    this.#logProblem(problem);
    const made = new Map<object, ConfiguredTunnel>(
      tunnels.map((tunnel) => [tunnel, this.#made.get(tunnel) ?? configuredTunnel(tunnel)]),
    );
    const listed = [...made.values(), ...limitRows(limits)];
    this.#made = made;
    if (!hasSameElements(listed, this.#tunnels)) {
      this.#tunnels = listed;
      this.#options.onChange();
    }
  }

  #logProblem(problem: string | undefined): void {
    if (problem !== undefined && problem !== this.#problem) {
      this.#options.log(`Some hosts of the SSH config are not listed: ${problem}`);
    }
    this.#problem = problem;
  }
}

function configuredTunnel(tunnel: SshConfigTunnel): ConfiguredTunnel {
  const { alias, file, line, entry, problems, leftOut } = tunnel;
  return {
    id: `sshConfig:${alias}`,
    name: alias,
    origin: 'sshConfig',
    entry,
    problems,
    ...(leftOut.length === 0 ? {} : { leftOut }),
    folderUri: undefined,
    configLocation: { file, line },
  };
}

/** A row for each file of which not all hosts are listed. */
function limitRows(limits: readonly DefinitionProblem[]): readonly ConfiguredTunnel[] {
  const byFile = new Map<string, DefinitionProblem[]>();
  for (const limit of limits) {
    const file = String(limit.path[0]);
    byFile.set(file, [...(byFile.get(file) ?? []), limit]);
  }
  return [...byFile].map(([file, problems]) => ({
    // An alias has no "/".
    id: `sshConfig:/${file}`,
    name: file,
    origin: 'sshConfig',
    entry: undefined,
    problems,
    folderUri: undefined,
    configLocation: { file, line: Number(problems[0]?.path[1] ?? 1) },
  }));
}

function hasSameElements(a: readonly ConfiguredTunnel[], b: readonly ConfiguredTunnel[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      (tunnel, index) =>
        tunnel === b[index] || (tunnel.entry === undefined && isDeepStrictEqual(tunnel, b[index])),
    )
  );
}
