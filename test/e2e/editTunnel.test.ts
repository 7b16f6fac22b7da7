// Edit in the boxes of Add Tunnel…: a port, another port, the host, the name; one line of the file changes, and Undo.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { freePort } from '../support/freePort';
import { eventually } from '../support/eventually';
import { exchange } from '../support/targetAndClient';
import { step } from '../support/step';
import { isPage } from '../editor/testProject';
import { box, confirm, pick, row, runCommand, type } from './editorWindow';
import { openSharedWindow } from './sharedWindow';
import { testHooks } from './testHooks';

describe('Edit', function () {
  const later = testHooks(this);

  it('changes a running tunnel by keyboard, and nothing else of the file', async () => {
    const { page, project } = later(await openSharedWindow());
    const [first, second, third] = [await freePort(), await freePort(), await freePort()];
    const file = project.files.file('.vscode/settings.json');
    const target = `127.0.0.1:${project.pagePort}`;
    const text = `{
  // The team's tunnels
  "sshTunnels.tunnels": {
    "web": {
      "host": "test-sshd", // staging
      "localForward": [
        { "listen": ${first}, "target": "${target}", "label": "Page", "protocol": "http" } // the page
      ]
    },
    /* the last */ "later": { "host": "test-sshd", "localForward": ["0:127.0.0.2:1"], "autoStart": false }
  }
}
`;
    await project.files.write('.vscode/settings.json', text);
    await row(page, 'web').filter({ hasText: 'up' }).first().waitFor();
    const settings = (): Promise<string> => readFile(file, 'utf8');
    const edit = async (part: string): Promise<void> => {
      await runCommand(page, 'SSH Tunnels: Edit');
      await pick(page, 'web', 'Edit');
      await pick(page, part, '(1/2)');
    };
    const becomes = (expected: string): Promise<void> =>
      eventually(`the settings are as expected`, async () => (await settings()) === expected).catch(
        async () => assert.equal(await settings(), expected),
      );
    const serves = async (port: number): Promise<void> => {
      await eventually(`the page at ${port}`, async () => {
        const answer = await exchange(port).catch(() => undefined);
        return answer !== undefined && isPage(answer);
      });
    };

    const moved = text.replace(String(first), String(second));
    await step('another local port, with a complaint on the way, and Back', async () => {
      await edit(`${first}:${target}`);
      await type(page, `${second}:`, '(2/2)');
      await box(page, /port is missing|needs a port|target/i).waitFor();
      await box(page, '(2/2)').getByRole('button', { name: 'Back' }).click();
      await pick(page, `${first}:${target}`, '(1/2)');
      await type(page, `${second}:${target}`, '(2/2)');
      await box(page, `opens ${second} here`).waitFor();
      await confirm(page, '(2/2)');
      await becomes(moved);
      await serves(second);
    });
    const longer = moved.replace(' // the page', `, // the page\n        "${third}:${target}"`);
    await step('another port on the same connection', async () => {
      await edit('Another port…');
      await confirm(page, 'Reach a port over there');
      await type(page, `${third}:${target}`, '(3/3)');
      await box(page, `opens ${third} here`).waitFor();
      await confirm(page, '(3/3)');
      await becomes(longer);
      await serves(third);
    });
    await step('another name, in its place', async () => {
      await edit('Name');
      await type(page, 'later', 'Tunnel name');
      await box(page, '"later" already exists.').waitFor();
      await type(page, 'pages', '(2/2)');
      await confirm(page, 'Tunnel name');
      await becomes(longer.replace('"web"', '"pages"'));
      await row(page, 'pages').filter({ hasText: 'up' }).first().waitFor();
      await serves(third);
    });
    await step('Undo gives it its name back', async () => {
      await page
        .locator('.notification-toast, .notifications-list-container')
        .filter({ hasText: 'Changed the tunnel "web".' })
        .getByRole('button', { name: 'Undo' })
        .last()
        .click();
      await becomes(longer);
      await row(page, 'web').filter({ hasText: 'up' }).first().waitFor();
    });
    await step('Escape changes nothing', async () => {
      await edit('Host');
      await box(page, 'test-sshd').waitFor();
      await page.keyboard.press('Escape');
      assert.equal(await settings(), longer);
    });
  });
});
