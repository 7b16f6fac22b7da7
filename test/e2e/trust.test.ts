// An untrusted folder, opened on a machine with an empty known_hosts: its tunnels are listed and explained but don't
// run, the user's own tunnel does, and once the folder is trusted, its tunnels start without a reload.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { freePort } from '../support/freePort';
import { exchange } from '../support/targetAndClient';
import { step } from '../support/step';
import { isPage, settingsText, startTestProject } from '../editor/testProject';
import { details, dialog, openEditorWindow, openTunnelsView, press, row, runCommand } from './editorWindow';
import { testHooks } from './testHooks';

describe('an untrusted folder', function () {
  const later = testHooks(this);

  it("starts none of its tunnels before it is trusted, while the user's own tunnel starts once its host key is accepted", async () => {
    const project = later(await startTestProject());
    const knownHosts = await project.files.write('empty_known_hosts', '');
    const [own, theirs] = [await freePort(), await freePort()];
    const to = (port: number): object => ({
      host: 'test-sshd',
      localForward: `${port}:127.0.0.1:${project.pagePort}`,
    });
    await project.files.write('.vscode/settings.json', settingsText({ staging: to(theirs) }));
    const { page } = later(
      await openEditorWindow({
        folder: project.folder,
        workspaceTrust: true,
        userSettings: {
          ...project.userSettings,
          'sshTunnels.strictHostKeyChecking': 'ask',
          'sshTunnels.userKnownHostsFile': knownHosts,
          'sshTunnels.tunnels': {
            mine: { ...to(own), runIn: 'everywhere' },
            // Start All can start this one.
            spare: { ...to(0), runIn: 'everywhere', autoStart: false },
          },
        },
      }),
    );
    await step("the user's own tunnel waits for its host key without opening a dialog", async () => {
      await openTunnelsView(page);
      await row(page, 'mine').filter({ hasText: 'unknown host key' }).waitFor();
      assert.equal(await dialog(page).count(), 0, 'a modal came by itself');
    });
    await step('the host key is shown and accepted, and the tunnel is up', async () => {
      await press(row(page, 'mine').first(), 'Check Host Key…');
      await dialog(page)
        .filter({ hasText: /SHA256:/ })
        .waitFor();
      // Enter copies the fingerprint, and the question is asked again.
      const shown = await dialog(page).elementHandle();
      await page.keyboard.press('Enter');
      await shown.waitForElementState('hidden');
      const accept = dialog(page).getByRole('button', { name: 'Connect and Remember' });
      await accept.waitFor();
      assert.equal(await row(page, 'mine').filter({ hasText: 'up' }).count(), 0);
      await accept.click();
      await row(page, 'mine').filter({ hasText: 'up' }).waitFor();
      assert.ok(isPage(await exchange(own)));
    });
    const tunnel = row(page, 'staging').first();
    await step(`the folder's tunnel doesn't start, not even by "Start All"`, async () => {
      await tunnel.filter({ hasText: 'needs a trusted workspace' }).waitFor();
      await runCommand(page, 'SSH Tunnels: Start All');
      await row(page, 'spare').filter({ hasText: 'up' }).first().waitFor();
      await runCommand(page, 'SSH Tunnels: Review Consent');
      await details(page).getByText('The workspace is not trusted.').waitFor();
      assert.equal((await exchange(theirs)).error, 'ECONNREFUSED');
    });
    await step("the folder's tunnel is up once the folder is trusted", async () => {
      await press(tunnel, 'Trust…');
      await page
        .locator('.workspace-trust-editor')
        .getByRole('button', { name: 'Trust', exact: true })
        .click();
      await tunnel.filter({ hasText: 'up' }).waitFor();
      assert.ok(isPage(await exchange(theirs)));
    });
  });
});
