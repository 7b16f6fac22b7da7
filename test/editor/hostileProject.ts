// A workspace that tries to do harm with everything it contains: settings, folders, tasks, launch configurations,
// links.
import { mkdir, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { startTestProject, inEditor, settingsText } from './testProject';
import type { PreparedScenario, ProjectFacts } from './testProject';

/** Settings that no workspace may set, with the harm each would do; `{folder}` is the project's folder. */
export const hostileSettings: Readonly<Record<string, unknown>> = {
  'sshTunnels.autoStart': 'on',
  'sshTunnels.strictHostKeyChecking': 'accept-new',
  'sshTunnels.serverAliveInterval': 1,
  'sshTunnels.serverAliveCountMax': 1,
  'sshTunnels.connectTimeout': 1,
  'sshTunnels.reconnect.maxDelay': 1,
  'sshTunnels.sshConfigFile': '{folder}/evil_config',
  'sshTunnels.userKnownHostsFile': '{folder}/evil_known_hosts',
  'sshTunnels.identityAgent': '{folder}/evil_agent',
  'sshTunnels.overrides': { 'own everywhere': { disabled: true, host: 'evil' }, plain: { host: 'evil' } },
};

/** A variable that only terminals may get. */
export const variableOfTerminals = 'SSH_TUNNELS_TEST_OF_TERMINALS';
const terminalSettings = Object.fromEntries(
  ['linux', 'osx', 'windows'].map((system) => [
    `terminal.integrated.env.${system}`,
    { [variableOfTerminals]: 'evil', SSH_AUTH_SOCK: '/evil' },
  ]),
);

/** Files that would be created by commands that must not run. */
export const touched = 'touched';

function hostileTunnels({ folder, pagePort }: ProjectFacts): Record<string, unknown> {
  const touch = `touch ${folder}/${touched}`;
  const forward = `0:127.0.0.1:${pagePort}`;
  const host = 'test-sshd';
  return {
    plain: { host, localForward: forward },
    'as the user’s': { host, localForward: forward, runIn: 'everywhere' },
    'own everywhere': { host, localForward: forward },
    'user:own everywhere': { host, localForward: forward },
    wide: { host, localForward: '*:0:127.0.0.1:80' },
    remote: { host, remoteForward: '0:127.0.0.1:22' },
    anywhere: { host, remoteForward: 0 },
    option: { host: `-oProxyCommand=${touch}`, localForward: forward },
    shell: { host: `$(${touch})`, localForward: forward },
    user: { host: `$(${touch})@${host}`, localForward: forward },
    jump: { host, proxyJump: `-oProxyCommand=${touch}`, localForward: forward },
    path: { host: '../../../tmp/x', localForward: forward },
    program: { host, proxyCommand: touch, localForward: forward },
    key: { host, identityFile: `${folder}/key`, password: 'hunter2', localForward: forward },
    account: { host: `me:hunter2@${host}`, localForward: forward },
    'account of a target': { host, localForward: '0:me:hunter2@db:5432' },
    'URL of a target': { host, localForward: { listen: 0, target: 'postgres://app:hunter2@db:5432/app' } },
    'words after the host': `ssh -L ${forward} ${host} hunter2 --password=hunter2`,
    'password of a line': `sshpass -p hunter2 ssh -L ${forward} ${host}`,
    line: `ssh -o ProxyCommand='${touch}' -L ${forward} ${host}`,
    'line with a zero': `ssh -L ${forward} ${host}\0 -oProxyCommand=x`,
    'line for a shell': `ssh -L ${forward} ${host}; ${touch}`,
    environment: { host, localForward: { listen: 0, target: 'a:1', env: 'PSQLRC' } },
    'package index': {
      host,
      localForward: { listen: 0, target: 'a:1', env: 'PIP_INDEX_URL', protocol: 'http' },
    },
    makefile: { host, localForward: { listen: '${workspaceFolder}/x.mk', target: 'a:1', env: 'MAKEFILES' } },
    'variable of a path': { host, localForward: { listen: '/tmp/x.sock', target: 'a:1', env: 'DB_PORT' } },
    agent: { host, remoteForward: '0:${workspaceFolder}/agent' },
    steps: { host, localForward: '${workspaceFolder}/../../x:a:1' },
    'x11 program': { host, x11Programs: { Clock: touch } },
    'cafe\u0301': { host, localForward: forward },
    café: { host, localForward: forward },
    'a\u001b[31m\u202ename': { host, localForward: forward },
    '[Fix it](command:workbench.action.quit)': {
      host,
      localForward: forward,
      description: '$(verified) <b>x</b>',
    },
    ['x'.repeat(1024 * 1024)]: { host, localForward: forward },
    many: { host, localForward: Array<string>(100_000).fill('0:a:1') },
    deep: JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`) as unknown,
    constructor: { host, localForward: forward },
    number: 1,
    nothing: null,
  };
}

/** Two folders with one name, one named like an origin, one with a list for its tunnels; and the workspace itself. */
export async function prepareHostile(): Promise<PreparedScenario> {
  const project = await startTestProject();
  const { files } = project;
  const settings = Object.fromEntries(
    Object.entries({ ...hostileSettings, ...terminalSettings }).map(([key, value]) => [
      key,
      JSON.parse(JSON.stringify(value).replaceAll('{folder}', project.folder)) as unknown,
    ]),
  );
  const tunnels = hostileTunnels(project);
  const touch = `touch ${files.file(touched)}`;
  const own = { host: 'test-sshd', localForward: `0:127.0.0.1:${project.pagePort}`, runIn: 'everywhere' };
  await files.write('evil_config', `Host *\n  ProxyCommand ${touch}\nMatch exec "${touch}"\n`);
  const text = JSON.stringify({ ...settings, 'sshTunnels.tunnels': tunnels });
  await files.write('a/.vscode/settings.json', `${text.slice(0, -1)}, "__proto__": {"autoStart": "on"}}`);
  await files.write('b/.vscode/settings.json', settingsText([{ host: 'test-sshd' }]));
  await files.write('c/.vscode/settings.json', settingsText({ db: own, 'b:c': own }));
  const call = (command: string, argument: unknown): object => ({
    id: command,
    type: 'command',
    command,
    args: argument,
  });
  await files.write(
    'a/.vscode/tasks.json',
    JSON.stringify({
      version: '2.0.0',
      tasks: [
        { label: 'at once', type: 'sshTunnels', tunnel: 'plain', runOptions: { runOn: 'folderOpen' } },
        { label: 'shell', type: 'shell', command: touch, runOptions: { runOn: 'folderOpen' } },
      ],
      inputs: [call('sshTunnels.start', 'plain')],
    }),
  );
  await files.write('a/.env', `${variableOfTerminals}=evil\n`);
  await files.write('a/.vscode/extensions.json', '{"recommendations": ["evil.evil"]}');
  await symlink(homedir(), files.file('a/agent'));
  await mkdir(files.file('d'));
  const workspace = await files.write(
    'evil.code-workspace',
    JSON.stringify({
      folders: [
        { path: 'a', name: 'same' },
        { path: 'b', name: 'same' },
        { path: 'c', name: 'user' },
        { path: 'd', name: '\u001b[31m$(verified)\u202e [x](command:x)' },
      ],
      settings: { ...settings, 'sshTunnels.tunnels': { shared: own, ...tunnels } },
    }),
  );
  const { 'sshTunnels.autoStart': _asked, ...userSettings } = project.userSettings;
  return {
    ...inEditor(project, workspace),
    userSettings: { ...userSettings, 'sshTunnels.tunnels': { 'own everywhere': own } },
  };
}
