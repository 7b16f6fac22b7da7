// `npm run screenshots`: pictures of the real editor in the states that users see, into test-results/screenshots.
import { mkdir } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { screenshot } from '../support/editor/chromium';
import { freePort } from '../support/freePort';
import { startTestProject, settingsText, withConfigHosts } from './testProject';
import type { TestProject } from './testProject';
import {
  box,
  details,
  dialog,
  openLink,
  openEditorWindow,
  openPortsView,
  openTunnelsView,
  oursAlone,
  pick,
  portRow,
  press,
  row,
  runCommand,
} from '../e2e/editorWindow';
import { answer, notified } from '../e2e/notifications';
import { endSharedEditor } from '../e2e/sharedEditor';
import type { EditorWindowOptions } from '../e2e/editorWindow';
import { takeProgramPictures } from './programPictures';

const folder = 'test-results/screenshots';
const light = { 'workbench.colorTheme': 'Default Light Modern' };
const dark = { 'workbench.colorTheme': 'Default Dark Modern' };

interface Picture {
  readonly name: string;
  readonly tunnels?: (project: TestProject) => Promise<unknown>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly viewport?: EditorWindowOptions['viewport'];
  readonly show?: (page: Page) => Promise<void>;
}

async function working(project: TestProject): Promise<unknown> {
  const [page, echo, docs] = [await freePort(), await freePort(), await freePort()];
  return {
    staging: {
      host: 'test-sshd',
      localForward: [
        { listen: page, target: `127.0.0.1:${project.pagePort}`, label: 'Web page', protocol: 'http' },
        { listen: echo, target: `127.0.0.1:${project.echoPort}`, label: 'Database' },
      ],
      statusBar: true,
    },
    docs: { host: 'test-sshd', localForward: `${docs}:localhost:${project.pagePort}`, autoStart: false },
  };
}

async function throughJumpHost(project: TestProject): Promise<unknown> {
  const localForward = `${await freePort()}:127.0.0.1:${project.pagePort}`;
  return { staging: { host: 'test-sshd', proxyJump: 'listed', localForward } };
}

async function broken(project: TestProject): Promise<unknown> {
  return {
    broken: { host: 'test-sshd', localForward: ['8080:www.example.org'], pasword: 'x' },
    refused: { host: `127.0.0.1:${project.closedPort}`, localForward: '0:localhost:80' },
    nowhere: { host: 'no-such-host.invalid', localForward: '0:localhost:80' },
    taken: { host: 'test-sshd', localForward: [`${project.pagePort}:localhost:80`, '0:localhost:80'] },
    stranger: { host: 'nobody@test-sshd', localForward: '0:localhost:81' },
    wide: { host: 'test-sshd', localForward: `*:${await freePort()}:localhost:80` },
  };
}

/** Forwards of each kind, with a client that receives bytes, beside other tunnels. */
async function everyKind(project: TestProject): Promise<unknown> {
  const [web, proxy, remote, docs] = [await freePort(), await freePort(), await freePort(), await freePort()];
  keepReading(web);
  return {
    staging: {
      host: 'test-sshd',
      proxyJump: 'listed',
      localForward: [
        { listen: web, target: `127.0.0.1:${project.pagePort}`, label: 'Web page', protocol: 'http' },
        { listen: 0, target: 'db.internal:5432', label: 'Database' },
      ],
      dynamicForward: proxy,
      remoteForward: [`${remote}:localhost:3000`],
    },
    docs: { host: 'test-sshd', localForward: `${docs}:localhost:${project.pagePort}`, autoStart: false },
    refused: { host: `127.0.0.1:${project.closedPort}`, localForward: '0:localhost:80' },
  };
}

/** Fetches a page again and again, until the picture is taken and the tunnel is gone. */
function keepReading(port: number): void {
  const end = Date.now() + 60_000;
  const read = (): void => {
    if (Date.now() < end) {
      get({ host: '127.0.0.1', port, path: '/', agent: false }, (response) => {
        response.resume();
        response.on('end', again);
      }).on('error', again);
    }
  };
  const again = (): void => void setTimeout(read, 150).unref();
  read();
}

