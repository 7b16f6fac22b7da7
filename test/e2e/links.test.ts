// What a person sees of the Ports view of a remote window, and is asked before a link or an agent starts a tunnel.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, it } from 'mocha';
import { endAfterEach } from '../support/cleanUps';
import { freePort } from '../support/freePort';
import { backstage, settingsText } from '../editor/projects';
import {
  dialog,
  openLink,
  openEditorWindow,
  openPortsView,
  openTunnelsView,
  oursAlone,
  portRow,
  press,
  row,
  runCommand,
  toast,
} from './editorWindow';

describe('a person in a remote window', function () {
  this.timeout(180_000);
  const later = endAfterEach();

  it('finds the ports listed and can label them; is asked before a link or an agent starts a tunnel', async () => {
    const stage = later(await backstage());
    const port = await freePort();
    const staging = {
      host: 'test-sshd',
      localForward: { listen: port, target: `127.0.0.1:${stage.pagePort}`, label: 'Page' },
    };
    const docs = { host: 'test-sshd', localForward: `0:127.0.0.1:${stage.echoPort}`, autoStart: false };
    const half = { host: 'test-sshd', localForward: ['0:localhost:1', `${stage.pagePort}:localhost:1`] };
    const wide = { host: 'test-sshd', localForward: `*:${await freePort()}:localhost:1`, autoStart: false };
    const text = settingsText({ staging, docs, half, wide });
    const settings = await stage.project.write('.vscode/settings.json', text);
    const { page } = later(
      await openEditorWindow({
        folder: stage.folder,
        userSettings: { ...stage.userSettings, ...oursAlone },
        otherExtensions: [resolve('test/example')],
      }),
    );
    await openTunnelsView(page);
    await row(page, 'staging').filter({ hasText: 'up' }).first().waitFor();
    await openPortsView(page);
    await portRow(page, String(port)).waitFor();
    await runCommand(page, 'SSH Tunnels: Label Ports in the Ports View…');
    await page.locator('.quick-input-widget:visible [role="option"]').first().click();
    await portRow(page, 'staging: Page').waitFor();
    await toast(page, /4 ports labelled/)
      .getByRole('button', { name: 'Undo' })
      .click();
    // The view goes on calling it so until the window is reloaded; the setting is as it was.
    for (let tries = 1; (await readFile(settings, 'utf8')) !== text; tries++) {
      assert.ok(tries < 100, await readFile(settings, 'utf8'));
      await page.waitForTimeout(100);
    }

    const tunnel = row(page, 'docs').first();
    await openLink(page, 'vscode://ssh-tunnels.ssh-tunnels/start?tunnel=nothing');
    await toast(page, /There is no tunnel "nothing"/).waitFor();
    await openLink(page, 'vscode://ssh-tunnels.ssh-tunnels/start?tunnel=half');
    const busy = stage.pagePort;
    await toast(page, new RegExp(`"half" is up already, but for "${busy}": Port ${busy} `)).waitFor();
    await openLink(page, 'vscode://ssh-tunnels.ssh-tunnels/start?tunnel=wide');
    const consent = dialog(page).filter({ hasText: 'Allow the tunnel "wide"?' });
    await consent.getByRole('button', { name: 'Not Now' }).waitFor();
    assert.match(await consent.innerText(), /A link that you have opened asks for it\./);
    await consent.getByRole('button', { name: 'Not Now' }).click();
    await openLink(page, 'vscode://ssh-tunnels.ssh-tunnels/start?tunnel=docs');
    const asked = dialog(page).filter({ hasText: 'Start the tunnel "docs"?' });
    await asked.getByRole('button', { name: 'Cancel' }).waitFor();
    assert.match(await asked.innerText(), /From: the workspace settings\s+Server: test-sshd/);
    await tunnel.filter({ hasText: 'stopped' }).waitFor();
    await asked.getByRole('button', { name: 'Start' }).click();
    await tunnel.filter({ hasText: 'up' }).waitFor();
    await press(tunnel, 'Stop');
    await tunnel.filter({ hasText: 'stopped' }).waitFor();

    await runCommand(page, 'SSH Tunnels Example: Start a Tunnel as an Agent Does');
    await page.locator('.quick-input-widget:visible input[type="text"]').fill('docs');
    await page.keyboard.press('Enter');
    const question = dialog(page).filter({ hasText: 'Start an SSH tunnel?' });
    await question.getByRole('button', { name: 'Cancel' }).waitFor();
    assert.match(await question.innerText(), /`docs`\s+From: `the workspace settings`\s+Server: `test-sshd`/);
    await question.getByRole('button', { name: 'Cancel' }).click();
    await dialog(page)
      .filter({ hasText: /resulted in an error.*Cancell?ed/s })
      .getByRole('button', { name: 'OK' })
      .click();
    assert.match(await tunnel.innerText(), /stopped/);

    // A message for a port comes some seconds later, and stays in the list of all.
    await page.locator('[id="status.notifications"]').click();
    const messages = page.locator('.notifications-center .notification-list-item');
    await messages.filter({ hasText: 'There is no tunnel "nothing"' }).waitFor();
    assert.equal(await messages.filter({ hasText: `on port ${port}` }).count(), 0, 'told of a port of ours');
  });
});
