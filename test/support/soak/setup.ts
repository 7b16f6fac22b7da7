// The setup of a soak: a server behind two breakable links, another one behind it, a daemon and tunnels.
import { writeFile } from 'node:fs/promises';
import { FaultyLink } from '../faults/faultyLink';
import { testDaemon } from '../testWindow';
import type { TestDaemon } from '../testWindow';
import { reservePorts } from '../reservedPorts';
import { startSshd } from '../sshd';
import type { Sshd } from '../sshd';
import { tempDir } from '../tempDir';
import { SoakDaemon } from './soakDaemon';
import { startTargets } from './targets';
import type { SoakTargets } from './targets';
import { portsNeeded, soakTunnels } from './tunnels';
import type { SoakTunnel } from './tunnels';

export interface SoakSetup extends AsyncDisposable {
  readonly servers: { readonly outer: Sshd; readonly inner: Sshd };
  /** Both connect to the outer server. */
  readonly links: { readonly near: FaultyLink; readonly far: FaultyLink };
  readonly targets: SoakTargets;
  readonly daemon: TestDaemon;
  readonly soakDaemon: SoakDaemon;
  readonly configFile: string;
  readonly tunnels: readonly SoakTunnel[];
}

const serverOptions = {
  // It notices itself that a client has gone, and releases its ports; and its sockets can be removed.
  config: ['ClientAliveInterval 1', 'ClientAliveCountMax 3', 'Subsystem sftp internal-sftp'],
} as const;

export async function setUpSoak(): Promise<SoakSetup> {
  const parts: AsyncDisposable[] = [];
  const keep = <T extends AsyncDisposable>(part: T): T => {
    parts.push(part);
    return part;
  };
  const dispose = async (): Promise<void> => {
    for (const part of parts.reverse()) {
      await part[Symbol.asyncDispose]();
    }
  };
  try {
    const folder = keep(await tempDir('soak-'));
    const servers = {
      outer: keep(await startSshd(serverOptions)),
      inner: keep(await startSshd(serverOptions)),
    };
    const behind = { host: '127.0.0.1', port: servers.outer.port };
    const links = { near: keep(await FaultyLink.open(behind)), far: keep(await FaultyLink.open(behind)) };
    const targets = keep(await startTargets(folder.file('echo.sock')));
    const configFile = folder.file('ssh_config');
    await writeFile(configFile, await sshConfig(folder.file('known_hosts'), servers, links));
    const daemon = keep(await testDaemon());
    const soakDaemon = keep(await SoakDaemon.start(daemon));
    const tunnels = soakTunnels(await reservePorts(portsNeeded), targets, (name) => folder.file(name));
    return {
      servers,
      links,
      targets,
      daemon,
      soakDaemon,
      configFile,
      tunnels,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function sshConfig(
  knownHosts: string,
  { outer, inner }: SoakSetup['servers'],
  { near, far }: SoakSetup['links'],
): Promise<string> {
  const key = (name: string, { hostKeyLines: [line = ''] }: Sshd): string => `${name} ${line}\n`;
  await writeFile(knownHosts, key('outer', outer) + key('inner', inner));
  const block = (name: string, { clientKey }: Sshd, port: number, keyAlias: string): string =>
    `Host ${name}\n  Port ${port}\n  IdentityFile ${clientKey}\n  HostKeyAlias ${keyAlias}\n`;
  return [
    block('near', outer, near.port, 'outer'),
    block('far', outer, far.port, 'outer'),
    block('inner', inner, inner.port, 'inner'),
    'Host *\n',
    ...[
      'HostName 127.0.0.1',
      `User ${outer.user}`,
      'IdentitiesOnly yes',
      'IdentityAgent none',
      `UserKnownHostsFile ${knownHosts}`,
      'GlobalKnownHostsFile /dev/null',
      'StrictHostKeyChecking yes',
      'UpdateHostKeys no',
    ].map((line) => `  ${line}\n`),
  ].join('');
}
