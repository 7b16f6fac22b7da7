// Programs of the server as a person runs them: from their rows, on a real X server, with the question about a trusted one,
// and the offer to run again what a lost connection took along.
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { describe, it } from 'mocha';
import { tempDir } from '../support/tempDir';
import { startXServer } from '../support/xServer';
import { backstage } from '../editor/projects';
import { dialog, openEditorWindow, openTunnelsView, oursAlone, press, row, toast } from './editorWindow';

const tunnels = {
  laptop: {
    host: 'test-sshd',
    x11Programs: {
      Clock: 'xclock',
      Desktop: { command: 'xeyes', nested: '640x480' },
      Editor: { command: 'xlogo', trusted: true },
      Typo: 'no-such-program',
    },
  },
};

describe('programs of the server, for a person', function () {
  this.timeout(120_000);

  it('show their windows, are stopped, refused and run again', async () => {
    await using home = await tempDir('there-');
    await using stage = await backstage({ config: ['X11Forwarding yes', `SetEnv HOME=${home.path}`] });
    await using x = await startXServer();
    const userSettings = { ...stage.userSettings, 'sshTunnels.tunnels': tunnels, ...oursAlone };
    await using window = await openEditorWindow({ folder: stage.folder, userSettings, env: x.env });
    const { page } = window;
    await openTunnelsView(page);

    await run(page, 'Clock');
    await x.untilWindow(/^xclock$/);
    await row(page, 'Clock').filter({ hasText: '1 window' }).waitFor();
    await run(page, 'Desktop');
    await x.untilWindow(/^Desktop – test-sshd/);
    await row(page, 'Desktop').filter({ hasText: '1 window' }).waitFor();

    // Nothing of a trusted one runs before its person has said yes.
    await run(page, 'Editor');
    await dialog(page).getByText('may read whatever you type').waitFor();
    assert.ok(!(await x.windows()).includes('xlogo'));
    await dialog(page).getByRole('button', { name: 'Trust and Run' }).click();
    await x.untilWindow(/^xlogo$/);
    await row(page, 'Editor').filter({ hasText: '1 window' }).waitFor();

    await run(page, 'Typo');
    await toast(page, /does not find the program of "no-such-program"/).waitFor();

    await press(row(page, 'Editor').first(), 'Stop');
    await x.untilNoWindow(/^xlogo$/);
    stage.sshd.dropSessions();
    const offer = toast(page, /"Clock" and "Desktop" ended when the connection to test-sshd was lost/);
    await offer.getByRole('button', { name: 'Run Again' }).click();
    await x.untilWindow(/^xclock$/);
    await x.untilWindow(/^Desktop – test-sshd/);

    await press(row(page, 'laptop').first(), 'Stop');
    await x.untilNoWindow(/./);
  });
});

async function run(page: Page, name: string): Promise<void> {
  await press(row(page, name).first(), 'Start');
}
