// The hosts of the user's ssh_config that have forwards of their own, as tunnels to be started by hand; read anew when
// the files change. Nothing is run for the list: no ssh, no daemon.
import { isDeepStrictEqual } from 'node:util';
import { listConfigTunnels } from '../../tunnels/ssh/config/configTunnels';
import type { ConfigTunnel } from '../../tunnels/ssh/config/configTunnels';
import type { Settings } from './readSettings';
import type { ConfiguredTunnel } from './configuredTunnel';
import { FileWatch } from './fileWatch';

export interface SshConfigTunnelsOptions {
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

export class SshConfigTunnels {
  readonly #options: SshConfigTunnelsOptions;
  readonly #watch = new FileWatch(() => this.#readAgain());
  /** undefined: not to be shown. */
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

  /** Resolves when what was asked for before has been read. */
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

  /** The files may have changed where that can't be watched. */
  lookAgain(): void {
    this.#watch.nudge();
  }

  dispose(): void {
    this.#watch.dispose();
  }

  /** One after another, so that the last one counts. */
  #readAgain(): void {
    this.#reading = this.#reading
      .then(() => this.#read())
      .catch((error: unknown) => this.#tell(String(error)));
  }

  async #read(): Promise<void> {
    const source = this.#source;
    const { tunnels, files, folders, problem } = source
      ? await listConfigTunnels(source.configFile)
      : { tunnels: [], files: [], folders: [], problem: undefined };
    await this.#watch.set({ files, folders });
    this.#tell(problem);
    const configured = tunnels.map(configuredTunnel);
    if (!isDeepStrictEqual(configured, this.#tunnels)) {
      this.#tunnels = configured;
      this.#options.onChange();
    }
  }

  #tell(problem: string | undefined): void {
    if (problem !== undefined && problem !== this.#problem) {
      this.#options.log(`Of the SSH config not everything is listed: ${problem}`);
    }
    this.#problem = problem;
  }
}

function configuredTunnel({ alias, file, line, entry, problems }: ConfigTunnel): ConfiguredTunnel {
  return {
    id: `sshConfig:${alias}`,
    name: alias,
    origin: 'sshConfig',
    entry,
    problems,
    folderUri: undefined,
    configPlace: { file, line },
  };
}
