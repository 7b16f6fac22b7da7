// Reads the options of the extension. One that can't be understood is a problem and counts as its strictest value, never
// as unset: the user may have meant to forbid something.
import type { ConnectionSettings } from '../../tunnels/daemon/protocol/protocol';
import type { DefinitionProblem } from '../../tunnels/config/definition';
import { deferred as l10n } from '../../tunnels/util/l10n';
import type { Message } from '../../tunnels/util/l10n';
import { unquoted } from '../../tunnels/util/shown';
import { maxTimerSeconds } from '../../tunnels/util/timeOuts';
import { statusBarModes } from '../../views/tunnelsModel';
import type { StatusBarMode } from '../../views/tunnelsModel';
import { settingKeys } from '../contributions';
import { pathFault } from './pathSetting';
import type { PathKind } from './pathSetting';

const autoStartModes = ['ask', 'on', 'off'] as const;
type AutoStartMode = (typeof autoStartModes)[number];

export interface Options {
  readonly autoStart: AutoStartMode;
  readonly statusBar: StatusBarMode;
  /** Whether hosts of ssh_config that have forwards are listed. */
  readonly showSshConfigHosts: boolean;
  /** Whether terminals get variables for forwards with `env`. */
  readonly terminalEnvironment: boolean;
  readonly connection: ConnectionSettings;
}

interface ReadOptions {
  readonly options: Options;
  readonly problems: readonly DefinitionProblem[];
  /** Why no tunnel may start: there is no strictest value for a file or an agent. */
  readonly blocked: DefinitionProblem | undefined;
}

/** A setting by level, as VS Code's inspect(). */
interface Levels {
  readonly defaultValue?: unknown;
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

/** @param platform whose paths the settings have; default: this machine's */
export function readOptions(
  inspect: (key: string) => Levels | undefined,
  platform: NodeJS.Platform = process.platform,
): ReadOptions {
  const reader = new OptionReader(inspect, platform);
  const { sshConfigFile, userKnownHostsFile, identityAgent } = settingKeys;
  const paths = {
    sshConfigFile: reader.path(sshConfigFile, 'fileOrNone'),
    userKnownHostsFile: reader.path(userKnownHostsFile, 'file'),
    identityAgent: reader.path(identityAgent, 'agent'),
  };
  const [blocked] = reader.problems;
  const isListed = reader.isOn(settingKeys.showSshConfigHosts);
  const options: Options = {
    autoStart: reader.choice(settingKeys.autoStart, autoStartModes, 'off') ?? 'ask',
    statusBar: reader.statusBar(settingKeys.statusBar),
    showSshConfigHosts: isListed && blocked === undefined,
    terminalEnvironment: reader.isOn(settingKeys.terminalEnvironment),
    connection: {
      ...compact({
        ...paths,
        strictHostKeyChecking: reader.choice(
          settingKeys.strictHostKeyChecking,
          ['ask', 'accept-new', 'yes'],
          'yes',
        ),
        serverAliveInterval: reader.wholeNumber(settingKeys.serverAliveInterval, 0),
        serverAliveCountMax: reader.wholeNumber(settingKeys.serverAliveCountMax, 1),
        connectTimeout: reader.wholeNumber(settingKeys.connectTimeout, 0),
      }),
      reconnectMaxDelay: reader.wholeNumber(settingKeys.reconnectMaxDelay, 1) ?? 30,
    },
  };
  return { options, problems: reader.problems, blocked };
}

class OptionReader {
  readonly #inspect: (key: string) => Levels | undefined;
  readonly #platform: NodeJS.Platform;
  readonly problems: DefinitionProblem[] = [];

  constructor(inspect: (key: string) => Levels | undefined, platform: NodeJS.Platform) {
    this.#inspect = inspect;
    this.#platform = platform;
  }

  choice<T extends string>(key: string, choices: readonly T[], strictest: T): T | undefined {
    const value = this.#own(key);
    if (value === undefined) {
      return undefined;
    }
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      this.#report(key, wrongChoice(choices, strictest));
    }
    return choice ?? strictest;
  }

  /** Seconds or a count. None makes anything less strict, so a wrong one is reported and ignored. */
  wholeNumber(key: string, lowest: number): number | undefined {
    const value = this.#own(key);
    const highest = maxTimerSeconds;
    if (typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest) {
      return value;
    }
    if (value !== undefined) {
      this.#report(
        key,
        l10n.t('It must be a whole number from {lowest} to {highest}. Until you fix it, it is ignored.', {
          lowest,
          highest,
        }),
      );
    }
    return undefined;
  }

  path(key: string, kind: PathKind): string | undefined {
    const value = this.#own(key);
    // The settings editor leaves an empty text where a path was removed.
    if (value === undefined || value === '') {
      return undefined;
    }
    if (typeof value !== 'string') {
      this.#report(key, l10n.t('It must be a path. Until you fix it, no tunnel starts.'));
      return undefined;
    }
    const fault = pathFault(kind, value, this.#platform);
    if (fault !== undefined) {
      this.#report(key, fault);
    }
    return value;
  }

  /** Off at any level is off: a project can't turn on what the user has turned off. */
  isOn(key: string): boolean {
    const value = this.#own(key);
    if (value !== undefined && typeof value !== 'boolean') {
      this.#report(key, wrongChoice([true, false], false));
    }
    return this.#levels(key).every((level) => level === true);
  }

  /** As isOn(); otherwise the nearest level decides. */
  statusBar(key: string): StatusBarMode {
    this.choice(key, statusBarModes, 'summary');
    const modes = this.#levels(key).map((level) => statusBarModes.find((mode) => mode === level));
    return modes.includes('off') ? 'off' : (modes.findLast((mode) => mode !== undefined) ?? 'summary');
  }

  /** What only the user may set. VS Code ignores a workspace's value by its scope; this never reads it. */
  #own(key: string): unknown {
    const { defaultValue, globalValue } = this.#inspect(key) ?? {};
    return globalValue ?? defaultValue ?? undefined;
  }

  /** From the user's to the folder's, without those that are not set. */
  #levels(key: string): readonly unknown[] {
    const { workspaceValue, workspaceFolderValue } = this.#inspect(key) ?? {};
    return [this.#own(key), workspaceValue, workspaceFolderValue].filter(
      (level) => level !== undefined && level !== null,
    );
  }

  #report(key: string, message: Message): void {
    this.problems.push({ path: [key], message });
  }
}

function wrongChoice(choices: readonly (string | boolean)[], strictest: string | boolean): Message {
  return l10n.t('It must be one of {choices}. Until you fix it, {strictest} applies.', {
    choices: unquoted(choices.map((choice) => JSON.stringify(choice)).join(', ')),
    strictest: unquoted(JSON.stringify(strictest)),
  });
}

type Compact<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that are undefined. */
function compact<T extends object>(value: T): Compact<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Compact<T>;
}
