// The Ports view of a remote window, and the question before a link or an agent starts a tunnel.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { eventually, longWaitMs } from '../support/eventually';
import { freePort } from '../support/freePort';
import { step } from '../support/step';
import { settingsText } from '../editor/testProject';
import {
  dialog,
  enter,
  openLink,
  openPortsView,
  pick,
  portRow,
  press,
  row,
  runCommand,
} from './editorWindow';
import { openSharedWindow } from './sharedWindow';
import { testHooks } from './testHooks';
import { answer, notifications, notified } from './notifications';

describe('a remote window', function () {
  const later = testHooks(this);

  it("lists the tunnel's ports, labels them, and asks before a link or an agent starts a tunnel", async () => {
    const { page, project } = later(await openSharedWindow());
    const port = await freePort();
    const staging = {
      host: 'test-sshd',
      localForward: { listen: port, target: `127.0.0.1:${project.pagePort}`, label: 'Page' },
    };
    const docs = { host: 'test-sshd', localForward: `0:127.0.0.1:${project.echoPort}`, autoStart: false };
    const half = { host: 'test-sshd', localForward: ['0:localhost:1', `${project.pagePort}:localhost:1`] };
    const wide = { host: 'test-sshd', localForward: `*:${await freePort()}:localhost:1`, autoStart: false };
    const text = settingsText({ staging, docs, half, wide });
    const settings = await project.files.write('.vscode/settings.json', text);
    const tunnel = row(page, 'docs').first();
    const link = (name: string): Promise<void> =>
      openLink(page, `vscode://ssh-tunnels.ssh-tunnels/start?tunnel=${name}`);

    await step("the Ports view lists a tunnel's port", async () => {
      await row(page, 'staging').filter({ hasText: 'up' }).first().waitFor();
      await openPortsView(page);
      // The editor leaves out what listened before it first looked: then the tunnel is started again. It looks every 20
      // times as long as a look takes: rarely on a busy machine.
      const staging = row(page, 'staging').first();
      await eventually(
        'the Ports view lists the port',
        async () => {
          const isListed = await portRow(page, String(port))
            .waitFor({ timeout: 30_000 })
            .then(
              () => true,
              () => false,
            );
          if (!isListed) {
            await press(staging, 'Stop');
            await staging.filter({ hasText: 'stopped' }).waitFor();
            await press(staging, 'Start');
            await staging.filter({ hasText: 'up' }).waitFor();
          }
          return isListed;
        },
        4 * longWaitMs,
      );
    });
    await step('the ports get labels, and the labels are removed again', async () => {
      await runCommand(page, 'SSH Tunnels: Label Ports in the Ports View…');
      await pick(page, /^In .*settings/);
      await portRow(page, 'staging: Page').waitFor();
      await answer(page, /Labeled 3 ports/, 'Undo');
      // The view keeps this name until the window is reloaded; the setting is as before.
      await eventually(
        'the settings are as they were',
        async () => (await readFile(settings, 'utf8')) === text,
      );
    });
    await step('a link to an unknown tunnel, or to one that is up, says so', async () => {
      await link('nothing');
      await notified(page, /There is no tunnel "nothing"/);
      await link('half');
      const busy = project.pagePort;
      await notified(page, new RegExp(`"half" is up, except for "${busy}": Port ${busy} `));
    });
    await step('a link to a tunnel without consent asks for consent', async () => {
      await link('wide');
      const consent = dialog(page).filter({ hasText: 'Allow the tunnel "wide"?' });
      await consent.getByRole('button', { name: 'Not Now' }).waitFor();
      assert.match(await consent.innerText(), /Requested by a link that you opened\./);
      await consent.getByRole('button', { name: 'Not Now' }).click();
    });
    await step('a link to any other tunnel asks whether to start it', async () => {
      await link('docs');
      const asked = dialog(page).filter({ hasText: 'Start the tunnel "docs"?' });
      await asked.getByRole('button', { name: 'Cancel' }).waitFor();
      assert.match(await asked.innerText(), /Server: test-sshd\s+From: the workspace settings/);
      assert.match(await tunnel.innerText(), /stopped/);
      await asked.getByRole('button', { name: 'Start' }).click();
      await tunnel.filter({ hasText: 'up' }).waitFor();
      await press(tunnel, 'Stop');
      await tunnel.filter({ hasText: 'stopped' }).waitFor();
    });
    await step("an agent can't start a tunnel that the user refuses", async () => {
      await runCommand(page, 'SSH Tunnels Example: Start a Tunnel as an Agent Does');
      await enter(page, 'docs', 'The name of a tunnel');
      const question = dialog(page).filter({ hasText: 'Start an SSH tunnel?' });
      await question.getByRole('button', { name: 'Cancel' }).waitFor();
      assert.match(
        await question.innerText(),
        /Server: `test-sshd`\s+.*`docs`\s+From: `the workspace settings`/s,
      );
      await question.getByRole('button', { name: 'Cancel' }).click();
      await dialog(page)
        .filter({ hasText: /resulted in an error.*Cancell?ed/s })
        .getByRole('button', { name: 'OK' })
        .click();
      assert.match(await tunnel.innerText(), /stopped/);
    });
    await step("the editor shows no notification for a tunnel's ports", async () => {
      // It would do so some seconds after it has found a port, which was long ago.
      const aboutPort = (await notifications(page)).filter((each) => each.includes(`on port ${port}`));
      assert.deepEqual(aboutPort, []);
    });
  });
});
