// The hosts of the user's ssh_config that have forwards, as tunnels to start manually. Read again when the files
// change. Listing them runs no ssh and no daemon.
import { isDeepStrictEqual } from 'node:util';
import { listConfigTunnels } from '../../../tunnels/ssh/config/configTunnels';
import type { SshConfigTunnel } from '../../../tunnels/ssh/config/configTunnels';
import type { Settings } from '../readSettings';
import type { ConfiguredTunnel } from '../configuredTunnel';
import { FileWatch } from '../fileWatch';

export interface SshConfigTunnelsOptions {
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

export class SshConfigTunnels {
  readonly #options: SshConfigTunnelsOptions;
  readonly #watch = new FileWatch(() => this.#readAgain());
  /** undefined: not shown. */
  #source: { readonly configFile: string | undefined } | undefined;
  #tunnels: readonly ConfiguredTunnel[] = [];
  #reading = Promise.resolve();
  #problem: string | undefined;

  constructor(options: SshConfigTunnelsOptions) {
    this.#options = options;
  }

  get tunnels(): readonly ConfiguredTunnel[] {
    return this.#tunnels;
  }

  /** Resolves when all reads requested so far are done. */
  settled(): Promise<void> {
    return this.#reading;
  }

  configure({ showSshConfigHosts, connection }: Settings): void {
    const source = showSshConfigHosts ? { configFile: connection.sshConfigFile } : undefined;
    if (!isDeepStrictEqual(source, this.#source)) {
      this.#source = source;
      this.#readAgain();
    }
  }

  /** Reads again, because changes of some files can't be watched. */
  refreshSoon(): void {
    this.#watch.reportSoon();
  }

  dispose(): void {
    this.#watch.dispose();
  }

  /** One read at a time, so that the last one wins. */
  #readAgain(): void {
    this.#reading = this.#reading
      .then(() => this.#read())
      .catch((error: unknown) => this.#logProblem(String(error)));
  }

  async #read(): Promise<void> {
    const source = this.#source;
    const { tunnels, files, folders, problem } = source
      ? await listConfigTunnels(source.configFile)
      : { tunnels: [], files: [], folders: [], problem: undefined };
    await this.#watch.set({ files, folders });
    this.#logProblem(problem);
    const configured = tunnels.map(configuredTunnel);
    if (!isDeepStrictEqual(configured, this.#tunnels)) {
      this.#tunnels = configured;
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

function configuredTunnel({ alias, file, line, entry, problems }: SshConfigTunnel): ConfiguredTunnel {
  return {
    id: `sshConfig:${alias}`,
    name: alias,
    origin: 'sshConfig',
    entry,
    problems,
    folderUri: undefined,
    configLocation: { file, line },
  };
}
