// What a person sees who pastes an ssh command line with options that belong in ssh_config.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import type { Locator, Page } from 'playwright-core';
import { endAfterEach } from '../support/cleanUps';
import { freePort } from '../support/freePort';
import { visit } from '../support/peers';
import { backstage, pageText } from '../editor/projects';
import { dialog, openEditorWindow, openTunnelsView, row, runCommand, toast } from './editorWindow';

describe('a person with an ssh command line', function () {
  this.timeout(180_000);
  const later = endAfterEach();

  it('gets a tunnel of it, and a Host block for what a tunnel is not told', async () => {
    const stage = later(await backstage());
    const { configFile } = stage.sshd;
    const before = await readFile(configFile, 'utf8');
    const given = (keyword: string): string =>
      new RegExp(`^\\s*${keyword} "?([^"\\n]+)"?$`, 'm').exec(before)?.[1] ?? '';
    const { page } = later(
      await openEditorWindow({ folder: stage.folder, userSettings: stage.userSettings }),
    );
    await openTunnelsView(page);
    const [port, proxy] = [await freePort(), await freePort()];
    const start = `ssh -p ${stage.sshd.port} -i ${given('IdentityFile')}`;
    const line = `${start} -o UserKnownHostsFile=${given('UserKnownHostsFile')} -L ${port}:127.0.0.1:${stage.pagePort} -D ${proxy}`;

    await runCommand(page, 'SSH Tunnels: Add Tunnel from SSH Command…');
    await type(page, `${line}x 127.0.0.1`);
    await box(page)
      .filter({ hasText: `"${proxy}x" is not a port` })
      .waitFor();
    await type(page, `${line} ${given('User') || 'root'}@127.0.0.1`);
    await page.keyboard.press('Enter');
    await dialog(page)
      .filter({ hasText: "2 options of this command line can't be part of a tunnel." })
      .waitFor();
    await dialog(page)
      .filter({ hasText: `IdentityFile ${given('IdentityFile')}` })
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Write Host Block' }).click();
    await box(page).filter({ hasText: 'An alias for 127.0.0.1' }).waitFor();
    await type(page, 'pasted');
    await page.keyboard.press('Enter');
    await box(page).filter({ hasText: 'This project' }).waitFor();
    assert.equal(await readFile(configFile, 'utf8'), before, 'written before all was answered');
    await page.keyboard.press('Enter');
    await box(page).filter({ hasText: 'A name for the tunnel' }).waitFor();
    await page.keyboard.press('Enter');

    await row(page, 'pasted').filter({ hasText: 'up' }).first().waitFor();
    assert.equal((await visit(port)).received.toString(), pageText);
    const after = await readFile(configFile, 'utf8');
    assert.ok(after.endsWith(`\n${before}`), after);
    assert.match(
      after,
      /^Host pasted\n {2}HostName 127\.0\.0\.1\n {2}User \w+\n {2}Port \d+\n {2}IdentityFile /,
    );
    await page.locator('.editor-instance').filter({ hasText: 'Host pasted' }).first().waitFor();
    const settings = await readFile(stage.project.file('.vscode/settings.json'), 'utf8');
    assert.match(settings, new RegExp(`"host": "pasted",\\s*"localForward": \\[\\s*"${port}:127.0.0.1:`));

    await toast(page, /The Host block "pasted" is in/)
      .getByRole('button', { name: 'Undo' })
      .click();
    for (let tries = 0; tries < 50 && (await readFile(configFile, 'utf8')) !== before; tries++) {
      await page.waitForTimeout(100);
    }
    assert.equal(await readFile(configFile, 'utf8'), before);

    // The editor runs elsewhere than the person's browser, as far as it can know.
    await runCommand(page, 'SSH Tunnels: Open Browser Through Proxy');
    await toast(page, new RegExp(`your browser does not.*port ${proxy} of`))
      .getByRole('button', { name: 'Copy Command Line…' })
      .click();
    await box(page)
      .filter({ hasText: `google-chrome --user-data-dir="\`mktemp -d\`"` })
      .filter({ hasText: `--proxy-server=socks5://127.0.0.1:${proxy} ` })
      .waitFor();
  });
});

/** The box in which the editor asks, and lists. */
function box(page: Page): Locator {
  return page.locator('.quick-input-widget:visible');
}

async function type(page: Page, text: string): Promise<void> {
  await box(page).locator('input[type="text"]').fill(text);
}
