// Add Tunnel… by keyboard alone, with the presses counted: from a host of the SSH config, a pasted line, a port here for
// the server, and a proxy.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import type { Page } from 'playwright-core';
import { freePort } from '../support/freePort';
import { exchange } from '../support/targetAndClient';
import { step } from '../support/step';
import { isPage } from '../editor/testProject';
import { box, row, runCommand } from './editorWindow';
import { openSharedWindow } from './sharedWindow';
import { testHooks } from './testHooks';

/** Presses keys, and counts them. */
class Keys {
  count = 0;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(key: string, on: string | RegExp): Promise<void> {
    await box(this.#page, on).waitFor();
    this.count++;
    await this.#page.keyboard.press(key);
  }

  async type(text: string, on: string): Promise<void> {
    await box(this.#page, on).waitFor();
    this.count += text.length;
    await this.#page.keyboard.type(text);
  }

  /** One press of the keys for Paste. */
  async paste(text: string): Promise<void> {
    this.count++;
    await this.#page.keyboard.insertText(text);
  }
}

describe('Add Tunnel…', function () {
  const later = testHooks(this);

  it('needs few keys from a host of the SSH config, a pasted line, and for each kind of forward', async () => {
    const { page, project } = later(await openSharedWindow());
    const settings = (): Promise<string> => readFile(project.files.file('.vscode/settings.json'), 'utf8');
    const begin = async (): Promise<Keys> => {
      await runCommand(page, 'SSH Tunnels: Add Tunnel…');
      await box(page, 'test-sshd').waitFor();
      return new Keys(page);
    };
    await step('Escape and Back change nothing, and keep what was typed', async () => {
      const before = await settings();
      const keys = await begin();
      await keys.press('Enter', 'test-sshd');
      await keys.press('Enter', 'Reach a port over there');
      await keys.type('db:', '(3/5)');
      await box(page, /port is missing|needs a port/i).waitFor();
      await box(page, '(3/5)').getByRole('button', { name: 'Back' }).click();
      await keys.press('Enter', 'Reach a port over there');
      await box(page, /port is missing|needs a port/i).waitFor();
      await keys.press('Escape', '(3/5)');
      assert.equal(await settings(), before);
    });
    await step('a host of the SSH config', async () => {
      const keys = await begin();
      await keys.press('Enter', 'test-sshd');
      await keys.press('Enter', 'Reach a port over there');
      const port = String(project.pagePort);
      await keys.type(port, '(3/5)');
      await keys.press('Enter', `Port ${port} of test-sshd`);
      await keys.press('Enter', 'Tunnel name');
      await keys.press('Enter', 'This project');
      const name = `test-sshd-${port}`;
      await row(page, name).filter({ hasText: 'up' }).first().waitFor();
      console.log(`      host of the SSH config: ${keys.count} keys`);
      assert.ok(keys.count <= 12, String(keys.count));
      const [, listen] = new RegExp(`"(\\d+):localhost:${port}"`).exec(await settings()) ?? [];
      assert.ok(isPage(await exchange(Number(listen))), await settings());
    });
    await step('a pasted line', async () => {
      const keys = await begin();
      const port = await freePort();
      await keys.paste(`ssh -L ${port}:127.0.0.1:${project.pagePort} test-sshd`);
      await keys.press('Enter', 'Use this ssh command');
      await keys.press('Enter', 'Tunnel name');
      await keys.press('Enter', 'This project');
      await row(page, 'test-sshd').filter({ hasText: 'up' }).nth(1).waitFor();
      console.log(`      pasted line: ${keys.count} keys`);
      assert.ok(keys.count <= 8, String(keys.count));
      assert.ok(isPage(await exchange(port)));
    });
    await step('a port here for the server', async () => {
      const keys = await begin();
      await keys.press('Enter', 'test-sshd');
      await keys.press('ArrowDown', 'Let the server reach a port here');
      await keys.press('Enter', 'Let the server reach a port here');
      await keys.type(`0:localhost:${project.pagePort}`, '(3/5)');
      await keys.press('Enter', `Port ${project.pagePort} of this machine`);
      await keys.press('Enter', 'Tunnel name');
      await keys.press('Enter', 'This project');
      await row(page, `test-sshd-${project.pagePort}`).filter({ hasText: 'up' }).nth(1).waitFor();
      console.log(`      remote: ${keys.count} keys`);
      assert.match(await settings(), new RegExp(`"remoteForward": \\[\\s*"0:localhost:${project.pagePort}"`));
    });
    await step('a proxy', async () => {
      const keys = await begin();
      await keys.press('Enter', 'test-sshd');
      await keys.press('ArrowDown', 'Browse through the server');
      await keys.press('ArrowDown', 'Browse through the server');
      await keys.press('Enter', 'Browse through the server');
      await keys.press('Enter', 'SOCKS proxy on port');
      await keys.press('Enter', 'Tunnel name');
      await keys.press('Enter', 'This project');
      await row(page, 'test-sshd-proxy').filter({ hasText: 'up' }).first().waitFor();
      console.log(`      dynamic: ${keys.count} keys`);
      assert.ok(keys.count <= 12, String(keys.count));
    });
  });
});
