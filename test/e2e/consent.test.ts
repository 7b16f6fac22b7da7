// Opening a colleague's project: one quiet question, a list to decide on, and no question again.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { leaseGraceMs } from '../../src/tunnels/daemon/server/leases';
import type { Page } from 'playwright-core';
import { untilLoaded } from '../support/editor/chromium';
import { eventually } from '../support/eventually';
import { freePort } from '../support/freePort';
import { exchange } from '../support/targetAndClient';
import { step } from '../support/step';
import { isPage, settingsText, startTestProject } from '../editor/testProject';
import {
  box,
  confirm,
  details,
  dialog,
  enter,
  openEditorWindow,
  openTunnelsView,
  pick,
  press,
  row,
  runCommand,
  type,
} from './editorWindow';
import { testHooks } from './testHooks';
import { answer, mark, notifications, notified } from './notifications';

const question = /wants to open 1 SSH tunnel/;

describe("the consent to a project's tunnels", function () {
  const later = testHooks(this);

  it('is asked for once, in one list of hosts and ports, and again only when one of them changes', async () => {
    const project = later(await startTestProject());
    const [pagePort, otherPort] = [await freePort(), await freePort()];
    const staging = {
      host: 'test-sshd',
      localForward: [
        { listen: pagePort, target: `127.0.0.1:${project.pagePort}`, label: 'Page' },
        { listen: otherPort, target: `127.0.0.1:${project.echoPort}`, label: 'Echo' },
      ],
    };
    const own = { host: 'test-sshd', localForward: `0:127.0.0.1:${project.pagePort}`, autoStart: false };
    await project.files.write('.vscode/settings.json', settingsText({ staging }));
    const { 'sshTunnels.autoStart': _on, ...userSettings } = project.userSettings;
    const { page } = later(
      await openEditorWindow({
        folder: project.folder,
        userSettings: { ...userSettings, 'sshTunnels.tunnels': { 'by hand': own } },
      }),
    );
    const tunnel = row(page, 'staging').first();
    const isUp = async (): Promise<void> => {
      await tunnel.filter({ hasText: 'up' }).waitFor();
      await eventually('the page comes through it', async () => isPage(await exchange(pagePort)));
    };
    const needsConsent = async (): Promise<void> => {
      await tunnel.filter({ hasText: 'needs your consent' }).waitFor();
      // The tree changes at once, the daemon a moment later.
      await eventually(
        `port ${pagePort} is closed`,
        async () => (await exchange(pagePort)).error === 'ECONNREFUSED',
      );
    };

    await step('a notification asks, and no tunnel starts', async () => {
      await notified(page, question);
      assert.equal(await dialog(page).count(), 0, 'a modal came by itself');
      await openTunnelsView(page);
      assert.equal((await exchange(pagePort)).error, 'ECONNREFUSED');
      await needsConsent();
    });
    await step('the dialog lists what will be opened, and "Allow" starts the tunnel', async () => {
      await answer(page, question, 'Allow…');
      await dialog(page).getByRole('button', { name: 'Not Now' }).waitFor();
      const facts = await dialog(page).innerText();
      assert.match(facts, new RegExp(`127\\.0\\.0\\.1:${project.sshd.port} as ${project.sshd.user}`));
      assert.match(facts, new RegExp(`port ${pagePort} → 127\\.0\\.0\\.1:${project.pagePort}`));
      assert.match(facts, new RegExp(`port ${otherPort} → 127\\.0\\.0\\.1:${project.echoPort}`));
      await dialog(page).getByRole('button', { name: 'Allow', exact: true }).click();
      await isUp();
    });
    const list = details(page).locator('section').filter({ hasText: 'staging' });
    await step('a changed setting stops the tunnel and asks again, showing what is new', async () => {
      const before = await mark(page);
      const [page0, echo] = staging.localForward;
      const moved = { ...page0, target: `localhost:${project.pagePort}` };
      const changed = { ...staging, localForward: [moved, echo], dynamicForward: 0 };
      await project.files.write('.vscode/settings.json', settingsText({ staging: changed }));
      await needsConsent();
      assert.ok((await notified(page, question, before)).includes(project.sshd.user));
      await answer(page, question, 'Review', before);
      await list.filter({ hasText: 'Changed since you allowed it.' }).waitFor();
      const marked = await list.locator('li[data-change]').allInnerTexts();
      assert.deepEqual(
        marked.map((line) => line.replace(/\s+/g, ' ').trim()),
        [
          `Added: port ${pagePort} → localhost:${project.pagePort}`,
          `Removed: port ${pagePort} → 127.0.0.1:${project.pagePort}`,
          'Added: any free port → SOCKS proxy ⚠ programs on this machine can reach whatever the server can',
        ],
      );
    });
    await step('the list allows, revokes and allows it again', async () => {
      await list.getByRole('button', { name: 'Allow', exact: true }).click();
      await isUp();
      await list.getByRole('button', { name: 'Revoke' }).click();
      await needsConsent();
      await list.getByRole('button', { name: 'Allow', exact: true }).click();
      await isUp();
    });
    const byHand = row(page, 'by hand').first();
    const startByHand = async (): Promise<void> => {
      await byHand.filter({ hasText: 'stopped' }).waitFor();
      await press(byHand, 'Start');
      await byHand.filter({ hasText: 'up' }).waitFor();
      // The editor writes it a moment later; an earlier reload would lose it.
      await eventually('both are remembered', async () => {
        const text = await remembered(page);
        return /workspace:staging\W+subject/.test(text) && /started\W+user:by hand/.test(text);
      });
    };
    await step("a tunnel from the user's settings is started by hand", startByHand);
    await step('after a reload both tunnels are up without a question', async () => {
      for (;;) {
        const begin = performance.now();
        await page.reload();
        await untilLoaded(page);
        await isUp();
        await byHand.filter({ hasText: /up|stopped/ }).waitFor();
        const isLate = performance.now() - begin > leaseGraceMs - 5000;
        const state = (await byHand.textContent()) ?? '';
        // On a busy machine the reload may take longer than the lease lasts: then it is no longer up, and rightly so.
        if (!(isLate && state.includes('stopped'))) break;
        await startByHand();
      }
      await byHand.filter({ hasText: 'up' }).waitFor();
      assert.deepEqual(
        (await notifications(page)).filter((text) => text.includes('wants to open 1 SSH tunnel')),
        [],
        'asked again',
      );
    });
    await step('one tunnel is stopped and the other stays up', async () => {
      await press(byHand, 'Stop');
      await byHand.filter({ hasText: 'stopped' }).waitFor();
      await isUp();
    });
    await step('what one has just typed oneself is up without a question', async () => {
      const before = await mark(page);
      const [typedPort, movedPort] = [await freePort(), await freePort()];
      await runCommand(page, 'SSH Tunnels: Add Tunnel…');
      await pick(page, 'test-sshd');
      await confirm(page, 'Reach a port over there');
      await type(page, `${typedPort}:127.0.0.1:${project.pagePort}`, '(3/5)');
      await box(page, `opens ${typedPort} here`).waitFor();
      await confirm(page, '(3/5)');
      await enter(page, 'typed', 'Tunnel name');
      await pick(page, 'This project');
      await row(page, 'typed').first().filter({ hasText: 'up' }).waitFor();
      assert.ok(isPage(await exchange(typedPort)));

      await runCommand(page, 'SSH Tunnels: Edit');
      await pick(page, 'staging', 'Edit');
      await pick(page, 'Echo', '(1/2)');
      await type(page, `${movedPort}:127.0.0.1:${project.echoPort}`, '(2/2)');
      await box(page, `opens ${movedPort} here`).waitFor();
      await confirm(page, '(2/2)');
      await row(page, `${movedPort} →`).first().waitFor();
      await isUp();
      const asked = (await notifications(page, before)).filter((text) => text.includes('wants to open'));
      assert.deepEqual(asked, []);
      assert.equal(await dialog(page).count(), 0);
    });
  });
});

/** What the editor keeps for the extension, in the databases of the browser. */
async function remembered(page: Page): Promise<string> {
  return await page.evaluate(readExtensionState);
}

const readExtensionState = `(async () => {
  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    if (database.objectStoreNames.contains('ItemTable')) {
      const table = database.transaction('ItemTable').objectStore('ItemTable');
      found.push(name + ': ' + await done(table.get('ssh-tunnels.ssh-tunnels')));
    }
    database.close();
  }
  return found.sort().join('\\n');
})()`;
