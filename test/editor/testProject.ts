// The projects that the scenarios open: folders with settings, and a real sshd with small services.
import { createHash } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { testArgumentsVariable } from '../../src/extension/editor/browser/browserArguments';
import type { RunInEditorOptions } from '../support/editor/runInEditor';
import { target } from '../support/targetAndClient';
import type { TargetServer, Exchange } from '../support/targetAndClient';
import { startPostgres } from '../support/postgres';
import { startSshd } from '../support/sshd';
import type { Sshd, SshdOptions } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { freePort } from '../support/freePort';
import { startRemoteMachine } from './remoteMachine';
import type { RemoteMachine } from './remoteMachine';

/** Facts that a suite needs, passed as JSON in SSH_TUNNELS_PROJECT_FACTS. */
export interface ProjectFacts {
  readonly folder: string;
  /** Answers with `pageText` and ends. */
  readonly pagePort: number;
  /** Sends back what it receives. */
  readonly echoPort: number;
  /** Nothing listens on it. */
  readonly closedPort: number;
  /** An ssh_config whose hosts have forwards; empty if test-sshd is the only host. */
  readonly sshConfigFile: string;
  /** Of remoteMachine.ts; empty if there is none. */
  readonly remoteRequests: string;
}

/** What the page service sends, after its HTTP header; a megabyte, so that it arrives in many pieces. */
export const pageText =
  'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n' +
  createHash('sha256')
    .update('page')
    .digest('hex')
    .repeat(16 * 1024);

/** Whether a client of a forward received that page; a diff of a megabyte would be no useful message. */
export function isPage({ received }: Exchange): boolean {
  return received.equals(Buffer.from(pageText));
}

export interface PreparedScenario extends RunInEditorOptions {
  readonly dispose: () => Promise<void>;
}

export interface TestProject extends ProjectFacts, AsyncDisposable {
  readonly sshd: Sshd;
  readonly files: TempDir;
  readonly userSettings: Readonly<Record<string, unknown>>;
}

/**
 * A real sshd, the services behind it and an empty project folder.
 * @param folder instead of a new one
 */
export async function startTestProject(options?: SshdOptions, folder?: TempDir): Promise<TestProject> {
  const [sshd, page, echo, closedPort, files] = await Promise.all([
    startSshd(options),
    target((socket) => socket.end(pageText)),
    target((socket) => socket.pipe(socket)),
    freePort(),
    folder ?? tempDir('project-'),
  ]);
  return {
    sshd,
    files,
    folder: files.path,
    pagePort: page.port,
    echoPort: echo.port,
    closedPort,
    sshConfigFile: '',
    remoteRequests: '',
    userSettings: { 'sshTunnels.autoStart': 'on', 'sshTunnels.sshConfigFile': sshd.configFile },
    async [Symbol.asyncDispose]() {
      await close(page);
      await close(echo);
      await sshd.stop();
      await files.remove();
    },
  };
}

async function close(server: TargetServer): Promise<void> {
  await server[Symbol.asyncDispose]();
}

export function settingsText(tunnels: unknown): string {
  return JSON.stringify({ 'sshTunnels.tunnels': tunnels }, undefined, 2);
}

/** Three local forwards, one to a closed port, and an invalid entry. */
export function projectTunnels({ pagePort, echoPort, closedPort }: ProjectFacts): Record<string, unknown> {
  return {
    staging: {
      host: 'test-sshd',
      localForward: [
        { listen: 0, target: `127.0.0.1:${pagePort}`, label: 'Page', protocol: 'http' },
        { listen: 0, target: `127.0.0.1:${echoPort}`, label: 'Echo', env: 'ECHO_PORT' },
        { listen: 0, target: `127.0.0.1:${closedPort}`, label: 'Closed' },
      ],
    },
    broken: { host: 'test-sshd', localForward: ['8080:www.example.org'] },
    // To another address of the same service, because equal definitions are the same tunnel.
    manual: { host: 'test-sshd', localForward: `0:127.0.0.2:${pagePort}`, autoStart: false },
  };
}

/**
 * The same project with an ssh_config in which two hosts, both of them the sshd, have forwards: `listed` and
 * `other`. A Match, when evaluated, writes the environment of ssh to the file `matched`.
 */
export async function withConfigHosts(project: TestProject): Promise<TestProject> {
  const options = await readFile(project.sshd.configFile, 'utf8');
  const lines = [
    options.replace('Host test-sshd', 'Host test-sshd listed other added'),
    'Host listed',
    `  LocalForward ${await freePort()} 127.0.0.1:${project.pagePort}`,
    'Host other',
    `  LocalForward ${await freePort()} 127.0.0.1:${project.echoPort}`,
    `Match exec "env > ${project.files.file('matched')}"`,
    '  Compression no',
    '',
  ];
  const sshConfigFile = await project.files.write('ssh_config', lines.join('\n'));
  const userSettings = { ...project.userSettings, 'sshTunnels.sshConfigFile': sshConfigFile };
  return { ...project, sshConfigFile, userSettings };
}

/** @param answer where psql writes what the database answers */
function tasksText(user: string, answer: string): string {
  const definitions = {
    up: { tunnel: 'manual' },
    down: { tunnel: 'manual', action: 'stop' },
    database: { tunnel: 'database' },
    'unknown tunnel': { tunnel: 'none' },
    'unknown action': { tunnel: 'manual', action: 'explode' },
    'unknown forward': { tunnel: 'manual/None' },
  };
  const psql = `psql -h 127.0.0.1 -p \${input:db} -U ${user} -d postgres -Atc "select 6 * 7" -o ${answer}`;
  const tasks = [
    ...Object.entries(definitions).map(([label, keys]) => ({ label, type: 'sshTunnels', ...keys })),
    { label: 'query', type: 'shell', command: psql, dependsOn: 'database', problemMatcher: [] },
  ];
  return JSON.stringify({ version: '2.0.0', tasks, inputs: [databasePort] }, undefined, 2);
}