const tall = { width: 1280, height: 1700 };
const wide = { width: 1800, height: 900 };

/** What is left of a window at 200 % zoom. */
const half = { width: 640, height: 400 };

/** One in ten needs attention, and every third waits for its first client. */
function many(count: number): (project: TestProject) => Promise<unknown> {
  return (project) =>
    Promise.resolve(
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `service-${index + 1}`,
          {
            host: index % 10 === 9 ? `127.0.0.1:${project.closedPort}` : 'test-sshd',
            localForward: [`0:127.0.0.${(index % 200) + 1}:${project.pagePort}`],
            ...(index % 3 === 0 && { autoStart: false }),
          },
        ]),
      ),
    );
}

const pictures: readonly Picture[] = [
  { name: 'empty-light', settings: light, show: showWelcome },
  { name: 'empty-dark', settings: dark, show: showWelcome },
  { name: 'empty-narrow', settings: dark, viewport: { width: 420, height: 600 }, show: showWelcome },
  { name: 'walkthrough-dark', settings: dark, viewport: wide, show: showWalkthrough },
  { name: 'walkthrough-light', settings: light, viewport: wide, show: showWalkthrough },
  { name: 'import-light', settings: light, show: showImport },
  { name: 'edit-dark', tunnels: working, settings: dark, show: showEdit },
  { name: 'status-light', tunnels: broken, settings: light, show: showStatus },
  { name: 'working-dark', tunnels: working, settings: dark, show: showWorking },
  { name: 'working-light', tunnels: working, settings: light, show: showWorking },
  {
    name: 'narrow',
    tunnels: working,
    settings: dark,
    viewport: { width: 420, height: 600 },
    show: showWorking,
  },
  { name: 'broken-dark', tunnels: broken, settings: dark, show: showBroken },
  { name: 'broken-light', tunnels: broken, settings: light, show: showBroken },
  { name: 'ssh-config-dark', tunnels: working, settings: dark, show: showSshConfig },
  { name: 'ssh-config-light', tunnels: working, settings: light, show: showSshConfig },
  { name: 'explain-dark', tunnels: broken, settings: dark, show: (page) => showExplanation(page, 'taken') },
  {
    name: 'explain-light',
    tunnels: broken,
    settings: light,
    show: (page) => showExplanation(page, 'stranger'),
  },
  {
    name: 'explain-contrast',
    tunnels: broken,
    settings: { 'workbench.colorTheme': 'Default High Contrast' },
    show: (page) => showExplanation(page, 'refused'),
  },
  {
    name: 'explain-narrow',
    tunnels: broken,
    settings: light,
    viewport: { width: 420, height: 900 },
    show: async (page) => {
      await showExplanation(page, 'taken');
      // Hides the side bar.
      await page.keyboard.press('Control+b');
      await page.waitForTimeout(500);
    },
  },
  { name: 'details-dark', tunnels: working, settings: dark, show: showDetails },
  { name: 'details-light', tunnels: throughJumpHost, settings: light, show: showProtection },
  {
    name: 'details-narrow',
    tunnels: throughJumpHost,
    settings: dark,
    viewport: { width: 420, height: 900 },
    show: async (page) => {
      await showProtection(page);
      await page.keyboard.press('Control+b');
      await page.waitForTimeout(500);
    },
  },
  { name: 'details-kinds-dark', tunnels: everyKind, settings: dark, viewport: tall, show: showDetails },
  { name: 'details-kinds-light', tunnels: everyKind, settings: light, viewport: tall, show: showDetails },
  {
    name: 'details-kinds-contrast',
    tunnels: everyKind,
    settings: { 'workbench.colorTheme': 'Default High Contrast' },
    viewport: tall,
    show: showDetails,
  },
  {
    name: 'details-kinds-narrow',
    tunnels: everyKind,
    settings: dark,
    viewport: { width: 440, height: 1400 },
    show: async (page) => {
      await showDetails(page);
      await page.keyboard.press('Control+b');
      await page.waitForTimeout(1000);
    },
  },
  {
    name: 'details-jump-light',
    tunnels: throughJumpHost,
    settings: light,
    viewport: tall,
    show: showDetails,
  },
  { name: 'map-dark', tunnels: everyKind, settings: dark, viewport: tall, show: showMap },
  { name: 'map-light', tunnels: everyKind, settings: light, viewport: tall, show: showMap },
  { name: 'map-300-dark', tunnels: many(300), settings: dark, viewport: tall, show: showMap },
  { name: 'many-30-light', tunnels: many(30), settings: light, show: showMany },
  { name: 'many-300-dark', tunnels: many(300), settings: dark, show: showMany },
  { name: 'zoom-200-dark', tunnels: working, settings: dark, viewport: half, show: showZoomed },
  {
    name: 'zoom-200-details-light',
    tunnels: everyKind,
    settings: light,
    viewport: half,
    show: showZoomedDetails,
  },
  { name: 'add-host-dark', settings: dark, show: (page) => showAdd(page, 1) },
  { name: 'add-kind-light', settings: light, show: (page) => showAdd(page, 2) },
  { name: 'add-port-dark', settings: dark, show: (page) => showAdd(page, 3) },
  { name: 'add-name-light', settings: light, show: (page) => showAdd(page, 4) },
  { name: 'busy-port-light', tunnels: broken, settings: light, show: showBusyPort },
  { name: 'ports-dark', tunnels: working, settings: { ...dark, ...oursAlone }, show: showPorts },
  { name: 'link-light', tunnels: working, settings: light, show: showLink },
  { name: 'settings-light', tunnels: everyKind, settings: light, viewport: tall, show: showSettings },
  { name: 'settings-broken-dark', tunnels: broken, settings: dark, show: showSettings },
  { name: 'problems-dark', tunnels: broken, settings: dark, show: showProblems },
  {
    name: 'review-dark',
    tunnels: risky,
    settings: { ...dark, 'sshTunnels.autoStart': 'ask' },
    show: showReview,
  },
  {
    name: 'review-light',
    tunnels: risky,
    settings: { ...light, 'sshTunnels.autoStart': 'ask' },
    show: showReview,
  },
  {
    name: 'untried',
    tunnels: working,
    settings: { ...light, 'sshTunnels.autoStart': 'ask' },
    show: showQuestion,
  },
];

