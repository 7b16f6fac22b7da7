// The pages of the extension after the window was loaded again.
import { describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { eventually, longWaitMs } from '../support/eventually';
import { step } from '../support/step';
import { settingsText, startTestProject } from '../editor/testProject';
import { details, openEditorWindow, openTunnelsView, row, runCommand } from './editorWindow';
import { testHooks } from './testHooks';

describe('the pages of a window', function () {
  const later = testHooks(this);

  it('show the same after a reload: the details of a tunnel, and the map', async () => {
    const project = later(await startTestProject());
    const db = { host: 'test-sshd', localForward: [`0:127.0.0.1:${project.pagePort}`] };
    await project.files.write('.vscode/settings.json', settingsText({ db }));
    const { folder, userSettings } = project;
    const { page } = later(await openEditorWindow({ folder, userSettings }));
    await openTunnelsView(page);
    await row(page, 'db').filter({ hasText: 'up' }).first().waitFor();
    await step('the details are there, with the state of now', async () => {
      await isKept(page, 'SSH Tunnels: Show Details', 'db');
      await details(page).getByText('Up, 1 forward.').first().waitFor();
      await runCommand(page, 'View: Close Editor');
    });
    await step('the map is there', async () => {
      await isKept(page, 'SSH Tunnels: Show Map', 'Map of the Tunnels');
      await details(page).locator('.map svg').waitFor();
    });
  });
});

/** The editor in a browser writes down some seconds later what is open. So it is given longer each time. */
async function isKept(page: Page, command: string, heading: string): Promise<void> {
  const isShown = (): Promise<boolean> =>
    details(page)
      .getByRole('heading', { name: heading })
      .first()
      .waitFor({ timeout: 15_000 })
      .then(
        () => true,
        () => false,
      );
  let patienceMs = 4000;
  await eventually(
    `"${heading}" is there after a reload`,
    async () => {
      await runCommand(page, command);
      await isShown();
      await page.waitForTimeout(patienceMs);
      patienceMs *= 2;
      await page.reload();
      return isShown();
    },
    2 * longWaitMs,
  );
}
