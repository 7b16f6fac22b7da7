// X11 programs of a server: started from their rows on a real X server, with the question before a trusted one, and
// the offer to run again what a lost connection ended.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { longWaitMs } from '../support/eventually';
import { step } from '../support/step';
import { tempDir } from '../support/tempDir';
import { startXServer } from '../support/xServer';
import { startTestProject } from '../editor/testProject';
import { dialog, openEditorWindow, openTunnelsView, oursAlone, press, row } from './editorWindow';
import { testHooks } from './testHooks';
import { answer, notified } from './notifications';

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

describe('X11 programs of a server', function () {
  const later = testHooks(this);

  it('show their windows, can be stopped and refused, and run again after a lost connection', async () => {
    const home = later(await tempDir('there-'));
    const config = ['X11Forwarding yes', `SetEnv HOME=${home.path}`];
    const project = later(await startTestProject({ config }));
    const x = later(await startXServer());
    const userSettings = { ...project.userSettings, 'sshTunnels.tunnels': tunnels, ...oursAlone };
    const { page } = later(
      await openEditorWindow({ folder: project.folder, userSettings, server: { env: x.env } }),
    );
    const run = (name: string): Promise<void> => press(row(page, name).first(), 'Start');
    const hasWindow = (name: string): Promise<void> =>
      row(page, name).filter({ hasText: '1 window' }).waitFor();
    await openTunnelsView(page);

    await step('a program shows its window, on the screen or in a nested desktop', async () => {
      await run('Clock');
      await x.untilWindow(/^xclock$/, longWaitMs);
      await hasWindow('Clock');
      await run('Desktop');
      await x.untilWindow(/^Desktop – test-sshd/, longWaitMs);
      await hasWindow('Desktop');
    });
    await step('a trusted program runs only after the user has agreed', async () => {
      await run('Editor');
      await dialog(page).getByText('can read what you type').waitFor();
      assert.ok(!(await x.windows()).includes('xlogo'));
      await dialog(page).getByRole('button', { name: 'Trust and Run' }).click();
      await x.untilWindow(/^xlogo$/, longWaitMs);
      await hasWindow('Editor');
    });
    await step("a program that the server doesn't have is reported", async () => {
      await run('Typo');
      await notified(page, /can't find or run "no-such-program"/);
    });
    await step('one program is stopped', async () => {
      await press(row(page, 'Editor').first(), 'Stop');
      await x.untilNoWindow(/^xlogo$/, longWaitMs);
    });
    await step('the programs that a lost connection ended are run again', async () => {
      project.sshd.dropSessions();
      await answer(
        page,
        /"Clock" and "Desktop" ended when the connection to test-sshd was lost/,
        'Run Again',
      );
      await x.untilWindow(/^xclock$/, longWaitMs);
      await x.untilWindow(/^Desktop – test-sshd/, longWaitMs);
    });
    await step('all programs end with their tunnel', async () => {
      await press(row(page, 'laptop').first(), 'Stop');
      await x.untilNoWindow(/./, longWaitMs);
    });
  });
});
