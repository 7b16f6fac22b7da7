// The only module that reads settings: the tunnels of each origin, never merged, and the user's own options.
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { applyOverride } from '../../tunnels/config/applyOverride';
import type { Overridden } from '../../tunnels/config/applyOverride';
import type { DefinitionProblem, TunnelEntry } from '../../tunnels/config/definition';
import { parseOverrides, parseOverridesInSteps } from '../../tunnels/config/parsing/parseOverrides';
import type { ParsedOverride, ParsedOverrides } from '../../tunnels/config/parsing/parseOverrides';
import { parseTunnel } from '../../tunnels/config/parsing/parseTunnel';
import { parseTunnelsInSteps, SharedLimit } from '../../tunnels/config/parsing/parseTunnels';
import { expandSocketPaths } from '../../tunnels/config/socketPaths';
import type { PathVariables } from '../../tunnels/config/socketPaths';
import { deferred as l10n, untranslated } from '../../tunnels/util/l10n';
import { describeFault, hideInName } from '../../tunnels/util/shown';
import { Slices } from '../../tunnels/util/pacing/slices';
import type { Steps } from '../../tunnels/util/pacing/slices';
import { authorOf } from './configuredTunnel';
import type { ConfiguredTunnel } from './configuredTunnel';
import { portsAttributesKey, settingKeys } from '../contributions';
import { folderName } from './folderNames';
import { ParsedTunnelCache } from './parsedTunnelCache';
import type { CachedReading } from './parsedTunnelCache';
import { readOptions } from './readOptions';
import type { Options } from './readOptions';

export interface Settings extends Options {
  readonly tunnels: readonly ConfiguredTunnel[];
  /** Folders whose files the window's projects bring along. */
  readonly projectFolders: readonly string[];
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
  return new Slices(signal).run(readInSteps(new PartReader(log), cache));
}

function* readInSteps(parts: PartReader, cache: ParsedTunnelCache): Steps<Settings> {
  const read = yield* parts.read('options', function* () {
    yield;
    return readOptions((key) => inspect(key, undefined));
  });
  const { options, problems, blocked } = read ?? unreadableOptions();
  const tunnels = yield* readTunnels(parts, cache);
  const allowed = blocked ? tunnels.map((tunnel) => stayOff(tunnel, blocked)) : tunnels;
  return {
    ...options,
    tunnels: withUniqueIds([...allowed, ...problems.map(problemRow)]),
    projectFolders: projectFolders(),
  };
}

function unreadableOptions(): ReturnType<typeof readOptions> {
  const message = l10n.t("Your settings can't be read, so no tunnel starts (Show Log).");
  const blocked = { path: [settingKeys.strictHostKeyChecking], message };
  // No option can be false, except for those that are off then.
  const { options } = readOptions(() => ({ globalValue: false }));
  return { options, problems: [], blocked };
}

function stayOff(
  { projectEntry: _project, override: _override, ...tunnel }: ConfiguredTunnel,
  problem: DefinitionProblem,
): ConfiguredTunnel {
  return tunnel.entry === undefined ? tunnel : { ...tunnel, entry: undefined, problems: [problem] };
}

/** Listed like a tunnel that is wrong, so that the user sees it without opening the settings. */
function problemRow(problem: DefinitionProblem): ConfiguredTunnel {
  const name = String(problem.path[0]);
  return {
    id: `user:${name}`,
    name,
    origin: 'user',
    folderUri: undefined,
    entry: undefined,
    problems: [problem],
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

/** PATH_MAX of Linux, in bytes. */
const longestPath = 4096;

const noOverrides: ParsedOverrides = { byName: new Map(), problems: [] };
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
      this.#log(`The ${part} can't be read: ${describeFault(error)}`);
      return undefined;
    }
  }
}

function* readTunnels(parts: PartReader, cache: ParsedTunnelCache): Steps<ConfiguredTunnel[]> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const read = cache.begin();
  const user = yield* parts.read(untranslated`tunnels of the user settings`, () => {
    const value = inspect(settingKeys.tunnels, undefined)?.globalValue;
    return readOrigin({ origin: 'user', value, overrides: noOverrides, read });
  });
  const overrides = yield* parts.read('overrides', () =>
    parseOverridesInSteps(inspect(settingKeys.overrides, undefined)?.globalValue),
  );
  // Without a workspace file, the folder's settings are the workspace's, so they are read once.
  const isOneFolder = vscode.workspace.workspaceFile === undefined;
  const shared = new SharedLimit();
  const ofWorkspace = yield* parts.read(untranslated`tunnels of the workspace settings`, () => {
    const value = inspect(settingKeys.tunnels, undefined)?.workspaceValue;
    const folderUri = isOneFolder ? folders[0]?.uri : undefined;
    return readOrigin({ origin: 'workspace', value, folderUri, overrides, read, shared });
  });
  const tunnels = [...(user ?? []), ...(ofWorkspace ?? [])];
  for (const folder of isOneFolder ? [] : folders) {
    const ofFolder = yield* parts.read(untranslated`tunnels of the folder ${folder.name}`, () => {
      const value = inspect(settingKeys.tunnels, folder.uri)?.workspaceFolderValue;
      const [name, folderUri] = [folderName(folder), folder.uri];
      return readOrigin({ origin: 'folder', value, folder: name, folderUri, overrides, read, shared });
    });
    tunnels.push(...(ofFolder ?? []));
  }
  cache.end(read);
  return tunnels;
}

