// The first minute: the welcome text although the SSH config has hosts, its links, and Import from SSH Config….
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { step } from '../support/step';
import { exchange } from '../support/targetAndClient';
import { isPage, settingsText, startTestProject, withConfigHosts } from '../editor/testProject';
import { box, openEditorWindow, openTunnelsView, pick, row, runCommand, type } from './editorWindow';
import { answer, notified } from './notifications';
import { testHooks } from './testHooks';

describe('the first minute', function () {
  const later = testHooks(this);

  it('has a welcome text until there is a tunnel, and hosts of the SSH config become tunnels', async () => {
    const project = await withConfigHosts(later(await startTestProject()));
    const text = settingsText({});
    await project.files.write('.vscode/settings.json', text);
    const { page } = later(
      await openEditorWindow({ folder: project.folder, userSettings: project.userSettings }),
    );
    const welcome = page.locator('.sidebar .welcome-view:visible');
    const settings = (): Promise<string> => readFile(project.files.file('.vscode/settings.json'), 'utf8');
    await step('the welcome text stands there, not the hosts of the SSH config', async () => {
      await openTunnelsView(page);
      await welcome.getByText('Import from SSH Config…').waitFor();
      assert.equal(await row(page, 'From SSH config').count(), 0);
    });
    await step('the palette offers only what can do something', async () => {
      await page.keyboard.press('F1');
      await type(page, '>SSH Tunnels: ');
      await box(page, 'SSH Tunnels: Add Tunnel…').waitFor();
      const offered = await box(page).locator('[role="option"]').allInnerTexts();
      assert.ok(
        offered.every((each) => !/Stop|Copy Local|Answer|Explain/.test(each)),
        offered.join(),
      );
      await page.keyboard.press('Escape');
    });
    await step('a link leads to the walkthrough', async () => {
      await welcome.locator('a').filter({ hasText: 'See how they work' }).click();
      await page.getByText('How a tunnel works').first().waitFor();
    });
    await step('a host is imported, and is up', async () => {
      await welcome.getByText('Import from SSH Config…').click();
      const list = box(page, 'Import from SSH Config');
      await list.locator('[role="option"], .monaco-list-row').filter({ hasText: 'listed' }).first().click();
      await page.keyboard.press('Enter');
      await pick(page, 'This project', 'Import from SSH Config');
      await row(page, 'listed').filter({ hasText: 'up' }).first().waitFor();
      const [, port] = /"localForward": \[\s*"(\d+):/.exec(await settings()) ?? [];
      assert.ok(isPage(await exchange(Number(port))), await settings());
      assert.equal(await welcome.count(), 0);
    });
    await step('Undo brings the welcome text back', async () => {
      await notified(page, /Imported "listed"/);
      await answer(page, /Imported "listed"/, 'Undo');
      await eventually('the settings are as before', async () => (await settings()) === text);
      await welcome.getByText('Import from SSH Config…').waitFor();
    });
    await step('the hosts are listed on request, also after the window is opened again', async () => {
      await welcome.locator('a').filter({ hasText: 'list them here' }).click();
      await row(page, 'From SSH config').first().waitFor();
      await runCommand(page, 'Developer: Reload Window');
      await row(page, 'From SSH config').first().waitFor();
    });
  });
});
