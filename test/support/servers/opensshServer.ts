// OpenSSH's own server in the server suite: a test that fails with it is wrong itself.
import { userInfo } from 'node:os';
import { pamService } from '../pamService';
import { startSshd } from '../sshd';
import { tempDir } from '../tempDir';
import { temporaryUser } from '../temporaryUser';
import { buildServer, writeClientConfig } from './otherServer';
import type { LoginMethod, OtherServer, ServerKind, ServerOptions } from './otherServer';

export const openssh: ServerKind = {
  name: 'OpenSSH',
  can: {
    logins: ['publickey', 'password', 'keyboard-interactive'],
    dialsUnixSockets: true,
    listensOnUnixSockets: true,
    choosesPorts: true,
    refusals: 'reported',
    keepsHalfClosed: true,
    renewsKeys: 'every second',
    hasRekeyLimit: true,
  },
  start: startOpenssh,
};

function startOpenssh(options: ServerOptions = {}): Promise<OtherServer> {
  return buildServer(async (parts) => {
    const dir = parts.use(await tempDir('other-'));
    const pam = parts.use(await pamService(dir, ['required pam_unix.so']));
    const user = parts.use(temporaryUser());
    const sshd = parts.use(
      await startSshd({
        program: pam.program,
        logLevel: 'DEBUG1',
        config: [
          'UsePAM yes',
          'PasswordAuthentication yes',
          'KbdInteractiveAuthentication yes',
          // Removes a Unix socket that a session has left behind.
          'Subsystem sftp internal-sftp',
          ...(options.rekeyBytes === undefined ? [] : [`RekeyLimit ${options.rekeyBytes}`]),
          ...(options.rekeysByTime === true ? ['RekeyLimit default 1'] : []),
        ],
      }),
    );
    let paths = 0;
    return {
      port: sshd.port,
      password: user.password,
      configFile: await writeClientConfig(dir, {
        port: sshd.port,
        hostKeyLine: sshd.hostKeyLines[0] ?? '',
        clientKey: sshd.clientKey,
        keyUser: userInfo().username,
        passwordUser: user.name,
      }),
      freePath: () => dir.file(`${++paths}.sock`),
      logins: () =>
        [...sshd.log().matchAll(/^Accepted (publickey|password|keyboard-interactive)/gm)].map(
          (match) => match[1] as LoginMethod,
        ),
      keyExchanges: () => sshd.log().match(/SSH2_MSG_NEWKEYS received/g)?.length ?? 0,
      dropSessions: () => sshd.dropSessions(),
      halt: () => sshd.halt(),
      startAgain: () => sshd.restart(),
    };
  });
}
