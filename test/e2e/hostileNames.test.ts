// Names that imitate others: a host that begins like another one, letters that look like others, a command with spaces
// that a page would lose. The consent, the question about the host key and the password box show what they are.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { freePort } from '../support/freePort';
import { step } from '../support/step';
import { tempDir } from '../support/tempDir';
import { temporaryUser } from '../support/temporaryUser';
import { settingsText, startTestProject } from '../editor/testProject';
import { box, details, dialog, openEditorWindow, openTunnelsView, press, row } from './editorWindow';
import { testHooks } from './testHooks';
import { answer } from './notifications';

/** Carries the connection, so that the name need not exist. */
const pipe = `
const socket = require('node:net').connect(Number(process.argv[3]), process.argv[2]);
process.stdin.pipe(socket).pipe(process.stdout);
`;

const label = 'a'.repeat(63);
/** 253 characters, the most that a host has. */
const hostName = `prod.bank.example.${label}.${label}.${label}.${'b'.repeat(30)}.evil.example`;
const command = 'xterm  -e "x\u3000\u00a0y" \u0435\u0301';
const shownCommand = String.raw`xterm␣␣-e "x\u{3000}\u{a0}y" \u{435}\u{301}`;

describe('names that imitate others', function () {
  const later = testHooks(this);

  it('are shown as what they are before the user allows or answers anything', async () => {
    assert.equal(hostName.length, 253);
    const [user, files] = [later(temporaryUser()), later(await tempDir('pipe-'))];
    const pipeFile = await files.write('pipe.cjs', pipe);
    const project = later(
      await startTestProject({
        config: ['PasswordAuthentication yes'],
        clientConfig: [
          `User ${user.name}`,
          `HostName ${hostName}`,
          `ProxyCommand ${process.execPath} ${pipeFile} 127.0.0.1 %p`,
          'StrictHostKeyChecking ask',
        ],
      }),
    );
    const server = `${hostName}:${project.sshd.port}`;
    const long = {
      host: 'test-sshd',
      localForward: [`${await freePort()}:ɡithub.com:443`],
      x11Programs: { Clock: command, 'Clock": xclock': 'xclock' },
    };
    const other = { host: 'deploy@gıthub.com', localForward: `${await freePort()}:a:1` };
    const imitating = {
      host: `deploy@prod.bank.example:22${'_'.repeat(190)}@evil.example`,
      localForward: '1:a:1',
    };
    await project.files.write('.vscode/settings.json', settingsText({ long, other, imitating }));
    const { page } = later(
      await openEditorWindow({
        folder: project.folder,
        userSettings: { ...project.userSettings, 'sshTunnels.autoStart': 'ask' },
      }),
    );

    await step('the dialog begins with the host, and shows letters and spaces', async () => {
      await openTunnelsView(page);
      await answer(page, /wants to open/, 'Allow…');
      await dialog(page).getByRole('button', { name: 'Review' }).waitFor();
      const text = await dialog(page).innerText();
      assert.ok(text.includes(`${server} as ${user.name}`), text);
      assert.ok(text.includes('xn--gthub-n4a.com:22 (gıthub.com) as deploy'), text);
      assert.ok(text.includes(String.raw`runs on the server, as "Clock": ${shownCommand}`), text);
      await dialog(page).getByRole('button', { name: 'Review' }).click();
    });
    await step('the page shows the same', async () => {
      const list = details(page).locator('section').filter({ hasText: shownCommand });
      await list.getByRole('button', { name: 'Allow', exact: true }).waitFor();
      const facts = await list.locator('.fact').allInnerTexts();
      assert.equal(facts[0], `${server} as ${user.name}`);
      assert.ok(
        facts.some((fact) => fact.endsWith('→ xn--ithub-qmc.com:443 (ɡithub.com)')),
        facts.join('\n'),
      );
      assert.ok(facts.includes(`runs on the server, as "Clock": ${shownCommand}`), facts.join('\n'));
      assert.ok(
        facts.includes(String.raw`runs on the server, as "Clock\u{22}: xclock": xclock`),
        facts.join('\n'),
      );
      await list.getByRole('button', { name: 'Allow', exact: true }).click();
    });
    await step('a user that imitates a host is an error', async () => {
      await row(page, 'imitating').filter({ hasText: '1 problem' }).first().waitFor();
    });
    await step('the question about the host key begins with the host', async () => {
      const tunnel = row(page, 'long').first();
      // Before, its row would move while the button is pressed.
      await tunnel.filter({ hasText: 'unknown host key' }).waitFor();
      await press(tunnel, 'Check Host Key…');
      await dialog(page)
        .filter({ hasText: `.evil.example:${project.sshd.port} has an unknown host key` })
        .waitFor();
      const message = dialog(page).locator('.dialog-message');
      assert.ok(
        await message.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth),
        'cut off',
      );
      const text = await dialog(page).locator('.dialog-message-detail').innerText();
      assert.ok(text.startsWith(`${server} as ${user.name}\n`), text);
      await dialog(page).getByRole('button', { name: 'Connect and Remember' }).click();
    });
    await step(
      'the title of the password box shows whose host it is, and the text the whole host',
      async () => {
        const asking = box(page, `password for ${user.name}`);
        await asking.waitFor();
        const title = asking.locator('.quick-input-title');
        assert.match(await title.innerText(), /^….*\.evil\.example:\d+: password for /);
        assert.ok(
          await title.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth),
          'cut off',
        );
        const text = asking.locator('.quick-input-message');
        assert.ok((await text.innerText()).startsWith(`${server} as ${user.name}. `));
        assert.ok(
          await text.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth),
          'cut off',
        );
        await page.keyboard.press('Escape');
      },
    );
  });
});