async function showMany(page: Page): Promise<void> {
  await openTunnelsView(page);
  await row(page, 'service-2').filter({ hasText: 'up' }).first().waitFor();
  await page.waitForTimeout(4000);
}

/** There is no room for the icon in the activity bar. */
async function showZoomed(page: Page): Promise<void> {
  await runCommand(page, 'View: Show SSH Tunnels');
  await row(page, 'staging').filter({ hasText: 'up' }).first().waitFor();
  await page.waitForTimeout(1000);
}

/** Without the side bar, which would leave no room. */
async function showZoomedDetails(page: Page): Promise<void> {
  await showZoomed(page);
  await runCommand(page, 'SSH Tunnels: Show Details');
  await pick(page, /staging/);
  await details(page).locator('h1').waitFor();
  await page.keyboard.press('Control+b');
  await page.waitForTimeout(6000);
}

/** @param step the last one that is shown */
async function showAdd(page: Page, step: number): Promise<void> {
  const answers = ['test-sshd', 'Reach a port', '5432'];
  await runCommand(page, 'SSH Tunnels: Add Tunnel…');
  await box(page, '(1/').waitFor();
  for (const [index, text] of answers.slice(0, step - 1).entries()) {
    await page.keyboard.type(text);
    await page.waitForTimeout(500);
    await page.keyboard.press('Enter');
    await box(page, `(${index + 2}/`).waitFor();
  }
  await page.waitForTimeout(500);
}

async function showBusyPort(page: Page): Promise<void> {
  await openTunnelsView(page);
  const taken = row(page, 'taken').first();
  await taken.filter({ hasText: 'up' }).waitFor();
  await press(taken, 'Stop');
  await taken.filter({ hasText: 'stopped' }).waitFor();
  await press(taken, 'Start');
  await notified(page, /"taken": /);
}

