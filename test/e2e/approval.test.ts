// A login that waits for a person elsewhere: what the user sees of an automatic start and of their own, and how they get
// to the link that the server has sent. The server is a fake: OpenSSH's has no such check.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import type { AuthContext } from 'ssh2';
import { fakeSshServer } from '../support/fakeSshServer';
import { eventually } from '../support/eventually';
import { step } from '../support/step';
import { settingsText } from '../editor/testProject';
import { details, dialog, press, row, runCommand } from './editorWindow';
import { answer, mark, notifications, notified } from './notifications';
import { openSharedWindow } from './sharedWindow';
import { testHooks } from './testHooks';

const url = 'https://login.example.org/a/1f2e3d?code=AB%2BCD';
const banner = `# Additional check required. To authenticate, visit:\r\n#\r\n#   ${url}\r\n`;
const words = 'waiting for approval on another device';

describe('a login that waits for approval elsewhere', function () {
  const later = testHooks(this);

  it('is visible, shows the link that the server has sent, and goes on after the approval', async () => {
    const { page, project, sshConfigFile } = later(await openSharedWindow());
    const waiting: AuthContext[] = [];
    const server = later(
      await fakeSshServer(project.files, (context) => void waiting.push(context), { banner }),
    );
    await writeFile(sshConfigFile, await readFile(server.configFile));
    const tunnel = row(page, 'checked').first();

    await step(
      'an automatic start shows it in the row and the status bar, without a notification',
      async () => {
        const before = await mark(page);
        const checked = { host: 'test-sshd', localForward: `0:127.0.0.1:${project.pagePort}` };
        await project.files.write('.vscode/settings.json', settingsText({ checked }));
        await tunnel.filter({ hasText: words }).waitFor();
        await page.locator('.statusbar-item', { hasText: '1' }).locator('.codicon-warning').waitFor();
        assert.deepEqual(await notifications(page, before), []);
      },
    );
    const before = await mark(page);
    await step('a start by the user shows what the server says, until it is stopped', async () => {
      await runCommand(page, 'SSH Tunnels: Stop All');
      await tunnel.filter({ hasText: 'stopped' }).waitFor();
      await press(tunnel, 'Start');
      const text = await notified(page, new RegExp(words), before);
      assert.match(text, /says: “# Additional check required/);
    });
    await step('the link is shown to the letter before it opens', async () => {
      await answer(page, /waits for you to follow a link/, 'Open Link…', before);
      await dialog(page).getByRole('button', { name: 'Copy' }).waitFor();
      assert.ok((await dialog(page).innerText()).includes(url));
      await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    });
    await step('the details have the text and the link', async () => {
      await runCommand(page, 'SSH Tunnels: Show Details');
      const panel = details(page);
      await panel.getByText(url).first().waitFor();
      await panel.getByText("The server hasn't answered yet").waitFor();
      await panel.getByRole('button', { name: 'Open Link' }).click();
      await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    });
    await step('after the approval the tunnel is up, by one login', async () => {
      assert.equal(waiting.length, 2, 'one login of each start');
      waiting[1]?.accept();
      await tunnel.filter({ hasText: 'up' }).waitFor();
      await eventually('the notification has gone', async () => {
        const open = page.locator('.notification-list-item').filter({ hasText: words });
        return (await open.count()) === 0;
      });
      assert.equal(waiting.length, 2);
    });
    await step('its end leaves no connection', async () => {
      await runCommand(page, 'SSH Tunnels: Stop All');
      await tunnel.filter({ hasText: 'stopped' }).waitFor();
    });
  });
});
