// A user's own tunnel in a remote window: it says why it isn't up, and one click changes that.
import { describe, it } from 'mocha';
import { step } from '../support/step';
import { settingsText, startTestProject } from '../editor/testProject';
import { openEditorWindow, openTunnelsView, press, row } from './editorWindow';
import { answer } from './notifications';
import { testHooks } from './testHooks';

describe("a user's own tunnel in a remote window", function () {
  const later = testHooks(this);

  it('starts in local windows only, and in remote ones too after one click', async () => {
    const project = later(await startTestProject());
    await project.files.write('.vscode/settings.json', settingsText({}));
    const mine = { host: 'test-sshd', localForward: [`0:127.0.0.1:${project.pagePort}`] };
    const userSettings = { ...project.userSettings, 'sshTunnels.tunnels': { mine } };
    const { page } = later(await openEditorWindow({ folder: project.folder, userSettings }));
    const tunnel = row(page, 'mine').first();
    await step('the row says why it is not up', async () => {
      await openTunnelsView(page);
      await tunnel.filter({ hasText: 'stopped · starts in local windows only' }).waitFor();
    });
    await step('one click starts it here, and from now on', async () => {
      await press(tunnel, 'Start in Remote Windows Too');
      await tunnel.filter({ hasText: 'up' }).waitFor();
    });
    await step('and can be undone', async () => {
      await answer(page, /starts in remote windows too now/, 'Undo');
      await tunnel.filter({ hasText: 'starts in local windows only' }).waitFor();
    });
  });
});
