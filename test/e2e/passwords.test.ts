// Logging in by password: one prompt, one offer to save it, no prompt after that until it is forgotten.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { eventually, longWaitMs } from '../support/eventually';
import { freePort } from '../support/freePort';
import { exchange } from '../support/targetAndClient';
import { step } from '../support/step';
import { temporaryUser } from '../support/temporaryUser';
import { isPage, settingsText } from '../editor/testProject';
import { box, enter, press, row, runCommand } from './editorWindow';
import { openSharedWindow } from './sharedWindow';
import { testHooks } from './testHooks';
import { answer, mark, notifications, notified } from './notifications';

const offer = /Save the password for/;

describe('the password prompt', function () {
  const later = testHooks(this);

  it('appears until the password is saved, and again after it is forgotten', async () => {
    const user = later(temporaryUser());
    const login = { config: ['PasswordAuthentication yes'], clientConfig: [`User ${user.name}`] };
    const { page, server, project } = later(await openSharedWindow(login));
    const port = await freePort();
    const db = { host: 'test-sshd', localForward: `${port}:127.0.0.1:${project.pagePort}` };
    await project.files.write('.vscode/settings.json', settingsText({ db }));
    const host = `127.0.0.1:${project.sshd.port}`;
    const account = `${user.name}@${host}`;
    const tunnel = row(page, 'db').first();
    const loggedIn = async (times: number): Promise<void> => {
      await project.sshd.waitForLog(new RegExp(`(Accepted password[^]*){${times}}`), longWaitMs);
      // The row may still show the old state, and a session that is cut during its login isn't reconnected.
      await eventually('the page comes through it', async () => isPage(await exchange(port)));
      await tunnel.filter({ hasText: 'up' }).waitFor();
    };

    await step('an automatic start shows no prompt', async () => {
      await tunnel.filter({ hasText: 'needs your password' }).waitFor();
      assert.equal(await box(page).count(), 0, 'a box came by itself');
    });
    await step('three wrong passwords end in a message that says so, with Try Again', async () => {
      await press(tunnel, 'Enter Password…');
      await enter(page, 'wrong', 'You can save it after signing in.');
      await enter(page, 'wrong', 'Wrong password. Attempt 2 of 3.');
      await enter(page, 'wrong', 'Wrong password. Attempt 3 of 3.');
      await answer(page, /Wrong password for .*, 3 times\./, 'Try Again');
    });
    await step('a wrong password is asked for again', async () => {
      await enter(page, 'wrong', 'You can save it after signing in.');
      await enter(page, user.password, 'Wrong password.');
      await loggedIn(1);
      assert.ok(isPage(await exchange(port)));
    });
    await step('the right password is offered to be saved', async () => {
      assert.ok((await notified(page, offer)).includes(`${user.name} on ${host}`));
      await answer(page, offer, 'Save');
    });
    const before = await mark(page);
    await step('with a saved password, neither a restart nor a lost connection prompts', async () => {
      await runCommand(page, 'SSH Tunnels: Restart');
      await loggedIn(2);
      project.sshd.dropSessions();
      await loggedIn(3);
      assert.ok(isPage(await exchange(port)));
      assert.equal(await box(page).count(), 0, 'asked despite the saved password');
    });
    await step('the saved password is forgotten', async () => {
      await runCommand(page, 'SSH Tunnels: Forget Saved Passwords…');
      const savedList = box(page, account).filter({ hasText: 'SHA256:' });
      await savedList
        .locator('[role="option"], .monaco-list-row')
        .filter({ hasText: account })
        .first()
        .click();
      await savedList.getByRole('button', { name: 'OK' }).click();
      await notified(page, /Forgot 1 entry/, before);
      const offers = (await notifications(page, before)).filter((text) =>
        text.includes('Keep the password of'),
      );
      assert.deepEqual(offers, [], 'offered again');
    });
    await step('the prompt appears again, and can be cancelled', async () => {
      await runCommand(page, 'SSH Tunnels: Restart');
      await box(page, `${host}: password for ${user.name}`).waitFor();
      await page.keyboard.press('Escape');
      await box(page).waitFor({ state: 'hidden' });
      await runCommand(page, 'SSH Tunnels: Forget Saved Passwords…');
      await notified(page, /No saved passwords/);
    });
    await step('the password is in no file', async () => {
      const named = await filesWith(server.dataDir, user.name);
      assert.ok(named.includes('run/ssh-tunnels/daemon.log'), 'the account is in no log: were they read?');
      assert.deepEqual(await filesWith(server.dataDir, user.password), []);
    });
  });
});

/** Which of the files written by the editor, the extension and the daemon contain this text. */
async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const name of await readdir(folder)) {
    // Its links point into the repository.
    if (name !== 'extensions') {
      const inside = await readdir(join(folder, name), { recursive: true }).catch(() => []);
      paths.push(name, ...inside.map((path) => join(name, path)));
    }
  }
  // Some folders can't be read as files.
  const contents = await Promise.all(
    paths.map((path) => readFile(join(folder, path)).catch(() => undefined)),
  );
  return paths.filter((_, index) => contents[index]?.includes(text));
}
