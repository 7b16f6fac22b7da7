// A window that several tests use one after the other, because loading a page of the editor takes longer than most
// tests. It shows one folder with the settings, and knows one ssh_config with the hosts, of the test that runs.
import { copyFile } from 'node:fs/promises';
import { eventually } from '../support/eventually';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import type { SshdOptions } from '../support/sshd';
import { settingsText, startTestProject } from '../editor/testProject';
import type { TestProject } from '../editor/testProject';
import { openEditorWindow, openTunnelsView, openWindows, oursAlone, runCommand } from './editorWindow';
import type { EditorWindow } from './editorWindow';

export interface ProjectInWindow extends AsyncDisposable {
  readonly page: EditorWindow['page'];
  readonly server: EditorWindow['server'];
  readonly project: TestProject;
  /** The user's, with the project's sshd as `test-sshd`. */
  readonly sshConfigFile: string;
}

interface Shared {
  readonly window: EditorWindow;
  readonly files: TempDir;
}

const settingsFile = '.vscode/settings.json';
const configFile = 'ssh_config';

let shared: Shared | undefined;
let spoiled = false;

/** After a failure the next test gets a new window. */
export function spoilSharedWindow(): void {
  spoiled = true;
}

/**
 * A project in the window of the test before, with the view of the tunnels open, or in a new window. Tunnels start
 * without a question. Its disposal leaves the window to the next test.
 */
export async function openSharedWindow(options: SshdOptions = {}): Promise<ProjectInWindow> {
  // Another test may have ended it, to have the editor of a new user.
  if (shared === undefined || !openWindows.has(shared.window)) shared = await openNew();
  const { window, files } = shared;
  const project = await startTestProject(options, {
    ...files,
    // They are the next test's.
    remove: () => Promise.resolve(),
  });
  const sshConfigFile = files.file(configFile);
  await copyFile(project.sshd.configFile, sshConfigFile);
  return {
    page: window.page,
    server: window.server,
    project,
    sshConfigFile,
    async [Symbol.asyncDispose]() {
      try {
        if (spoiled) await window[Symbol.asyncDispose]();
        else await reset(window, files);
      } finally {
        spoiled = false;
        await project[Symbol.asyncDispose]();
      }
    },
  };
}

async function openNew(): Promise<Shared> {
  const files = await tempDir('shared-');
  await files.write(settingsFile, settingsText({}));
  await files.write(configFile, '');
  const userSettings = {
    'sshTunnels.autoStart': 'on',
    'sshTunnels.sshConfigFile': files.file(configFile),
    ...oursAlone,
  };
  const window = await openEditorWindow({ folder: files.path, userSettings, files });
  await openTunnelsView(window.page);
  return { window, files };
}

/** @throws Error when a tunnel of the test is still shown */
async function reset({ page }: EditorWindow, files: TempDir): Promise<void> {
  await page.keyboard.press('Escape');
  await runCommand(page, 'View: Close All Editors');
  await files.write(settingsFile, settingsText({}));
  await files.write(configFile, '');
  const rows = page.locator('.sidebar [role="treeitem"]');
  await eventually('the view shows no tunnel of the test', async () => (await rows.count()) === 0);
  await runCommand(page, 'Notifications: Clear All Notifications');
  await page.evaluate('window.notified.length = 0');
}
