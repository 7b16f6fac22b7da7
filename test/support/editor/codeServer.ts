// Starts and ends the real VS Code as a server for a browser: code-server, with all its files in one folder.
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { envWithHome } from '../testHome.mjs';
import type { ProcessGroup } from '../processGroup.mjs';
import { spawnGroup } from '../processGroup.mjs';
import { ensureEditor } from '../setup.mjs';
import type { TempDir } from '../tempDir';
import { tempDir } from '../tempDir';
import { shutDownDaemon } from './daemon';

export interface CodeServerOptions {
  /** A short path; without it the server creates a folder, and removes it in the end. */
  readonly dataDir?: string;
  readonly extensionsDir?: string;
  /** Used as the user's and as the machine's settings: a remote window takes either from another file. */
  readonly userSettings?: Readonly<Record<string, unknown>>;
  /** Whether the editor asks to trust a folder; otherwise it trusts all. */
  readonly workspaceTrust?: boolean;
  /** The folder of an extension to run as an installed one. */
  readonly extensionPath?: string;
  /** The same for other extensions that depend on it. */
  readonly otherExtensions?: readonly string[];
  /** Only these of the editor's built-in extensions, by the names of their folders; all by default. */
  readonly builtInExtensions?: readonly string[];
  readonly vscodeOptions?: readonly string[];
  /** A display language that the editor itself has no translation for; English by default. */
  readonly language?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface CodeServer {
  /** Without a trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** What processes in the editor see as XDG_RUNTIME_DIR. */
  readonly runtimeDir: string;
  /** The last output of the server. */
  readonly log: () => string;
  readonly exited: Promise<number>;
  readonly stop: () => Promise<void>;
}

const startTimeoutMs = 30_000;
/**
 * The built-in extensions that the tests see or use: a theme, settings files, pages in a tab. The others, above all
 * the chat and Git, take longer to start than ours.
 */
export const builtInExtensionsForTests = [
  'configuration-editing',
  'json',
  'json-language-features',
  'simple-browser',
  'theme-defaults',
];
/** No notifications about ports of other programs on this machine: other tests run beside this one. */
export const quietPortDetection = {
  'remote.otherPortsAttributes': { onAutoForward: 'ignore' },
  'remote.autoForwardPortsFallback': 0,
};

/** Turns off what doesn't concern us: no chat, no Git, nothing that is slow to draw. */
const quiet = {
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.reduceMotion': 'on',
  'editor.cursorBlinking': 'solid',
  // WebGL without a graphics card is slow.
  'terminal.integrated.gpuAcceleration': 'off',
  'editor.minimap.enabled': false,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  // All extensions run on the server: a second extension host in the page would have nothing to do.
  'extensions.webWorker': false,
  'workbench.enableExperiments': false,
};

export async function startCodeServer(options: CodeServerOptions = {}): Promise<CodeServer> {
  const { node, entry, builtInExtensions } = await ensureEditor();
  const folder = await dataFolder(options.dataDir);
  const dataDir = folder.path;
  const runtimeDir = runtimeDirOf(dataDir);
  const extensionsDir = options.extensionsDir ?? path.join(dataDir, 'extensions');
  await mkdir(runtimeDir, { recursive: true, mode: 0o700 });
  // A given folder may already contain settings.
  if (options.userSettings !== undefined || options.dataDir === undefined) {
    await writeUserSettings(dataDir, options.userSettings ?? {});
  }
  await installExtension(extensionsDir, options.extensionPath);
  for (const other of options.otherExtensions ?? []) {
    await symlink(other, path.join(extensionsDir, path.basename(other)), 'dir');
  }
  const builtIn = options.builtInExtensions ? path.join(dataDir, 'built-in') : undefined;
  if (builtIn !== undefined) await linkAll(builtInExtensions, options.builtInExtensions ?? [], builtIn);
  if (options.language !== undefined) await addLanguage(dataDir, options.language);
  const config = path.join(dataDir, 'config.yaml');
  await writeFile(config, 'auth: none\n');
  const group = spawnGroup(
    node,
    [
      ...[entry, '--config', config, '--auth', 'none', '--bind-addr', '127.0.0.1:0'],
      ...['--user-data-dir', dataDir, '--extensions-dir', extensionsDir],
      ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
      '--ignore-last-opened',
      ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
      ...[
        ...(options.vscodeOptions ?? []),
        ...(builtIn === undefined ? [] : [`builtin-extensions-dir=${builtIn}`]),
        ...(options.language === undefined ? [] : [`locale=${options.language}`]),
      ].flatMap((option) => ['--vscode-option', option]),
    ],
    { cwd: dataDir, env: serverEnv(dataDir, options.env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const log = keepLog(group);
  const stop = async () => {
    await group.end();
    // The daemon is found by its files: they are removed last, and only if they are ours.
    if (options.dataDir === undefined) await shutDownDaemon(runtimeDir);
    await folder.remove();
  };
  try {
    const port = await listeningPort(group, log);
    const url = `http://127.0.0.1:${port}`;
    return { url, port, pid: group.pid, dataDir, runtimeDir, log, exited: group.exited, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export function runtimeDirOf(dataDir: string): string {
  return path.join(dataDir, 'run');
}

/** Writes both files that user settings can come from. */
export async function writeUserSettings(
  dataDir: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  const text = JSON.stringify({ ...quiet, ...settings }, undefined, 2);
  for (const folder of ['User', 'Machine']) {
    await mkdir(path.join(dataDir, folder), { recursive: true });
    await writeFile(path.join(dataDir, folder, 'settings.json'), text);
  }
}

async function linkAll(from: string, names: readonly string[], to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of names) {
    await rm(path.join(to, name), { force: true });
    await symlink(path.join(from, name), path.join(to, name), 'dir');
  }
}

/** The editor uses only a language that a language pack has. This one translates nothing. */
async function addLanguage(dataDir: string, language: string): Promise<void> {
  const empty = path.join(dataDir, 'translations.json');
  await writeFile(empty, JSON.stringify({ contents: {} }));
  const pack = {
    hash: language,
    label: language,
    extensions: [{ extensionIdentifier: { id: `tests.${language}` }, version: '1.0.0' }],
    translations: { vscode: empty },
  };
  await writeFile(path.join(dataDir, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}

async function dataFolder(given: string | undefined): Promise<Pick<TempDir, 'path' | 'remove'>> {
  return given === undefined ? await tempDir('editor-') : { path: given, remove: () => Promise.resolve() };
}

async function installExtension(extensionsDir: string, extensionPath: string | undefined): Promise<void> {
  await mkdir(extensionsDir, { recursive: true });
  if (extensionPath === undefined) return;
  const link = path.join(extensionsDir, 'ssh-tunnels.ssh-tunnels');
  await rm(link, { force: true });
  await symlink(extensionPath, link, 'dir');
  // Without its record of extensions the editor searches for them again.
  await rm(path.join(extensionsDir, 'extensions.json'), { force: true });
}

/**
 * Our environment without the variables of a surrounding editor, npm or test runner, and with all files in one
 * folder.
 */
function serverEnv(dataDir: string, extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_(?!TEST_OPTIONS$)|npm_|NODE_OPTIONS$|ELECTRON_)/;
  const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return {
    ...envWithHome(Object.fromEntries(own), path.join(dataDir, 'home')),
    EXTENSIONS_GALLERY: '{}',
    XDG_DATA_HOME: path.join(dataDir, 'share'),
    XDG_RUNTIME_DIR: runtimeDirOf(dataDir),
    ...extra,
  };
}

function keepLog(group: ProcessGroup): () => string {
  let text = '';
  const add = (chunk: unknown) => (text = (text + String(chunk)).slice(-20_000));
  group.child.stdout?.on('data', add);
  group.child.stderr?.on('data', add);
  return () => text;
}

async function listeningPort(group: ProcessGroup, log: () => string): Promise<number> {
  let code: number | undefined;
  group.exited.then((value) => (code = value)).catch(() => (code = -1));
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(log())?.[1];
    if (port !== undefined) return Number(port);
    if (code !== undefined) throw new Error(`code-server ended with code ${code}: ${lastLine(log())}`);
    if (Date.now() > deadline) throw new Error(`code-server didn't start within ${startTimeoutMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
