// The rows of the Tunnels view by keyboard, several at once, and what an explicit Start says about a busy port.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { freePort } from '../support/freePort';
import { step } from '../support/step';
import { box, details, press, row, runCommand } from './editorWindow';
import { answer, mark, notified } from './notifications';
import { openSharedWindow } from './sharedWindow';
import { testHooks } from './testHooks';

describe('the rows of the Tunnels view', function () {
  const later = testHooks(this);

  it('are used by keyboard, alone and several at once', async () => {
    const { page, project } = later(await openSharedWindow());
    const [one, two] = [await freePort(), await freePort()];
    const file = project.files.file('.vscode/settings.json');
    const target = `127.0.0.1:${project.pagePort}`;
    const text = `{
  "sshTunnels.tunnels": {
    // the first
    "one": { "host": "test-sshd", "localForward": ["${one}:${target}"] },
    "two": { "host": "test-sshd", "localForward": ["${two}:${target}"], "serverAliveCountMax": 7 }, // behind
    "three": { "host": "test-sshd", "localForward": ["0:${target}"], "autoStart": false }
  }
}
`;
    await project.files.write('.vscode/settings.json', text);
    const settings = (): Promise<string> => readFile(file, 'utf8');
    await row(page, 'one').filter({ hasText: 'up' }).first().waitFor();
    await row(page, 'two').filter({ hasText: 'up' }).first().waitFor();
    const copied = page.locator('.statusbar-item');

    await step('Ctrl+C copies the address of the row with the focus, also after the arrow keys', async () => {
      await row(page, 'one').first().click();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Control+c');
      await copied.filter({ hasText: `Copied 127.0.0.1:${one}` }).waitFor();
    });
    await step('a forward that is dragged into an editor leaves its address there', async () => {
      await runCommand(page, 'File: New Untitled Text File');
      const editor = page.locator('.editor-instance .view-lines').last();
      await editor.waitFor();
      const port = row(page, '→').first();
      const [from, to] = [await port.boundingBox(), await editor.boundingBox()];
      assert.ok(from && to);
      await page.mouse.move(from.x + 60, from.y + from.height / 2);
      await page.mouse.down();
      await page.mouse.move(from.x + 80, from.y + from.height / 2, { steps: 4 });
      // Without it, the editor would open what is dropped.
      await page.keyboard.down('Shift');
      await page.mouse.move(to.x + 60, to.y + 200, { steps: 8 });
      await page.mouse.up();
      await page.keyboard.up('Shift');
      await editor.filter({ hasText: `127.0.0.1:${one}` }).waitFor();
      await runCommand(page, 'View: Revert and Close Editor');
      await row(page, 'one').first().click();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
    });
    await step('F2 edits it', async () => {
      await page.keyboard.press('F2');
      await box(page, 'Edit "one"').waitFor();
      assert.equal(await box(page).locator('input').first().inputValue(), `${one}:${target}`);
      await page.keyboard.press('Escape');
    });
    await step('Enter shows the details of a port, and folds a tunnel', async () => {
      await page.keyboard.press('Enter');
      await details(page).getByRole('heading', { name: 'one' }).first().waitFor();
      const two = row(page, 'two').first();
      await two.click();
      const before = await two.getAttribute('aria-expanded');
      await page.keyboard.press('Enter');
      await eventually(
        'it is folded or unfolded',
        async () => (await two.getAttribute('aria-expanded')) !== before,
      );
    });
    await step('two addresses are copied together', async () => {
      await row(page, `${one}`).first().click();
      await row(page, `${two}`)
        .first()
        .click({ modifiers: ['ControlOrMeta'] });
      await page.keyboard.press('Control+c');
      await copied.filter({ hasText: `Copied 127.0.0.1:${one}, 127.0.0.1:${two}` }).waitFor();
    });
    await step('two tunnels are stopped together', async () => {
      await row(page, 'one').first().click();
      await row(page, 'two')
        .first()
        .click({ modifiers: ['ControlOrMeta'] });
      await press(row(page, 'two').first(), 'Stop');
      await row(page, 'one').filter({ hasText: 'stopped' }).first().waitFor();
      await row(page, 'two').filter({ hasText: 'stopped' }).first().waitFor();
    });
    await step('Delete removes both, and Undo gives the file back with its comments', async () => {
      const before = await mark(page);
      await row(page, 'one').first().click();
      await row(page, 'two')
        .first()
        .click({ modifiers: ['ControlOrMeta'] });
      await page.keyboard.press('Delete');
      await notified(page, /Removed 2 tunnels/, before);
      assert.doesNotMatch(await settings(), /"one"|"two"/);
      await answer(page, /Removed 2 tunnels/, 'Undo', before);
      await eventually('the file is as before', async () => (await settings()) === text);
    });
    await step('an explicit Start says which port is busy, and another one is one press away', async () => {
      await row(page, 'one').filter({ hasText: 'stopped' }).first().waitFor();
      const holder = createServer().listen(one, '127.0.0.1');
      await once(holder, 'listening');
      try {
        const before = await mark(page);
        await press(row(page, 'one').first(), 'Start');
        const said = await notified(page, new RegExp(`Port ${one}`), before);
        assert.match(said, /"one": /);
        await answer(page, new RegExp(`Port ${one}`), 'Use Another Port…', before);
        await box(page, /Local port to use instead of/).waitFor();
        await page.keyboard.press('Escape');
      } finally {
        holder.close();
      }
    });
  });
});
