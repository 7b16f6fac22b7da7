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

export interface RunInEditorOptions {
  /** A folder or a .code-workspace file; without it the window is empty. */
  readonly workspace?: string;
  /** The module in the editor whose `run()` writes the results; the suites' bundle by default. */
  readonly testsPath?: string;
  readonly userSettings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Where `run()` writes its results, if they are to be kept. */
  readonly resultFile?: string;
  /** Leaves workspace trust as users have it; code-server only. */
  readonly workspaceTrust?: boolean;
}

/** What `run()` writes into the file that SSH_TUNNELS_RESULTS names. */
export interface EditorResults {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly title: string; readonly error: string }[];
}

export async function runInEditor(options: RunInEditorOptions): Promise<EditorResults> {
  const folder = await tempDir('editor-');
  const dataDir = folder.path;
  const runtimeDir = runtimeDirOf(dataDir);
  const resultFile = options.resultFile ?? path.join(dataDir, 'results.json');
  try {
    await mkdir(runtimeDir, { mode: 0o700 });
    await writeUserSettings(dataDir, { ...quietPortDetection, ...options.userSettings });
    await mkdir(path.join(dataDir, 'extensions'));
    await symlink(path.join(repoRoot, 'test/example'), path.join(dataDir, 'extensions', 'example'), 'dir');
    const failure = await runTests({
      vscodeExecutablePath:
        process.env['SSH_TUNNELS_VSCODE'] ?? path.join(repoRoot, 'test/support/editor/vscodeShim.mjs'),
      extensionDevelopmentPath: repoRoot,
      extensionTestsPath: options.testsPath ?? path.join(repoRoot, 'dist-test/editor/index.js'),
      launchArgs: [
        ...(options.workspace === undefined ? [] : [options.workspace]),
        `--user-data-dir=${dataDir}`,
        `--extensions-dir=${path.join(dataDir, 'extensions')}`,
      ],
      extensionTestsEnv: {
        XDG_RUNTIME_DIR: runtimeDir,
        ...options.env,
        SSH_TUNNELS_RESULTS: resultFile,
        ...(options.workspaceTrust === true ? { SSH_TUNNELS_EDITOR_TRUST: '1' } : {}),
      },
    }).then(
      () => undefined,
      (error: unknown) => error,
    );
    await shutDownDaemon(runtimeDir);
    return withLeftOvers(readResults(resultFile, failure), await endLeftOvers(runtimeDir));
  } finally {
    await endLeftOvers(runtimeDir);
    await folder.remove();
  }
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
