// What a person sees who logs in by password: one box, one offer to keep it, no box after that, until it is forgotten.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { endAfterEach } from '../support/cleanUps';
import { freePort } from '../support/freePort';
import { visit } from '../support/peers';
import type { Sshd } from '../support/sshd';
import { throwAwayUser } from '../support/throwAwayUser';
import { backstage, pageText, settingsText } from '../editor/projects';
import { openEditorWindow, openTunnelsView, press, row, runCommand, toast } from './editorWindow';

const offer = /Keep the password of/;

describe('a person with a password', function () {
  this.timeout(180_000);
  const later = endAfterEach();

  it('is asked for it until it is kept, and again when it is forgotten', async () => {
    const user = later(throwAwayUser());
    const stage = later(
      await backstage({
        config: ['PasswordAuthentication yes'],
        clientConfig: [`User ${user.name}`],
      }),
    );
    const port = await freePort();
    const db = { host: 'test-sshd', localForward: `${port}:127.0.0.1:${stage.pagePort}` };
    await stage.project.write('.vscode/settings.json', settingsText({ db }));
    const { page, server } = later(
      await openEditorWindow({ folder: stage.folder, userSettings: stage.userSettings }),
    );
    const account = `${user.name}@127.0.0.1:${stage.sshd.port}`;
    await openTunnelsView(page);
    const tunnel = row(page, 'db').first();
    await tunnel.filter({ hasText: 'needs your password' }).waitFor();
    assert.equal(await box(page).count(), 0, 'a box came by itself');

    await press(tunnel, 'Answer…');
    await box(page).filter({ hasText: 'You will be asked whether to keep it.' }).waitFor();
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await box(page).filter({ hasText: 'That was not right.' }).waitFor();
    await page.keyboard.type(user.password);
    await page.keyboard.press('Enter');
    await tunnel.filter({ hasText: 'up' }).waitFor();
    assert.equal((await visit(port)).received.toString(), pageText);
    await toast(page, offer).filter({ hasText: account }).waitFor();
    await toast(page, offer).getByRole('button', { name: 'Keep', exact: true }).click();

    await runCommand(page, 'SSH Tunnels: Restart');
    await logins(stage.sshd, 2);
    await tunnel.filter({ hasText: 'up' }).waitFor();
    stage.sshd.dropSessions();
    await logins(stage.sshd, 3);
    await tunnel.filter({ hasText: 'up' }).waitFor();
    assert.equal((await visit(port)).received.toString(), pageText);
    assert.equal(await box(page).count(), 0, 'asked in spite of the kept one');
    assert.equal(await toast(page, offer).count(), 0, 'offered again');

    await runCommand(page, 'SSH Tunnels: Forget Kept Passwords…');
    await box(page).filter({ hasText: account }).filter({ hasText: 'SHA256:' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await toast(page, /Forgot 1 entry/).waitFor();

    await runCommand(page, 'SSH Tunnels: Restart');
    await box(page)
      .filter({ hasText: `Password of ${account}` })
      .waitFor();
    await page.keyboard.press('Escape');
    await box(page).waitFor({ state: 'hidden' });
    await runCommand(page, 'SSH Tunnels: Forget Kept Passwords…');
    await toast(page, /No password and no passphrase is kept/).waitFor();

    const named = await filesWith(server.dataDir, user.name);
    assert.ok(named.includes('run/ssh-tunnels/daemon.log'), 'the account is in no log: were they read?');
    assert.deepEqual(await filesWith(server.dataDir, user.password), []);
  });
});

/** The box in which the editor asks, and lists. */
function box(page: Page): Locator {
  return page.locator('.quick-input-widget:visible');
}

async function logins(sshd: Sshd, count: number): Promise<void> {
  await sshd.waitForLog(new RegExp(`(Accepted password[^]*){${count}}`), 10_000);
}

/** Which of the files that the editor, the extension and the daemon have written hold this text. */
async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of await readdir(folder)) {
    // Its links lead into the repository.
    if (name !== 'extensions') {
      const inside = await readdir(join(folder, name), { recursive: true }).catch(() => []);
      paths.push(name, ...inside.map((path) => join(name, path)));
    }
  }
  // Folders among them can't be read.
  const contents = await Promise.all(
    paths.map((path) => readFile(join(folder, path)).catch(() => undefined)),
  );
  return paths.filter((_, index) => contents[index]?.includes(text));
}
