// Debian's dropbear, for a temporary user, because it only reads keys in the user's home.
import { execFile, execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { promisify } from 'node:util';
import { makeKeyPair } from '../keyPair';
import { reservePort } from '../reservedPorts';
import { tempDir } from '../tempDir';
import type { TempDir } from '../tempDir';
import { temporaryUser } from '../temporaryUser';
import { buildServer, writeClientConfig } from './otherServer';
import type { OtherServer, ServerKind, ServerOptions } from './otherServer';
import { ServerProcess } from './serverProcess';

const program = '/usr/sbin/dropbear';

export const dropbear: ServerKind = {
  name: 'dropbear',
  can: {
    // Debian builds it without PAM.
    logins: ['publickey', 'password'],
    // In this version, only the client supports them.
    dialsUnixSockets: false,
    listensOnUnixSockets: false,
    choosesPorts: true,
    refusals: 'reported',
    keepsHalfClosed: true,
    // After 1 GiB or 8 hours, whatever it is configured to.
    renewsKeys: 'hardly ever',
    hasRekeyLimit: false,
  },
  start: startDropbear,
};

function startDropbear({ refusesRemoteForwards = false }: ServerOptions = {}): Promise<OtherServer> {
  return buildServer(async (parts) => {
    const dir = parts.use(await tempDir('other-'));
    const [hostKeyLine, clientKey] = await Promise.all([
      makeHostKey(dir),
      makeKeyPair(dir, 'client', 'ed25519'),
    ]);
    const user = parts.use(temporaryUser());
    execFileSync('usermod', ['--home', dir.path, user.name]);
    // It reads them as the user.
    await chmod(dir.path, 0o755);
    await dir.write('.ssh/authorized_keys', `${clientKey.line}\n`, 0o644);
    await chmod(dir.file('.ssh'), 0o755);
    // Dropbear reads nothing that would show it the end of the test.
    const server = parts.use(new ServerProcess('setpriv'));
    const options = [
      ...(refusesRemoteForwards ? ['-k'] : []),
      ...['-F', '-E', '-m', '-r', dir.file('host'), '-P', dir.file('pid')],
    ];
    const start = (port: number): Promise<unknown> =>
      server.start(
        ['--pdeathsig', 'KILL', program, ...options, '-p', `127.0.0.1:${port}`],
        // It logs this once it listens.
        /Not backgrounding/,
      );
    const port = await reservePort();
    await start(port);
    let paths = 0;
    return {
      port,
      password: user.password,
      configFile: await writeClientConfig(dir, {
        port,
        hostKeyLine,
        clientKey: clientKey.path,
        keyUser: user.name,
        passwordUser: user.name,
      }),
      freePath: () => dir.file(`${++paths}.sock`),
      logins: () =>
        [...server.output.matchAll(/(Pubkey|Password) auth succeeded/g)].map(([, how]) =>
          how === 'Pubkey' ? 'publickey' : 'password',
        ),
      keyExchanges: () => 0,
      dropSessions: () => server.killSessions(),
      halt: () => server.halt(),
      startAgain: async () => {
        await start(port);
      },
    };
  });
}

/** Returns its public half. */
async function makeHostKey(dir: TempDir): Promise<string> {
  const { stdout } = await promisify(execFile)('dropbearkey', ['-t', 'ed25519', '-f', dir.file('host')]);
  return /^ssh-ed25519 \S+/m.exec(stdout)?.[0] ?? '';
}