async function risky(project: TestProject): Promise<unknown> {
  const [web, db] = [await freePort(), await freePort()];
  return {
    staging: {
      host: 'test-sshd',
      localForward: [
        { listen: web, target: `127.0.0.1:${project.pagePort}`, label: 'Web page' },
        { listen: db, target: 'db.internal:5432', label: 'Database', env: 'DB_PORT' },
        '/tmp/docker.sock:/var/run/docker.sock',
      ],
      dynamicForward: 0,
      remoteForward: ['9000:localhost:3000'],
      x11Programs: { Clock: 'xclock -digital' },
    },
    wide: { host: 'me@test-sshd', localForward: `*:${await freePort()}:intranet:80`, autoStart: false },
    nowhere: { host: 'no-such-alias', proxyJump: 'test-sshd', localForward: '0:web:80' },
  };
}

async function showWelcome(page: Page): Promise<void> {
  await openTunnelsView(page);
  await page.locator('.sidebar').getByText('New to SSH tunnels?').waitFor();
}

async function showWalkthrough(page: Page): Promise<void> {
  await showWelcome(page);
  await page.locator('.sidebar a').filter({ hasText: 'See how they work' }).click();
  await page.getByText('How a tunnel works').first().waitFor();
  // It is drawn in a frame of its own.
  await page.waitForTimeout(2000);
}

async function showImport(page: Page): Promise<void> {
  await runCommand(page, 'SSH Tunnels: Import from SSH Config…');
  await box(page, 'Import from SSH Config').waitFor();
}

async function showEdit(page: Page): Promise<void> {
  await openTunnelsView(page);
  await row(page, 'staging').filter({ hasText: 'up' }).first().waitFor();
  await runCommand(page, 'SSH Tunnels: Edit');
  await pick(page, 'staging', 'Edit');
  await box(page, 'Another port…').waitFor();
}

async function showStatus(page: Page): Promise<void> {
  await showBroken(page);
  await page.locator('.statusbar-item[id^="ssh-tunnels"]').first().hover();
  await page.waitForTimeout(2000);
}

async function showWorking(page: Page): Promise<void> {
  await openTunnelsView(page);
  await row(page, 'staging').filter({ hasText: 'up' }).first().waitFor();
  await row(page, 'staging').first().hover();
  // Not the icon's tooltip, which may still be there.
  await page
    .locator('.monaco-hover:visible')
    .filter({ hasText: 'test-sshd' })
    .first()
    .waitFor({ timeout: 20_000 })
    .catch(() => undefined);
}

async function showBroken(page: Page): Promise<void> {
  await openTunnelsView(page);
  await row(page, 'taken').filter({ hasText: 'up' }).first().waitFor();
  await row(page, 'broken').first().click();
  await page.waitForTimeout(3000);
}

async function showExplanation(page: Page, name: string): Promise<void> {
  await openTunnelsView(page);
  await row(page, 'taken').filter({ hasText: 'up' }).first().waitFor();
  const tunnel = row(page, name).first();
  await tunnel.getByText(/fail|retry/).waitFor();
  await press(tunnel, 'Explain');
  await details(page).locator('.explanation h2').first().waitFor();
  await page.waitForTimeout(500);
}

async function showProtection(page: Page): Promise<void> {
  await showDetails(page);
  await details(page).locator('.hop').last().scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
}

async function showDetails(page: Page): Promise<void> {
  await showWorking(page);
  await runCommand(page, 'SSH Tunnels: Show Details');
  await page
    .locator('.quick-input-widget:visible [role="option"]')
    .filter({ hasText: 'staging' })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await details(page).locator('h1').waitFor();
  await page.waitForTimeout(6000);
}

async function showMap(page: Page): Promise<void> {
  await openTunnelsView(page);
  await row(page, 'staging').or(row(page, 'service-2')).filter({ hasText: 'up' }).first().waitFor();
  await runCommand(page, 'SSH Tunnels: Show Map');
  await details(page).locator('.map svg').waitFor();
  await page.waitForTimeout(1500);
}

