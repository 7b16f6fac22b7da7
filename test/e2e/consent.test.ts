// What a person sees who opens a colleague's project: one quiet question, a list to decide on, and never again.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { endAfterEach } from '../support/cleanUps';
import { freePort } from '../support/freePort';
import { visit } from '../support/peers';
import { backstage, pageText, settingsText } from '../editor/projects';
import { details, dialog, openEditorWindow, openTunnelsView, press, row, toast } from './editorWindow';

const question = /wants to open 1 SSH tunnel/;

describe('a person', function () {
  this.timeout(180_000);
  const later = endAfterEach();

  it('is asked once, in one list with the real facts, and again only when they change', async () => {
    const stage = later(await backstage());
    const [pagePort, otherPort] = [await freePort(), await freePort()];
    const staging = {
      host: 'test-sshd',
      localForward: [
        { listen: pagePort, target: `127.0.0.1:${stage.pagePort}`, label: 'Page' },
        { listen: otherPort, target: `127.0.0.1:${stage.echoPort}`, label: 'Echo' },
      ],
    };
    await stage.project.write('.vscode/settings.json', settingsText({ staging }));
    const { 'sshTunnels.autoStart': _on, ...userSettings } = stage.userSettings;
    const { page } = later(await openEditorWindow({ folder: stage.folder, userSettings }));

    await toast(page, question).waitFor();
    assert.equal(await dialog(page).count(), 0, 'a modal came by itself');
    assert.equal((await visit(pagePort)).error, 'ECONNREFUSED');
    await openTunnelsView(page);
    await row(page, 'staging').filter({ hasText: 'needs your consent' }).waitFor();

    await toast(page, question).getByRole('button', { name: 'Allow…' }).click();
    await dialog(page).getByRole('button', { name: 'Not Now' }).waitFor();
    const facts = await dialog(page).innerText();
    assert.match(facts, new RegExp(`${stage.sshd.user}@127\\.0\\.0\\.1:${stage.sshd.port}`));
    assert.match(facts, new RegExp(`port ${pagePort} → 127\\.0\\.0\\.1:${stage.pagePort}`));
    assert.match(facts, new RegExp(`port ${otherPort} → 127\\.0\\.0\\.1:${stage.echoPort}`));
    await dialog(page).getByRole('button', { name: 'Allow', exact: true }).click();
    await row(page, 'staging').filter({ hasText: 'up' }).waitFor();
    assert.ok((await visit(pagePort)).received.equals(Buffer.from(pageText)));

    const [page0, echo] = staging.localForward;
    const moved = { ...page0, target: `localhost:${stage.pagePort}` };
    const changed = { ...staging, localForward: [moved, echo], dynamicForward: 0 };
    await stage.project.write('.vscode/settings.json', settingsText({ staging: changed }));
    await row(page, 'staging').filter({ hasText: 'needs your consent' }).waitFor();
    await untilRefused(pagePort);
    await toast(page, question).filter({ hasText: stage.sshd.user }).waitFor();
    await toast(page, question).getByRole('button', { name: 'Review' }).click();
    const list = details(page).locator('section');
    await list.filter({ hasText: 'Changed since you allowed it.' }).waitFor();
    const marked = await list.locator('li[data-change]').allInnerTexts();
    assert.deepEqual(
      marked.map((line) => line.replace(/\s+/g, ' ').trim()),
      [
        `New: port ${pagePort} → localhost:${stage.pagePort}`,
        `No longer: port ${pagePort} → 127.0.0.1:${stage.pagePort}`,
        'New: any free port → SOCKS proxy ⚠ programs here can reach whatever the server can',
      ],
    );
    await list.getByRole('button', { name: 'Allow', exact: true }).click();
    await row(page, 'staging').filter({ hasText: 'up' }).waitFor();
    assert.ok((await visit(pagePort)).received.equals(Buffer.from(pageText)));
    await list.getByRole('button', { name: 'Take Back' }).click();
    await row(page, 'staging').filter({ hasText: 'needs your consent' }).waitFor();
    await untilRefused(pagePort);
    await list.getByRole('button', { name: 'Allow', exact: true }).click();
    await row(page, 'staging').filter({ hasText: 'up' }).waitFor();
    // The editor writes what extensions remember a moment later.
    await page.waitForTimeout(1000);

    await page.reload();
    await page.locator('[id="status.problems"]').waitFor({ timeout: 60_000 });
    await row(page, 'staging').filter({ hasText: 'up' }).waitFor({ timeout: 60_000 });
    assert.equal(await toast(page, question).count(), 0, 'asked again');
    assert.ok((await visit(pagePort)).received.equals(Buffer.from(pageText)));
  });

  it('is asked about an unknown host key at a start by hand; finds what was started by hand up after a reload', async () => {
    const stage = later(await backstage());
    await stage.project.write('empty_known_hosts', '');
    const port = await freePort();
    const db = { host: 'test-sshd', localForward: `${port}:127.0.0.1:${stage.pagePort}` };
    const byHand = { host: 'test-sshd', localForward: `0:127.0.0.1:${stage.pagePort}`, autoStart: false };
    await stage.project.write('.vscode/settings.json', settingsText({ db, 'by hand': byHand }));
    const { page } = later(
      await openEditorWindow({
        folder: stage.folder,
        userSettings: {
          ...stage.userSettings,
          'sshTunnels.strictHostKeyChecking': 'ask',
          'sshTunnels.userKnownHostsFile': stage.project.file('empty_known_hosts'),
        },
      }),
    );
    await openTunnelsView(page);
    const tunnel = row(page, 'db').first();
    await tunnel.filter({ hasText: 'needs the host key checked' }).waitFor();
    assert.equal(await dialog(page).count(), 0, 'a modal came by itself');
    await press(tunnel, 'Answer…');
    await dialog(page).waitFor();
    assert.match(await dialog(page).innerText(), /SHA256:/);
    await dialog(page).getByRole('button', { name: 'Connect and Remember' }).click();
    await tunnel.filter({ hasText: 'up' }).waitFor();
    assert.equal((await visit(port)).received.toString(), pageText);

    const other = row(page, 'by hand').first();
    await press(other, 'Start');
    await other.filter({ hasText: 'up' }).waitFor();
    await page.reload();
    await page.locator('[id="status.problems"]').waitFor({ timeout: 60_000 });
    await other.filter({ hasText: 'up' }).waitFor({ timeout: 60_000 });
    await press(other, 'Stop');
    await other.filter({ hasText: 'stopped' }).waitFor();
    assert.equal((await visit(port)).received.toString(), pageText);
  });
});

/** The tree knows at once, the daemon a moment later. */
async function untilRefused(port: number): Promise<void> {
  for (let tries = 1; (await visit(port)).error !== 'ECONNREFUSED'; tries++) {
    assert.ok(tries < 20, `port ${port} is still open`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
