// A port in use: explained, changed for this user only, or asked about when the tunnel is started by hand.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { freePort } from '../support/freePort';
import { target, exchange } from '../support/targetAndClient';
import { step } from '../support/step';
import { isPage, settingsText, startTestProject } from '../editor/testProject';
import { box, confirm, details, dialog, openEditorWindow, openTunnelsView, press, row } from './editorWindow';
import { testHooks } from './testHooks';
import { answer, notifications, notified } from './notifications';

describe('a port in use', function () {
  const later = testHooks(this);

  it('is explained, can be changed for this user only, and can be changed back', async () => {
    const project = later(await startTestProject());
    const [port, askedPort] = [await freePort(), await freePort()];
    const otherProgram = later(await target((socket) => socket.end(), '127.0.0.1', port));
    later(await target((socket) => socket.end(), '127.0.0.1', askedPort));
    const to = (listen: number, label: string): object => ({
      listen,
      target: `127.0.0.1:${project.pagePort}`,
      label,
    });
    const text = settingsText({
      staging: { host: 'test-sshd', localForward: to(port, 'Page') },
      shop: { host: 'test-sshd', localForward: { ...to(askedPort, 'Web'), ifPortBusy: 'ask' } },
    });
    const settings = await project.files.write('.vscode/settings.json', text);
    const { 'sshTunnels.autoStart': _on, ...userSettings } = project.userSettings;
    const { page } = later(await openEditorWindow({ folder: project.folder, userSettings }));
    const panel = details(page);
    const tunnel = row(page, 'staging').first();
    const isAskedNothing = async (): Promise<void> => {
      const asked = (await notifications(page)).filter((each) => each.includes('wants to open'));
      assert.equal(asked.length, 1, 'asked again');
    };

    await step('both tunnels are allowed, and fail because their ports are in use', async () => {
      await answer(page, /wants to open 2 SSH tunnels/, 'Allow…');
      await dialog(page).getByRole('button', { name: 'Allow', exact: true }).click();
      await openTunnelsView(page);
      await tunnel.filter({ hasText: `port ${port} in use` }).waitFor();
    });
    await step('the explanation names the process that holds the port', async () => {
      await press(tunnel, 'Explain');
      await panel.getByRole('heading', { name: 'Why "Page" isn\'t open' }).waitFor();
      const explanation = await panel.locator('.explanation').innerText();
      assert.match(
        explanation,
        new RegExp(`Port ${port} on this machine is used by "\\w+" \\(process ${process.pid}\\)`),
      );
      assert.match(explanation, new RegExp(`sport = :${port}`));
    });
    await step(
      "another port is chosen for this user only, and the project's settings stay unchanged",
      async () => {
        const question = box(page, `instead of ${port}`);
        await eventually('the box for another port is open', async () => {
          // While the forward is being opened again, the page is drawn anew and the command has nothing to do.
          if (!(await question.isVisible())) {
            await panel.getByRole('button', { name: 'Use Another Port…' }).click();
            await question.waitFor({ timeout: 5000 }).catch(() => undefined);
          }
          return question.isVisible();
        });
        const suggested = Number(await box(page).locator('input').first().inputValue());
        assert.ok(suggested > port);
        await confirm(page, `instead of ${port}`);
        await box(page, 'Only for me').waitFor();
        await confirm(page, 'Only for me');
        await notified(page, new RegExp(`now listens on port ${suggested}, only for you`));
        await panel.locator('header').filter({ hasText: 'Up, 1 forward.' }).waitFor();
        assert.ok(isPage(await exchange(suggested)));
        assert.match(await panel.locator('main').innerText(), new RegExp(`Page on ${suggested}`));
        await isAskedNothing();
        assert.equal(await readFile(settings, 'utf8'), text);
      },
    );
    await step('the choice is undone, and the forward listens as soon as the port is free', async () => {
      await answer(page, /only for you/, 'Undo');
      await panel.getByRole('heading', { name: 'Why "Page" isn\'t open' }).waitFor();
      await otherProgram[Symbol.asyncDispose]();
      await panel.locator('header').filter({ hasText: 'Up, 1 forward.' }).waitFor();
      await eventually('the page comes through the port', async () => isPage(await exchange(port)));
      await isAskedNothing();
    });
    await step(
      `"ifPortBusy": "ask" doesn't ask at an automatic start, but asks for another port at a start by hand`,
      async () => {
        const shop = row(page, 'shop').first();
        await shop.filter({ hasText: `port ${askedPort} in use` }).waitFor();
        assert.equal(await box(page).count(), 0, 'asked by itself');
        await press(shop, 'Stop');
        await shop.filter({ hasText: 'stopped' }).waitFor();
        await press(shop, 'Start');
        const question = box(page, `Port ${askedPort} on this machine is used by`);
        const offer = question.locator('[role="option"]').filter({ hasText: /Use \d+ Once/ });
        const free = Number(/Use (\d+) Once/.exec((await offer.textContent()) ?? '')?.[1]);
        await offer.click();
        await shop.filter({ hasText: 'up' }).waitFor();
        await row(page, 'Web')
          .filter({ hasText: String(free) })
          .waitFor();
        assert.ok(isPage(await exchange(free)));
      },
    );
  });
});