async function showPorts(page: Page): Promise<void> {
  await showWorking(page);
  await openPortsView(page);
  await runCommand(page, 'SSH Tunnels: Label Ports in the Ports View…');
  await page.locator('.quick-input-widget:visible [role="option"]').first().click();
  await portRow(page, 'staging: Database').waitFor();
  await page.waitForTimeout(1000);
}

async function showLink(page: Page): Promise<void> {
  await openTunnelsView(page);
  await row(page, 'docs').filter({ hasText: 'stopped' }).first().waitFor();
  await openLink(page, 'vscode://ssh-tunnels.ssh-tunnels/start?tunnel=docs');
  await dialog(page).getByRole('button', { name: 'Start' }).waitFor();
  await page.waitForTimeout(300);
}

async function showSettings(page: Page): Promise<void> {
  await openTunnelsView(page);
  await runCommand(page, 'Preferences: Open Workspace Settings (JSON)');
  await page.locator('.codelens-decoration').first().waitFor();
}

async function showProblems(page: Page): Promise<void> {
  await openTunnelsView(page);
  const problem = row(page, 'localForward[0]').first();
  await press(problem, 'Edit');
  await page.locator('.squiggly-error').first().waitFor();
  await page.locator('[id="status.problems"]').click();
  await page.waitForTimeout(1000);
}

async function showSshConfig(page: Page): Promise<void> {
  await showWorking(page);
  await row(page, 'From SSH config').click();
  const listed = row(page, 'listed').first();
  await listed.hover();
  await listed.getByRole('button', { name: 'Start' }).click();
  await listed.filter({ hasText: 'up' }).waitFor();
  await row(page, 'other').first().hover();
}

async function showQuestion(page: Page): Promise<void> {
  await openTunnelsView(page);
  await notified(page, /wants to open/);
  await screenshot(page, join(folder, 'question.png'));
  await answer(page, /wants to open/, 'Allow…');
  await dialog(page).waitFor();
  await page.waitForTimeout(300);
}

async function showReview(page: Page): Promise<void> {
  await openTunnelsView(page);
  await answer(page, /wants to open/, 'Allow…');
  await dialog(page).waitFor();
  await page.waitForTimeout(300);
  await screenshot(page, join(folder, 'consent-dialog.png'));
  await dialog(page).getByRole('button', { name: 'Review' }).click();
  await details(page).getByRole('button', { name: 'Allow and Start' }).first().waitFor();
  await page.waitForTimeout(500);
}

async function take({ name, tunnels, settings, viewport, show }: Picture): Promise<void> {
  await using project = await withConfigHosts(await startTestProject());
  if (tunnels) {
    await project.files.write('.vscode/settings.json', settingsText(await tunnels(project)));
  }
  await using window = await openEditorWindow({
    folder: project.folder,
    userSettings: { ...project.userSettings, ...settings },
    ...(viewport ? { viewport } : {}),
  });
  await show?.(window.page);
  await screenshot(window.page, join(folder, `${name}.png`));
  console.log(join(folder, `${name}.png`));
}

/** All, or those named. @throws Error with the known names, if one is unknown */
export async function takePictures(names: readonly string[]): Promise<void> {
  const ofPrograms: Readonly<Record<string, typeof dark>> = {
    'programs-dark': dark,
    'programs-light': light,
  };
  const all = [...pictures.map(({ name }) => name), ...Object.keys(ofPrograms)];
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no picture "${unknown}", only: ${all.join(', ')}.`);
  }
  const wanted = (name: string): boolean => names.length === 0 || names.includes(name);
  await mkdir(folder, { recursive: true });
  try {
    for (const picture of pictures.filter(({ name }) => wanted(name))) {
      await take(picture);
    }
    for (const [name, settings] of Object.entries(ofPrograms).filter(([each]) => wanted(each))) {
      await takeProgramPictures(folder, name, settings);
    }
  } finally {
    await endSharedEditor();
  }
}
