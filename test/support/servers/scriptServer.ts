// Servers that are small Python scripts, written with Debian's SSH libraries.
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { makeKeyPair } from '../keyPair';
import { tempDir } from '../tempDir';
import { buildServer, writeClientConfig } from './otherServer';
import type { LoginMethod, OtherServer, ServerKind, ServerOptions } from './otherServer';
import { ServerProcess } from './serverProcess';

/** Debian's Python, which has Debian's libraries. */
const python = '/usr/bin/python3';

export const asyncssh: ServerKind = {
  name: 'AsyncSSH',
  can: {
    logins: ['publickey', 'password', 'keyboard-interactive'],
    dialsUnixSockets: true,
    listensOnUnixSockets: true,
    // Its channels name the origin port 0, which doesn't match a request; ssh doesn't accept them either.
    choosesPorts: false,
    refusals: 'reported',
    keepsHalfClosed: true,
    renewsKeys: 'on request',
    hasRekeyLimit: true,
  },
  start: (options) => startScript('asyncssh_server.py', options),
};

export const paramiko: ServerKind = {
  name: 'paramiko',
  can: {
    logins: ['publickey', 'password', 'keyboard-interactive'],
    // It doesn't pass the socket's path on.
    dialsUnixSockets: false,
    listensOnUnixSockets: false,
    choosesPorts: true,
    // It leaves the text of a refused channel empty.
    refusals: 'reported without the cause',
    keepsHalfClosed: true,
    renewsKeys: 'on request',
    hasRekeyLimit: true,
  },
  start: (options) => startScript('paramiko_server.py', options),
};

export const conch: ServerKind = {
  name: 'Conch',
  can: {
    // It has had keyboard-interactive only as a client since 2008.
    logins: ['publickey', 'password'],
    dialsUnixSockets: false,
    listensOnUnixSockets: false,
    // Like AsyncSSH.
    choosesPorts: false,
    // It confirms a channel, and connects afterwards.
    refusals: 'not reported',
    // It ignores a client's half-close; one of the target closes the channel.
    keepsHalfClosed: false,
    renewsKeys: 'on request',
    hasRekeyLimit: false,
  },
  start: (options) => startScript('conch_server.py', options),
};

function startScript(script: string, options: ServerOptions = {}): Promise<OtherServer> {
  return buildServer(async (parts) => {
    const dir = parts.use(await tempDir('other-'));
    const [hostKey, clientKey] = await Promise.all([
      makeKeyPair(dir, 'host', 'ed25519'),
      makeKeyPair(dir, 'client', 'ed25519'),
    ]);
    const user = userInfo().username;
    const password = randomBytes(9).toString('base64url');
    const server = parts.use(new ServerProcess(python));
    const start = async (port: number): Promise<number> => {
      const config = {
        port,
        hostKey: hostKey.path,
        clientKey: clientKey.line,
        user,
        password,
        rekeyBytes: options.rekeyBytes,
      };
      // -B: it writes no files beside the scripts.
      const args = ['-B', join(import.meta.dirname, script), JSON.stringify(config)];
      return Number((await server.start(args, /^listening (\d+)$/m))[1]);
    };
    const port = await start(0);
    let paths = 0;
    return {
      port,
      password,
      configFile: await writeClientConfig(dir, {
        port,
        hostKeyLine: hostKey.line,
        clientKey: clientKey.path,
        keyUser: user,
        passwordUser: user,
      }),
      freePath: () => dir.file(`${++paths}.sock`),
      logins: () => [...server.output.matchAll(/^login (.*)$/gm)].map((match) => match[1] as LoginMethod),
      keyExchanges: () => server.output.match(/^keys$/gm)?.length ?? 0,
      renewKeys: () => server.send('rekey'),
      dropSessions: () => server.send('drop'),
      halt: () => server.halt(),
      startAgain: async () => {
        await start(port);
      },
    };
  });
}
