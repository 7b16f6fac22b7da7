// Opens the demo's project in an editor: the desktop VS Code, or one in the browser.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startCodeServer } from '../support/editor/codeServer';
import { spawnGroup } from '../support/processGroup.mjs';
import { repoRoot } from '../support/setup.mjs';
import type { SampleProject } from './sampleProject';

export interface DemoEditor {
  /** What to show the user. */
  readonly greeting: string;
  /** The URL for a browser, if the editor is one in the browser. */
  readonly url?: string;
  /** The XDG_RUNTIME_DIR of the editor's processes, if it isn't the user's own. */
  readonly runtimeDir?: string;
  /** Resolves when the editor was closed: whether on purpose. */
  readonly closed: Promise<boolean>;
  readonly close: () => Promise<void>;
}

export async function openInCodeServer(project: SampleProject): Promise<DemoEditor> {
  const server = await startCodeServer({
    dataDir: project.editorDir,
    userSettings: project.userSettings,
    extensionPath: repoRoot,
  });
  const url = new URL(server.url);
  url.searchParams.set('folder', project.folder);
  return {
    greeting: `Open ${url.href}`,
    url: url.href,
    runtimeDir: server.runtimeDir,
    closed: server.exited.then(() => false),
    close: server.stop,
  };
}

export function openOnDesktop(project: SampleProject, code: string): DemoEditor {
  const userDir = path.join(project.editorDir, 'User');
  mkdirSync(userDir, { recursive: true });
  writeFileSync(path.join(userDir, 'settings.json'), JSON.stringify(project.userSettings, undefined, 2));
  const editor = spawnGroup(
    code,
    [
      ...['--wait', '--new-window', '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'],
      ...[
        '--user-data-dir',
        project.editorDir,
        '--extensions-dir',
        path.join(project.editorDir, 'extensions'),
      ],
      `--extensionDevelopmentPath=${repoRoot}`,
      project.folder,
    ],
    { stdio: 'ignore', shell: process.platform === 'win32' },
  );
  return {
    greeting: 'The demo is open in VS Code.',
    closed: editor.exited.then((code) => code === 0),
    close: editor.end,
  };
}