const databasePort = {
  id: 'db',
  type: 'command',
  command: 'sshTunnels.getLocalPort',
  args: { tunnel: 'database', forward: 'Database' },
};

function launchText(): string {
  const example = { type: 'sshTunnelsExample', request: 'launch' };
  const configurations = [
    { ...example, name: 'after a query', preLaunchTask: 'query', port: '${input:db}' },
    { ...example, name: 'with a silent port', port: '${input:silent}' },
  ];
  const silent = { ...databasePort, id: 'silent', args: { tunnel: 'silent' } };
  return JSON.stringify({ version: '0.2.0', configurations, inputs: [databasePort, silent] });
}

export async function prepareProject(): Promise<PreparedScenario> {
  const [configured, postgres, remoteMachine, silentServer] = await Promise.all([
    startTestProject(),
    startPostgres(),
    startRemoteMachine(),
    target(() => undefined),
  ]);
  const project = { ...(await withConfigHosts(configured)), remoteRequests: remoteMachine?.requests ?? '' };
  await appendFile(project.sshConfigFile, remoteMachine?.sshConfig ?? '');
  const far = { host: 'far', dynamicForward: 0, autoStart: false };
  const socks = { host: 'test-sshd', dynamicForward: 0, autoStart: false };
  const database = {
    host: 'test-sshd',
    localForward: { listen: 0, target: `127.0.0.1:${postgres.port}`, label: 'Database' },
    autoStart: false,
  };
  const unasked = {
    host: 'test-sshd',
    localForward: { listen: '*:47615', target: 'localhost:1', env: 'UNASKED_PORT' },
    autoStart: false,
  };
  const moved = {
    host: 'test-sshd',
    localForward: { listen: project.pagePort, target: 'localhost:1', env: 'MOVED_PORT', ifPortBusy: 'next' },
    autoStart: false,
  };
  const silent = {
    host: `127.0.0.1:${silentServer.port}`,
    localForward: `0:127.0.0.1:${project.pagePort}`,
    autoStart: false,
    connectTimeout: 120,
  };
  const { files } = project;
  await files.write(
    '.vscode/settings.json',
    settingsText({ ...projectTunnels(project), socks, far, database, unasked, moved, silent }),
  );
  // Of a browser that has ended while no window was open.
  await files.write('ssh-tunnels-browser-ended/pid', '1073741824');
  await files.write('.vscode/tasks.json', tasksText(postgres.user, files.file('answer')));
  await files.write('.vscode/launch.json', launchText());
  const own = { localForward: `0:127.0.0.3:${project.pagePort}`, host: 'test-sshd' };
  const everywhere = { ...own, localForward: `0:127.0.0.1:${project.pagePort}`, runIn: 'everywhere' };
  const prepared = inEditor(project, project.folder);
  return {
    ...prepared,
    userSettings: {
      ...project.userSettings,
      'sshTunnels.tunnels': { own, 'own everywhere': everywhere },
    },
    env: { ...prepared.env, ...(remoteMachine ? browserEnvironment(remoteMachine, project.files) : {}) },
    dispose: async () => {
      await prepared.dispose();
      await remoteMachine?.[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
      await close(silentServer);
    },
  };
}

/** A browser that needs no screen and no sandbox, which it refuses as root. */
function browserEnvironment({ pageUrl }: RemoteMachine, { path }: TempDir): Readonly<Record<string, string>> {
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', pageUrl];
  return { [testArgumentsVariable]: JSON.stringify(args), TMPDIR: path };
}

export async function prepareFolders(): Promise<PreparedScenario> {
  const project = await startTestProject();
  const tunnel = { host: 'test-sshd', localForward: `0:127.0.0.1:${project.pagePort}` };
  // Equal definitions are the same tunnel: these must differ.
  const own = (serverAliveCountMax: number): object => ({
    host: 'test-sshd',
    localForward: { listen: 0, target: `127.0.0.1:${project.pagePort}`, label: 'Page', env: 'PAGE_PORT' },
    serverAliveCountMax,
  });
  for (const [index, folder] of ['api', 'web', 'old/web'].entries()) {
    await project.files.write(
      `${folder}/.vscode/settings.json`,
      settingsText({ db: tunnel, own: own(index + 5) }),
    );
  }
  const workspace = await project.files.write(
    'all.code-workspace',
    JSON.stringify({
      folders: [{ path: 'api' }, { path: 'web' }, { path: 'old/web' }],
      settings: { 'sshTunnels.tunnels': { shared: tunnel, late: { ...own(8), autoStart: false } } },
    }),
  );
  return inEditor(project, workspace);
}

export async function prepareUntrusted(): Promise<PreparedScenario> {
  const project = await withConfigHosts(await startTestProject());
  await project.files.write('.vscode/settings.json', settingsText(projectTunnels(project)));
  return { ...inEditor(project, project.folder), workspaceTrust: true };
}

export function inEditor(project: TestProject, workspace: string): PreparedScenario {
  const { folder, pagePort, echoPort, closedPort, sshConfigFile, remoteRequests } = project;
  const facts: ProjectFacts = { folder, pagePort, echoPort, closedPort, sshConfigFile, remoteRequests };
  return {
    workspace,
    userSettings: project.userSettings,
    env: { SSH_TUNNELS_PROJECT_FACTS: JSON.stringify(facts) },
    dispose: async () => {
      await project[Symbol.asyncDispose]();
    },
  };
}
