// The only module that reads settings: the tunnels of each origin, never merged, and the user's own options.
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { ConnectionSettings } from '../../tunnels/daemon/protocol/protocol';
import { applyOverride } from '../../tunnels/config/applyOverride';
import type { Overridden } from '../../tunnels/config/applyOverride';
import type { DefinitionProblem, TunnelEntry } from '../../tunnels/config/definition';
import { parseOverridesInSteps } from '../../tunnels/config/parsing/parseOverrides';
import type { ParsedOverride } from '../../tunnels/config/parsing/parseOverrides';
import { parseTunnelsInSteps } from '../../tunnels/config/parsing/parseTunnels';
import { expandSocketPaths } from '../../tunnels/config/socketPaths';
import type { PathVariables } from '../../tunnels/config/socketPaths';
import { deferred as l10n, untranslated } from '../../tunnels/util/l10n';
import { Slices } from '../../tunnels/util/slices';
import type { Steps } from '../../tunnels/util/slices';
import { statusBarModes } from '../../views/tunnelsModel';
import type { StatusBarMode } from '../../views/tunnelsModel';
import type { ConfiguredTunnel } from './configuredTunnel';
import { portsAttributesKey, settingKeys } from '../contributions';
import { folderName } from './folderNames';
import { ParsedTunnelCache } from './parsedTunnelCache';
import type { CachedReading } from './parsedTunnelCache';
import { symlinkEscape } from './symlinkEscape';

const autoStartModes = ['ask', 'on', 'off'] as const;
export type AutoStartMode = (typeof autoStartModes)[number];

export interface Settings {
  readonly tunnels: readonly ConfiguredTunnel[];
  readonly autoStart: AutoStartMode;
  readonly statusBar: StatusBarMode;
  /** Whether hosts of ssh_config that have forwards are listed. */
  readonly showSshConfigHosts: boolean;
  /** Whether terminals get variables for forwards with `env`. */
  readonly terminalEnvironment: boolean;
  readonly connection: ConnectionSettings;
}

/**
 * In short slices, so that the extension host stays responsive.
 * @param log for a part of the settings that could not be read, which is then missing; the others are read
 * @param cache of earlier readings
 * @throws the signal's reason when aborted
 */
export async function readSettings(
  log: (line: string) => void,
  cache = new ParsedTunnelCache(),
  signal?: AbortSignal,
): Promise<Settings> {
  const tunnels = await new Slices(signal).run(readTunnels(new PartReader(log), cache));
  return {
    tunnels,
    autoStart: oneOf(autoStartModes, readOwn(settingKeys.autoStart)) ?? 'ask',
    statusBar: oneOf(statusBarModes, read(settingKeys.statusBar)) ?? 'summary',
    showSshConfigHosts: read(settingKeys.showSshConfigHosts) !== false,
    terminalEnvironment: read(settingKeys.terminalEnvironment) !== false,
    connection: readConnectionSettings(),
  };
}

/** Called when one of our settings or the workspace folders have changed. */
export function onDidChangeSettings(listener: () => void): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('sshTunnels')) {
        listener();
      }
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(listener),
  );
}

/** VS Code's `remote.portsAttributes`, as the user or the workspace has set it. */
export function readPortsAttributes(where: 'user' | 'workspace'): unknown {
  const { globalValue, workspaceValue } = inspect(portsAttributesKey, undefined) ?? {};
  return where === 'user' ? globalValue : workspaceValue;
}

type Overrides = ReadonlyMap<string, ParsedOverride>;
type Inspected = NonNullable<ReturnType<vscode.WorkspaceConfiguration['inspect']>>;

/** Reads each part on its own. */
class PartReader {
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  *read<T>(part: string, read: () => Steps<T>): Steps<T | undefined> {
    try {
      return yield* read();
    } catch (error) {
      this.#log(`The ${part} can't be read: ${String(error)}`);
      return undefined;
    }
  }
}

function* readTunnels(parts: PartReader, cache: ParsedTunnelCache): Steps<ConfiguredTunnel[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const read = cache.begin();
  const user = yield* parts.read(untranslated`tunnels of the user settings`, () => {
    const value = inspect(settingKeys.tunnels, undefined)?.globalValue;
    return readOrigin({ origin: 'user', value, overrides: new Map(), read });
  });
  const parsed = yield* parts.read('overrides', () =>
    parseOverridesInSteps(inspect(settingKeys.overrides, undefined)?.globalValue),
  );
  const overrides = parsed?.byName;
  // Without a workspace file, the folder's settings are the workspace's, so they are read once.
  const isOneFolder = vscode.workspace.workspaceFile === undefined;
  const ofWorkspace = yield* parts.read(untranslated`tunnels of the workspace settings`, () => {
    const value = inspect(settingKeys.tunnels, undefined)?.workspaceValue;
    const folderUri = isOneFolder ? folders[0]?.uri : undefined;
    return readOrigin({ origin: 'workspace', value, folderUri, overrides, read });
  });
  const tunnels = [...(user ?? []), ...(ofWorkspace ?? [])];
  for (const folder of isOneFolder ? [] : folders) {
    const ofFolder = yield* parts.read(untranslated`tunnels of the folder ${folder.name}`, () => {
      const value = inspect(settingKeys.tunnels, folder.uri)?.workspaceFolderValue;
      const [name, folderUri] = [folderName(folder), folder.uri];
      return readOrigin({ origin: 'folder', value, folder: name, folderUri, overrides, read });
    });
    tunnels.push(...(ofFolder ?? []));
  }
  cache.end(read);
  return withUniqueIds(tunnels);
}

