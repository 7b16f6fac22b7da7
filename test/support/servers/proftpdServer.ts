// Debian's proftpd with mod_sftp, which speaks SSH for file transfers alone: it ends a session that asks it to connect to
// a target.
import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { promisify } from 'node:util';
import { makeKeyPair } from '../keyPair';
import { reservePort } from '../reservedPorts';
import { tempDir } from '../tempDir';
import { writeClientConfig } from './otherServer';
import type { OtherServer, Parts } from './otherServer';
import { ServerProcess } from './serverProcess';

export async function startProftpd(
  parts: Parts,
): Promise<Pick<OtherServer, 'port' | 'configFile' | 'freePath'>> {
  const dir = parts.use(await tempDir('proftpd-'));
  // Its sessions run as the user, and change to this folder.
  await chmod(dir.path, 0o755);
  const [hostKey, clientKey] = await Promise.all([
    makeKeyPair(dir, 'host', 'ecdsa'),
    makeKeyPair(dir, 'client', 'ed25519'),
  ]);
  const { stdout: publicKey } = await promisify(execFile)('ssh-keygen', [
    '-e',
    '-f',
    `${clientKey.path}.pub`,
  ]);
  const keys = await dir.write('keys', publicKey);
  const name = 'someone';
  const users = await dir.write('users', `${name}:*:1000:1000::${dir.path}:/bin/sh\n`, 0o600);
  const port = await reservePort();
  const config = await dir.write(
    'proftpd.conf',
    [
      'LoadModule mod_sftp.c',
      'ServerType standalone',
      'DefaultAddress 127.0.0.1',
      `Port ${port}`,
      'UseIPv6 off',
      `PidFile ${dir.file('pid')}`,
      `ScoreboardFile ${dir.file('scoreboard')}`,
      'AuthOrder mod_auth_file.c',
      `AuthUserFile ${users}`,
      'RequireValidShell off',
      'SFTPEngine on',
      `SFTPHostKey ${hostKey.path}`,
      'SFTPAuthMethods publickey',
      `SFTPAuthorizedUserKeys file:${keys}`,
      '',
    ].join('\n'),
  );
  const server = parts.use(new ServerProcess('setpriv'));
  await server.start(
    ['--pdeathsig', 'KILL', '/usr/sbin/proftpd', '--nodaemon', '--config', config, '--debug', '1'],
    /started|standalone mode/i,
  );
  let paths = 0;
  return {
    port,
    configFile: await writeClientConfig(dir, {
      port,
      hostKeyLine: hostKey.line,
      clientKey: clientKey.path,
      keyUser: name,
      passwordUser: name,
    }),
    freePath: () => dir.file(`${++paths}.sock`),
  };
}
