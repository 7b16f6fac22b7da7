// What a person has of a folder they do not trust yet: its tunnels are listed and explained, none runs; their own go on;
// and once they trust it, its tunnels come up without a reload.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { endAfterEach } from '../support/cleanUps';
import { freePort } from '../support/freePort';
import { visit } from '../support/peers';
import { backstage, pageText, settingsText } from '../editor/projects';
import { details, openEditorWindow, openTunnelsView, press, row, runCommand } from './editorWindow';

describe('a person with a folder they do not trust', function () {
  this.timeout(180_000);
  const later = endAfterEach();

  it('has it started by nothing, their own tunnel up all the same, and all of them once they trust it', async () => {
    const stage = later(await backstage());
    const [own, theirs] = [await freePort(), await freePort()];
    const to = (port: number): object => ({
      host: 'test-sshd',
      localForward: `${port}:127.0.0.1:${stage.pagePort}`,
    });
    await stage.project.write('.vscode/settings.json', settingsText({ staging: to(theirs) }));
    const { page } = later(
      await openEditorWindow({
        folder: stage.folder,
        workspaceTrust: true,
        userSettings: {
          ...stage.userSettings,
          'sshTunnels.tunnels': { mine: { ...to(own), runIn: 'everywhere' } },
        },
      }),
    );
    await openTunnelsView(page);
    await row(page, 'mine').filter({ hasText: 'up' }).waitFor();
    assert.equal((await visit(own)).received.toString(), pageText);

    const tunnel = row(page, 'staging').first();
    await tunnel.filter({ hasText: 'needs a trusted workspace' }).waitFor();
    await runCommand(page, 'SSH Tunnels: Start All');
    await runCommand(page, 'SSH Tunnels: Review Consent');
    await details(page).getByText('The workspace is not trusted.').waitFor();
    assert.equal((await visit(theirs)).error, 'ECONNREFUSED');

    await press(tunnel, 'Answer…');
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await tunnel.filter({ hasText: 'up' }).waitFor();
    assert.equal((await visit(theirs)).received.toString(), pageText);
  });
});
