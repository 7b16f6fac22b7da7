// The demo's project and everything that its tunnels need: settings as a team would commit them, an SSH config and
// known hosts as a developer would have them, the SSH server and the services behind it.
import path from 'node:path';
import type { TempDir } from '../support/tempDir';
import { tempDir } from '../support/tempDir';
import { choosePort } from './ports';
import { startEcho, startWebPage } from './services';
import type { SshServer } from './sshServer';
import { demoUser, startSshServer } from './sshServer';

export interface SampleProject {
  /** The folder to open. */
  readonly folder: string;
  /** Beside it, for the editor's own files. */
  readonly editorDir: string;
  readonly userSettings: Readonly<Record<string, unknown>>;
  readonly tunnelName: string;
  readonly ports: ForwardedPorts;
  /** What the web page's port answers. */
  readonly page: Buffer;
  readonly stop: () => Promise<void>;
}

interface ForwardedPorts {
  readonly web: number;
  readonly echo: number;
}

const tunnelName = 'demo';
const alias = 'demo-server';
const webTarget = 'web.internal:80';
const echoTarget = 'echo.internal:7';

export async function startSampleProject(): Promise<SampleProject> {
  const dir = await tempDir('st-');
  const web = await startWebPage();
  const echo = await startEcho();
  const ssh = await startSshServer({ [webTarget]: web.port, [echoTarget]: echo.port });
  const ports = { web: await choosePort(), echo: await choosePort() };
  await dir.write('ssh-tunnels-demo/.vscode/settings.json', projectSettings(ports));
  await dir.write('ssh-tunnels-demo/README.md', readme(ports));
  return {
    folder: dir.file('ssh-tunnels-demo'),
    editorDir: dir.file('editor'),
    userSettings: await writeUserSide(dir, ssh),
    tunnelName,
    ports,
    page: web.page,
    stop: async () => {
      await Promise.all([ssh.stop(), web.stop(), echo.stop()]);
      await dir.remove();
    },
  };
}

function projectSettings(ports: ForwardedPorts): string {
  const tunnel = {
    host: alias,
    description: 'A web page and an echo behind the demo server',
    localForward: [
      { listen: ports.web, target: webTarget, label: 'Web page', protocol: 'http' },
      { listen: ports.echo, target: echoTarget, label: 'Echo' },
    ],
  };
  return `${JSON.stringify({ 'sshTunnels.tunnels': { [tunnelName]: tunnel } }, undefined, 2)}\n`;
}

/** Writes what a developer would have in ~/.ssh. Returns the user settings that refer to it. */
async function writeUserSide(dir: TempDir, ssh: SshServer): Promise<SampleProject['userSettings']> {
  const key = await dir.write('ssh/id_ed25519', ssh.clientKey);
  const knownHosts = await dir.write('ssh/known_hosts', `[127.0.0.1]:${ssh.port} ${ssh.hostKey}\n`);
  const config = await dir.write(
    'ssh/config',
    [
      `Host ${alias}`,
      '  HostName 127.0.0.1',
      `  Port ${ssh.port}`,
      `  User ${demoUser}`,
      `  IdentityFile ${quoted(key)}`,
      '  IdentitiesOnly yes',
      `  UserKnownHostsFile ${quoted(knownHosts)}`,
      '',
    ].join('\n'),
  );
  return {
    'sshTunnels.autoStart': 'on',
    'sshTunnels.sshConfigFile': config,
    'sshTunnels.userKnownHostsFile': knownHosts,
    'workbench.startupEditor': 'readme',
  };
}

/** In ssh_config a backslash starts an escape. */
function quoted(file: string): string {
  return `"${file.split(path.sep).join('/')}"`;
}

function readme({ web, echo }: ForwardedPorts): string {
  return `# SSH Tunnels: the demo

This project needs two things that only its server can reach. Its settings, \`.vscode/settings.json\`, say so, and
the tunnel came up with the folder:

- a web page: <http://localhost:${web}>
- an echo: in a terminal, \`nc localhost ${echo}\`

Look at the tunnel in the side bar, under **SSH Tunnels**: stop it, start it, open the page from there. Then close
the demo with Ctrl-C in the terminal you started it from; nothing of it stays behind.
`;
}