/** Different tunnels can get the same id: folder "a" with tunnel "b:c", and folder "a:b" with tunnel "c". */
function withUniqueIds(tunnels: readonly ConfiguredTunnel[]): ConfiguredTunnel[] {
  const seen = new Map<string, number>();
  return tunnels.map((tunnel) => {
    const count = (seen.get(tunnel.id) ?? 0) + 1;
    seen.set(tunnel.id, count);
    return count === 1 ? tunnel : { ...tunnel, id: `${tunnel.id} (${count})` };
  });
}

function inspect(key: string, uri: vscode.Uri | undefined): Inspected | undefined {
  return vscode.workspace.getConfiguration(undefined, uri).inspect<unknown>(key);
}

interface OriginToRead {
  readonly origin: 'user' | 'workspace' | 'folder';
  readonly value: unknown;
  readonly folder?: string;
  readonly folderUri?: vscode.Uri | undefined;
  readonly overrides: Overrides | undefined;
  readonly read: CachedReading;
}

function* readOrigin({ value, overrides, read, ...where }: OriginToRead): Steps<ConfiguredTunnel[]> {
  const { origin, folder, folderUri } = where;
  const source = { origin, folderUri, ...(folder === undefined ? {} : { folder }) };
  const prefix = folder === undefined ? origin : `${origin}:${folder}`;
  const { tunnels, problems } = yield* parseTunnelsInSteps(value, pathVariables(folderUri), read.of(prefix));
  const name = settingKeys.tunnels;
  const listed: ConfiguredTunnel[] = [];
  for (const { name: own, parsed } of tunnels) {
    const identity = { ...source, id: `${prefix}:${own}`, name: own };
    listed.push(
      'entry' in parsed
        ? { ...identity, ...overridden(own, parsed.entry, overrides, folderUri) }
        : { ...identity, entry: undefined, problems: locate([name, own], parsed.problems) },
    );
    yield;
  }
  if (problems.length > 0) {
    listed.push({
      ...source,
      ...{ id: `${prefix}:`, name, entry: undefined, problems: locate([name], problems) },
    });
  }
  return listed;
}

/** What socket paths may refer to: the home folder and the workspace folder. */
export function pathVariables(folder: vscode.Uri | undefined): PathVariables {
  const workspaceFolder = folder?.fsPath;
  return {
    home: homedir(),
    workspaceFolder,
    ...(workspaceFolder === undefined
      ? {}
      : { pathFault: (path: string) => symlinkEscape(workspaceFolder, path) }),
  };
}

/**
 * Fail closed: an invalid override may have been meant to disable the tunnel.
 * @param overrides undefined: they can't be read
 */
function overridden(
  name: string,
  entry: TunnelEntry,
  overrides: Overrides | undefined,
  folder: vscode.Uri | undefined,
): Pick<ConfiguredTunnel, 'entry' | 'problems' | 'projectEntry' | 'override'> {
  if (overrides === undefined) {
    const message = l10n.t("Your overrides can't be read, so the tunnel stays off (Show Log).");
    return { entry: undefined, problems: [{ path: [settingKeys.overrides], message }] };
  }
  const parsed = overrides.get(name);
  if (parsed === undefined) {
    return { entry, problems: [] };
  }
  const applied = withOverride(entry, parsed, folder);
  return 'entry' in applied
    ? { entry: applied.entry, problems: [], projectEntry: entry, override: applied.note }
    : { entry: undefined, problems: locate([settingKeys.overrides, name], applied.problems) };
}

/** Applies an override. Paths of problems start inside the override. */
export function withOverride(
  entry: TunnelEntry,
  parsed: ParsedOverride,
  folder: vscode.Uri | undefined,
): Overridden {
  const applied = 'override' in parsed ? applyOverride(entry, parsed.override) : parsed;
  if (!('entry' in applied)) {
    return applied;
  }
  const problems: DefinitionProblem[] = [];
  const definition = expandSocketPaths(applied.entry.definition, pathVariables(folder), (_path, message) =>
    problems.push({ path: ['listen'], message }),
  );
  return problems.length === 0 ? { ...applied, entry: { ...applied.entry, definition } } : { problems };
}

function locate(
  prefix: DefinitionProblem['path'],
  problems: readonly DefinitionProblem[],
): readonly DefinitionProblem[] {
  return problems.map((problem) => ({ ...problem, path: [...prefix, ...problem.path] }));
}

function readConnectionSettings(): ConnectionSettings {
  return {
    ...compact({
      sshConfigFile: text(readOwn(settingKeys.sshConfigFile)),
      userKnownHostsFile: text(readOwn(settingKeys.userKnownHostsFile)),
      identityAgent: text(readOwn(settingKeys.identityAgent)),
      strictHostKeyChecking: oneOf(['ask', 'accept-new', 'yes'], readOwn(settingKeys.strictHostKeyChecking)),
      serverAliveInterval: count(readOwn(settingKeys.serverAliveInterval)),
      serverAliveCountMax: count(readOwn(settingKeys.serverAliveCountMax), 1),
      connectTimeout: count(readOwn(settingKeys.connectTimeout)),
    }),
    reconnectMaxDelay: count(readOwn(settingKeys.reconnectMaxDelay)) ?? 30,
  };
}

function read(key: string): unknown {
  return vscode.workspace.getConfiguration().get(key);
}

/** A setting that only the user may set. VS Code ignores a workspace's value by its scope; this never reads it. */
function readOwn(key: string): unknown {
  const { globalValue, defaultValue } = inspect(key, undefined) ?? {};
  return globalValue ?? defaultValue;
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.find((candidate) => candidate === value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function count(value: unknown, least = 0): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= least ? value : undefined;
}

type Compact<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that are undefined. */
function compact<T extends object>(value: T): Compact<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Compact<T>;
}
