// The only place that reads settings: the tunnels of every origin, each read by itself, and the user's own choices.
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { ConnectionSettings } from '../tunnels/host/protocol';
import type { DefinitionProblem } from '../tunnels/model/definition';
import { parseTunnel } from '../tunnels/model/parseTunnel';
import { statusBarModes } from '../views/model';
import type { StatusBarMode } from '../views/model';
import type { ConfiguredTunnel } from './configuredTunnel';
import { settingKeys } from './contributions';

const autoStartModes = ['ask', 'on', 'off'] as const;
export type AutoStartMode = (typeof autoStartModes)[number];

export interface Settings {
  readonly tunnels: readonly ConfiguredTunnel[];
  readonly autoStart: AutoStartMode;
  readonly statusBar: StatusBarMode;
  /** Whether the hosts of ssh_config with forwards of their own are listed. */
  readonly showSshConfigHosts: boolean;
  readonly connection: ConnectionSettings;
}

export function readSettings(): Settings {
  return {
    tunnels: readTunnels(),
    autoStart: oneOf(autoStartModes, read(settingKeys.autoStart)) ?? 'ask',
    statusBar: oneOf(statusBarModes, read(settingKeys.statusBar)) ?? 'summary',
    showSshConfigHosts: read(settingKeys.showSshConfigHosts) !== false,
    connection: readConnectionSettings(),
  };
}

/** Any of ours has changed, or the folders they are read from. */
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

type Inspected = NonNullable<ReturnType<vscode.WorkspaceConfiguration['inspect']>>;

function readTunnels(): ConfiguredTunnel[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const whole = inspectTunnels(undefined);
  const tunnels = readOrigin('user', whole?.globalValue, undefined, undefined);
  if (vscode.workspace.workspaceFile === undefined) {
    // One folder: its settings are the workspace's, so they are listed once.
    tunnels.push(...readOrigin('workspace', whole?.workspaceValue, undefined, folders[0]?.uri));
    return tunnels;
  }
  tunnels.push(...readOrigin('workspace', whole?.workspaceValue, undefined, undefined));
  for (const folder of folders) {
    const value = inspectTunnels(folder.uri)?.workspaceFolderValue;
    tunnels.push(...readOrigin('folder', value, folderName(folder, folders), folder.uri));
  }
  return tunnels;
}

function inspectTunnels(uri: vscode.Uri | undefined): Inspected | undefined {
  return vscode.workspace.getConfiguration(undefined, uri).inspect<unknown>(settingKeys.tunnels);
}

/** Two folders of one name are told apart by their place. */
function folderName(folder: vscode.WorkspaceFolder, all: readonly vscode.WorkspaceFolder[]): string {
  return all.some(({ name, index }) => name === folder.name && index !== folder.index)
    ? folder.uri.fsPath
    : folder.name;
}

function readOrigin(
  origin: 'user' | 'workspace' | 'folder',
  value: unknown,
  folder: string | undefined,
  folderUri: vscode.Uri | undefined,
): ConfiguredTunnel[] {
  const place = { origin, folderUri, ...(folder === undefined ? {} : { folder }) };
  const prefix = folder === undefined ? origin : `${origin}:${folder}`;
  // null is how a settings file takes a value back.
  if (value === undefined || value === null) {
    return [];
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    const problem = {
      path: [settingKeys.tunnels],
      message: 'It must be an object that maps names to tunnels.',
    };
    return [{ ...place, id: `${prefix}:`, name: settingKeys.tunnels, entry: undefined, problems: [problem] }];
  }
  return Object.entries(value).map(([name, tunnel]: [string, unknown]) => {
    const parsed = parseTunnel(name, tunnel, { home: homedir(), workspaceFolder: folderUri?.fsPath });
    const identity = { ...place, id: `${prefix}:${name}`, name };
    return 'entry' in parsed
      ? { ...identity, entry: parsed.entry, problems: [] }
      : { ...identity, entry: undefined, problems: parsed.problems.map((problem) => locate(name, problem)) };
  });
}

function locate(name: string, problem: DefinitionProblem): DefinitionProblem {
  return { ...problem, path: [settingKeys.tunnels, name, ...problem.path] };
}

function readConnectionSettings(): ConnectionSettings {
  return {
    ...compact({
      sshConfigFile: text(read(settingKeys.sshConfigFile)),
      userKnownHostsFile: text(read(settingKeys.userKnownHostsFile)),
      identityAgent: text(read(settingKeys.identityAgent)),
      strictHostKeyChecking: oneOf(['ask', 'accept-new', 'yes'], read(settingKeys.strictHostKeyChecking)),
      serverAliveInterval: count(read(settingKeys.serverAliveInterval)),
      serverAliveCountMax: count(read(settingKeys.serverAliveCountMax), 1),
      connectTimeout: count(read(settingKeys.connectTimeout)),
    }),
    reconnectMaxDelay: count(read(settingKeys.reconnectMaxDelay)) ?? 30,
  };
}

function read(key: string): unknown {
  return vscode.workspace.getConfiguration().get(key);
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
  return Object.fromEntries(Object.entries(value).filter(([, held]) => held !== undefined)) as Compact<T>;
}
