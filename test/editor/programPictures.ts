// `npm run screenshots` of X11 programs: their rows, the question before a trusted one, the details.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { screenshot } from '../support/editor/chromium';
import { startXServer } from '../support/xServer';
import { tempDir } from '../support/tempDir';
import {
  details,
  dialog,
  openEditorWindow,
  openTunnelsView,
  oursAlone,
  press,
  row,
} from '../e2e/editorWindow';
import { notified } from '../e2e/notifications';
import { startTestProject } from './testProject';

const tunnels = {
  laptop: {
    host: 'test-sshd',
    x11Programs: {
      Clock: 'xclock -geometry 200x200+800+60',
      Desktop: { command: 'xterm', nested: '640x480' },
      Editor: { command: 'xedit', trusted: true },
      Report: "sh -c 'echo no such report: 2026 >&2; exit 3'",
      Eyes: 'xeyes',
    },
  },
  firefox: 'ssh -fTXC test-sshd firefox',
};

export async function takeProgramPictures(
  folder: string,
  name: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> {
  await using home = await tempDir('there-');
  // A home of its own, so that this machine's user's files don't matter.
  const config = ['X11Forwarding yes', `SetEnv HOME=${home.path}`];
  await using project = await startTestProject({ config });
  await using x = await startXServer();
  const picture = (what: string): string => join(folder, `${name}${what}.png`);
  const userSettings = { ...project.userSettings, 'sshTunnels.tunnels': tunnels, ...oursAlone, ...settings };
  await using window = await openEditorWindow({
    folder: project.folder,
    userSettings,
    server: { env: x.env },
  });
  const { page } = window;
  const take = (what: string): Promise<void> => screenshot(page, picture(what));
  await openTunnelsView(page);
  await run(page, 'Clock');
  await row(page, 'Clock').filter({ hasText: '1 window' }).waitFor();
  await run(page, 'Desktop');
  await row(page, 'Desktop').filter({ hasText: '1 window' }).waitFor();
  await x.screenshot(picture('-screen'));
  await run(page, 'Report');
  await notified(page, /ended at once/);
  await row(page, 'Clock').first().hover();
  await page.locator('.monaco-hover:visible').first().waitFor();
  await take('');
  await run(page, 'Editor');
  await dialog(page).waitFor();
  await page.waitForTimeout(300);
  await take('-trust');
  await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  await press(row(page, 'Report').first(), 'Explain');
  await details(page).locator('.explanation h2').first().waitFor();
  await page.waitForTimeout(500);
  await take('-explained');
  await details(page).locator('.program').first().scrollIntoViewIfNeeded();
  await page.waitForTimeout(500);
  await take('-details');
  project.sshd.dropSessions();
  await notified(page, /ended when the connection/);
  await take('-cut-off');
}

async function run(page: Page, name: string): Promise<void> {
  await press(row(page, name).first(), 'Start');
}
