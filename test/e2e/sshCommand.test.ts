// A pasted ssh command line with options that belong in ssh_config.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { freePort } from '../support/freePort';
import { exchange } from '../support/targetAndClient';
import { step } from '../support/step';
import { isPage } from '../editor/testProject';
import { box, confirm, dialog, enter, row, runCommand, type } from './editorWindow';
import { openSharedWindow } from './sharedWindow';
import { testHooks } from './testHooks';
import { answer } from './notifications';

describe('a pasted ssh command line', function () {
  const later = testHooks(this);

  it("becomes a tunnel, and a Host block for the options that a tunnel doesn't have", async () => {
    const { page, project, sshConfigFile: configFile } = later(await openSharedWindow());
    const before = await readFile(configFile, 'utf8');
    const given = (keyword: string): string =>
      new RegExp(`^\\s*${keyword} "?([^"\\n]+)"?$`, 'm').exec(before)?.[1] ?? '';
    const [port, proxy] = [await freePort(), await freePort()];
    const start = `ssh -p ${project.sshd.port} -i ${given('IdentityFile')}`;
    const line = `${start} -o UserKnownHostsFile=${given('UserKnownHostsFile')} -L ${port}:127.0.0.1:${project.pagePort} -D ${proxy}`;

    await step('mistakes are shown while the command line is typed', async () => {
      await runCommand(page, 'SSH Tunnels: Add Tunnel from SSH Command…');
      const prompt = 'as you would type it in a terminal';
      await type(page, `${line}x 127.0.0.1`, prompt);
      await box(page, 'A port must be a number').waitFor();
      await enter(page, `${line} ${given('User') || 'root'}@127.0.0.1`);
    });
    await step("options that a tunnel doesn't have are offered as a Host block", async () => {
      await dialog(page)
        .filter({ hasText: "2 parts of this command can't be saved in a tunnel." })
        .filter({ hasText: `IdentityFile ${given('IdentityFile')}` })
        .getByRole('button', { name: 'Write Host Block' })
        .click();
    });
    await step('every question is asked before anything is written', async () => {
      await enter(page, 'pasted', 'Alias for 127.0.0.1');
      await confirm(page, 'Tunnel name');
      await box(page, 'This project').waitFor();
      assert.equal(await readFile(configFile, 'utf8'), before, 'written before all was answered');
      await confirm(page, 'This project');
    });
    await step('the tunnel is up, and its Host block is first in the file, which is opened', async () => {
      await row(page, 'pasted').filter({ hasText: 'up' }).first().waitFor();
      assert.ok(isPage(await exchange(port)));
      const after = await readFile(configFile, 'utf8');
      assert.ok(after.endsWith(`\n${before}`), after);
      assert.match(
        after,
        /^Host pasted\n {2}HostName 127\.0\.0\.1\n {2}User \w+\n {2}Port \d+\n {2}IdentityFile /,
      );
      await page.locator('.editor-instance').filter({ hasText: 'Host pasted' }).first().waitFor();
      const settings = await readFile(project.files.file('.vscode/settings.json'), 'utf8');
      assert.match(settings, new RegExp(`"host": "pasted",\\s*"localForward": \\[\\s*"${port}:127.0.0.1:`));
    });
    await step('the Host block is removed', async () => {
      await answer(page, /Added the Host block "pasted" to/, 'Undo');
      await eventually('the file is as it was', async () => (await readFile(configFile, 'utf8')) === before);
    });
    await step('the command line for a browser through the proxy is shown', async () => {
      // As far as the editor knows, it runs on another machine than the user's browser.
      await runCommand(page, 'SSH Tunnels: Open Browser Through Proxy');
      await answer(page, new RegExp(`your browser doesn't.*port ${proxy} of`), 'Copy Command Line…');
      await box(page, `google-chrome --user-data-dir="\`mktemp -d\`"`)
        .filter({ hasText: `--proxy-server=socks5://127.0.0.1:${proxy} ` })
        .waitFor();
    });
  });

  it('from a shell names what is left out, and offers no option that ssh refuses', async () => {
    const { page, sshConfigFile: configFile } = later(await openSharedWindow());
    const before = await readFile(configFile, 'utf8');
    const key = '-i ~/.ssh/id_ed25519 -c blowfish';
    await runCommand(page, 'SSH Tunnels: Add Tunnel from SSH Command…');
    const line = `me@laptop:~$ nohup autossh -M 0 ${key} -NL 15432:db:5432 me@host > log & psql`;
    await type(page, line, 'as you would type it in a terminal');
    await box(page, '"nohup" isn\'t needed. A tunnel runs in the background.').waitFor();
    await enter(page, line);
    const question = dialog(page);
    for (const text of [
      "4 parts of this command can't be saved in a tunnel.",
      '">" redirects a file',
      '"psql" can\'t be part of it',
      "ssh refuses this Ciphers: Bad SSH2 cipher spec 'blowfish'.",
      'Host block for your SSH config:',
      'IdentityFile ~/.ssh/id_ed25519',
    ]) {
      await question.filter({ hasText: text }).waitFor();
    }
    await question.getByRole('button', { name: 'Cancel' }).click();
    assert.equal(await readFile(configFile, 'utf8'), before);
  });
});