/** Different tunnels can get the same id: folder "a" with tunnel "b:c", and folder "a:b" with tunnel "c". */
function withUniqueIds(tunnels: readonly ConfiguredTunnel[]): ConfiguredTunnel[] {
  const written = new Set(tunnels.map(({ id }) => id));
  const seen = new Map<string, number>();
  return tunnels.map((tunnel) => {
    let count = (seen.get(tunnel.id) ?? 0) + 1;
    while (count > 1 && written.has(numbered(tunnel.id, count))) {
      count++;
    }
    seen.set(tunnel.id, count);
    return count === 1 ? tunnel : { ...tunnel, id: numbered(tunnel.id, count) };
  });
}

function numbered(id: string, count: number): string {
  return `${id} (${count})`;
}

function inspect(key: string, uri: vscode.Uri | undefined): Inspected | undefined {
  return vscode.workspace.getConfiguration(undefined, uri).inspect<unknown>(key);
}

interface OriginToRead {
  readonly origin: 'user' | 'workspace' | 'folder';
  readonly value: unknown;
  readonly folder?: string;
  readonly folderUri?: vscode.Uri | undefined;
  readonly overrides: ParsedOverrides | undefined;
  readonly read: CachedReading;
  /** What the project's files may have together. */
  readonly shared?: SharedLimit;
}

function* readOrigin({ value, overrides, read, shared, ...where }: OriginToRead): Steps<ConfiguredTunnel[]> {
  const { origin, folder, folderUri } = where;
  const source = { origin, folderUri, ...(folder === undefined ? {} : { folder }) };
  const prefix = folder === undefined ? origin : `${origin}:${folder}`;
  const variables = pathVariables(folderUri);
  const parse = read.parser(prefix, (own, tunnel) => parseTunnel(own, tunnel, authorOf(origin), variables));
  const { tunnels, problems } = yield* parseTunnelsInSteps(value, parse, shared);
  const name = settingKeys.tunnels;
  const listed: ConfiguredTunnel[] = [];
  for (const { name: own, parsed } of tunnels) {
    const shown = hideInName(own);
    const written = shown === own ? {} : { writtenName: own };
    const identity = { ...source, id: `${prefix}:${shown}`, name: shown, ...written };
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
  return { home: homedir(), workspaceFolder: folder?.fsPath };
}

function projectFolders(): string[] {
  const { workspaceFile, workspaceFolders = [] } = vscode.workspace;
  // An unsaved workspace's file is in VS Code's own storage.
  const ofFile = workspaceFile?.scheme === 'file' ? [dirname(workspaceFile.fsPath)] : [];
  const paths = [...workspaceFolders.map(({ uri }) => uri.fsPath), ...ofFile];
  // A longer one doesn't exist, and each tunnel with a socket takes all of them to the daemon.
  return paths.filter((path) => Buffer.byteLength(path) <= longestPath);
}

/**
 * Fail closed: an invalid override may have been meant to disable the tunnel.
 * @param overrides undefined: they can't be read
 */
function overridden(
  name: string,
  entry: TunnelEntry,
  overrides: ParsedOverrides | undefined,
  folder: vscode.Uri | undefined,
): Pick<ConfiguredTunnel, 'entry' | 'problems' | 'projectEntry' | 'override'> {
  if (overrides === undefined) {
    const message = l10n.t("Your overrides can't be read, so the tunnel stays off (Show Log).");
    return { entry: undefined, problems: [{ path: [settingKeys.overrides], message }] };
  }
  if (overrides.problems.length > 0) {
    return {
      entry: undefined,
      problems: locate([settingKeys.overrides], overrides.problems.map(keepingOff)),
    };
  }
  const parsed = overrides.byName.get(name);
  if (parsed === undefined) {
    return { entry, problems: [] };
  }
  const applied = withOverride(entry, parsed, folder);
  return 'entry' in applied
    ? { entry: applied.entry, problems: [], projectEntry: entry, override: applied.note }
    : { entry: undefined, problems: locate([settingKeys.overrides, name], applied.problems) };
}

function keepingOff({ message, ...problem }: DefinitionProblem): DefinitionProblem {
  return {
    ...problem,
    message: l10n.t('{problem} Until you fix it, the tunnel stays off.', { problem: message }),
  };
}

/** @param override of one tunnel, as written in the settings */
export function withWrittenOverride(
  entry: TunnelEntry,
  override: unknown,
  folder: vscode.Uri | undefined,
): Overridden {
  const { byName, problems } = parseOverrides({ it: override });
  const parsed = byName.get('it');
  return parsed ? withOverride(entry, parsed, folder) : { problems };
}

/** Applies an override. Paths of problems start inside the override. */
function withOverride(
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
