// Runs a test suite inside the extension host of a real VS Code: the desktop's when SSH_TUNNELS_VSCODE names its
// executable, otherwise code-server.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { repoRoot } from '../setup.mjs';
import { tempDir } from '../tempDir';
import type { LeftOver } from './leftOvers';
import { endLeftOvers } from './leftOvers';
import { shutDownDaemon } from './daemon';
import { quietPortDetection, runtimeDirOf, writeUserSettings } from './codeServer';
import type { TestEditor, TestRun } from './testEditor';

export interface RunInEditorOptions {
  /** A folder or a .code-workspace file; without it the window is empty. */
  readonly workspace?: string;
  readonly userSettings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Leaves workspace trust as users have it. */
  readonly workspaceTrust?: boolean;
}

/** What `run()` of the tests writes into the file that SSH_TUNNELS_RESULTS names. */
export interface EditorResults {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly title: string; readonly error: string }[];
}

export const desktopEditor = process.env['SSH_TUNNELS_VSCODE'];

/** @param editor undefined: the desktop's */
export async function runInEditor(
  options: RunInEditorOptions,
  editor: TestEditor | undefined,
): Promise<EditorResults> {
  const folder = await tempDir('editor-');
  const runtimeDir = runtimeDirOf(folder.path);
  const resultFile = folder.file('results.json');
  const run: TestRun = {
    workspace: options.workspace,
    testsPath: path.join(repoRoot, 'dist-test/editor/index.js'),
    userSettings: {
      ...quietPortDetection,
      'security.workspace.trust.enabled': options.workspaceTrust === true,
      ...options.userSettings,
    },
    env: { XDG_RUNTIME_DIR: runtimeDir, ...options.env, SSH_TUNNELS_RESULTS: resultFile },
  };
  try {
    await mkdir(runtimeDir, { mode: 0o700 });
    const failure = await (editor?.run(run) ?? runOnDesktop(folder.path, run)).then(
      () => undefined,
      (error: unknown) => error,
    );
    await shutDownDaemon(runtimeDir);
    const left = await endLeftOvers(runtimeDir);
    // A server of several runs decides itself when it ends an extension host.
    const ours = left.filter(({ command }) => editor === undefined || !command.includes(extensionHost));
    return withLeftOvers(readResults(resultFile, failure), ours);
  } finally {
    await endLeftOvers(runtimeDir);
    await folder.remove();
  }
}

const extensionHost = '--type=extensionHost';

async function runOnDesktop(dataDir: string, run: TestRun): Promise<void> {
  await writeUserSettings(dataDir, run.userSettings);
  const extensions = path.join(dataDir, 'extensions');
  await mkdir(extensions);
  await symlink(path.join(repoRoot, 'test/example'), path.join(extensions, 'example'), 'dir');
  await runTests({
    ...(desktopEditor === undefined ? {} : { vscodeExecutablePath: desktopEditor }),
    extensionDevelopmentPath: repoRoot,
    extensionTestsPath: run.testsPath,
    launchArgs: [
      ...(run.workspace === undefined ? [] : [run.workspace]),
      `--user-data-dir=${dataDir}`,
      `--extensions-dir=${extensions}`,
    ],
    extensionTestsEnv: run.env,
  });
}

/** A run that ended badly without a failed test, or well without any test, is a failure all the same. */
function readResults(file: string, failure: unknown): EditorResults {
  if (!existsSync(file)) {
    throw failure instanceof Error ? failure : new Error('The tests in the editor wrote no results.');
  }
  const results = JSON.parse(readFileSync(file, 'utf8')) as EditorResults;
  if (results.failed.length > 0) return results;
  if (failure !== undefined) throw failure instanceof Error ? failure : new Error('The editor ended badly.');
  if (results.passed.length === 0) throw new Error('Not one test ran in the editor.');
  return results;
}

/** A process that the tests left behind is their failure. */
function withLeftOvers(results: EditorResults, left: readonly LeftOver[]): EditorResults {
  if (left.length === 0) return results;
  const error = left.map(({ pid, command }) => `${pid}: ${command}`).join('\n');
  return { ...results, failed: [...results.failed, { title: 'leaves no process behind', error }] };
}
