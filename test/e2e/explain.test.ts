// What a person does about a port that is taken: has it explained, takes another for themselves, is not asked again, and
// takes it back.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { endAfterEach } from '../support/cleanUps';
import { freePort } from '../support/freePort';
import { target, visit } from '../support/peers';
import { backstage, pageText, settingsText } from '../editor/projects';
import { details, dialog, openEditorWindow, openTunnelsView, press, row, toast } from './editorWindow';

describe('a person whose port is taken', function () {
  this.timeout(180_000);
  const later = endAfterEach();

  it('has it explained, moves it for themselves without being asked again, and takes that back', async () => {
    const stage = later(await backstage());
    const port = await freePort();
    const stranger = later(await target((socket) => socket.end(), '127.0.0.1', port));
    const staging = {
      host: 'test-sshd',
      localForward: { listen: port, target: `127.0.0.1:${stage.pagePort}`, label: 'Page' },
    };
    const settings = await stage.project.write('.vscode/settings.json', settingsText({ staging }));
    const { 'sshTunnels.autoStart': _on, ...userSettings } = stage.userSettings;
    const { page } = later(await openEditorWindow({ folder: stage.folder, userSettings }));
    await toast(page, /wants to open/)
      .getByRole('button', { name: 'Allow…' })
      .click();
    await dialog(page).getByRole('button', { name: 'Allow', exact: true }).click();
    await openTunnelsView(page);
    const tunnel = row(page, 'staging').first();
    await tunnel.filter({ hasText: '1 of 1 forward failed' }).waitFor();

    await press(tunnel, 'Explain');
    const panel = details(page);
    await panel.getByRole('heading', { name: 'Why "Page" does not listen' }).waitFor();
    const explanation = await panel.locator('.explanation').innerText();
    assert.match(
      explanation,
      new RegExp(`Port ${port} on this machine is used by "\\w+" \\(process ${process.pid}\\)`),
    );
    assert.match(explanation, new RegExp(`sport = :${port}`));

    await panel.getByRole('button', { name: 'Use Another Port…' }).click();
    const box = page.locator('.quick-input-widget:visible');
    await box.filter({ hasText: `instead of ${port}` }).waitFor();
    const suggested = Number(await box.locator('input').first().inputValue());
    assert.ok(suggested > port);
    await page.keyboard.press('Enter');
    await box.filter({ hasText: 'For me alone' }).waitFor();
    await page.keyboard.press('Enter');
    await toast(page, new RegExp(`listens on port ${suggested} for you now`)).waitFor();
    await panel.locator('header').filter({ hasText: 'Up, 1 forward.' }).waitFor();
    assert.equal((await visit(suggested)).received.toString(), pageText);
    assert.equal(await toast(page, /wants to open/).count(), 0, 'asked again');
    assert.equal(await readFile(settings, 'utf8'), settingsText({ staging }));
    assert.match(await panel.locator('main').innerText(), new RegExp(`Page on ${suggested}`));

    await toast(page, /for you now/)
      .getByRole('button', { name: 'Undo' })
      .click();
    await panel.getByRole('heading', { name: 'Why "Page" does not listen' }).waitFor();
    await stranger[Symbol.asyncDispose]();
    await panel.locator('header').filter({ hasText: 'Up, 1 forward.' }).waitFor();
    assert.equal((await visit(port)).received.toString(), pageText);
    assert.equal(await toast(page, /wants to open/).count(), 0, 'asked again');
  });
});
