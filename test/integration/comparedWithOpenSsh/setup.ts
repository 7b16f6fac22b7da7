// What the cases of one table share: the servers, the test keys, a user with a password, and ports without a server.
import { chmod, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { readFileSync } from 'node:fs';
import { target } from '../../support/targetAndClient';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import { temporaryUser } from '../../support/temporaryUser';
import { makeTestKeys, passphrase } from './testKeys';
import type { TestKeys } from './testKeys';
import type { Servers } from './comparedCase';

/** What `{…}` stands for; undefined: it stays as it is. */
export type Words = (word: string) => string | undefined;

export interface ComparisonSetup extends AsyncDisposable {
  readonly ring: TestKeys;
  readonly servers: ReadonlyMap<string, Sshd>;
  readonly first: string;
  /** @param server the one that the words refer to */
  words(server: string): Words;
}

/** `${…}` belongs to ssh_config. */
export function fillIn(text: string, words: Words): string {
  return text.replace(/(?<!\$)\{([\w.:-]+)\}/g, (whole, word: string) => words(word) ?? whole);
}

/** @param table the text of the servers and cases, which shows what of all this is needed */
export async function makeComparisonSetup(servers: Servers, table: string): Promise<ComparisonSetup> {
  const held: (AsyncDisposable | Disposable)[] = [];
  const hold = <T extends AsyncDisposable | Disposable>(thing: T): T => {
    held.push(thing);
    return thing;
  };
  const letGo = async (): Promise<void> => {
    for (const thing of held.toReversed()) {
      if (Symbol.asyncDispose in thing) {
        await thing[Symbol.asyncDispose]();
      } else {
        thing[Symbol.dispose]();
      }
    }
  };
  try {
    const keys = hold(await tempDir('ring-'));
    await chmod(keys.path, 0o755);
    const user = /\{(user|password)\}/.test(table) ? hold(temporaryUser()) : undefined;
    const [ring, silent] = await Promise.all([
      makeTestKeys(keys, table),
      target((socket) => socket.on('end', () => socket.end()).resume()),
    ]);
    hold(silent);
    const common: Words = (word) => {
      if (word.startsWith('file:')) {
        return readFileSync(keys.file(word.slice(5)), 'utf8');
      }
      const known: Readonly<Record<string, string | undefined>> = {
        keys: keys.path,
        node: process.execPath,
        // tcpmux, which is never in use.
        closed: '1',
        silent: String(silent.port),
        me: userInfo().username,
        user: user?.name,
        password: user?.password,
        passphrase,
      };
      return known[word] ?? ring.hostKeys.get(word);
    };
    const started = new Map<string, Sshd>();
    await Promise.all(
      Object.entries(servers).map(async ([name, options]) => {
        // ssh's own first choice, sntrup761, takes ten times as long to compute.
        const config = [...(options.config ?? []), 'KexAlgorithms curve25519-sha256'].map((line) =>
          fillIn(line, common),
        );
        const sshd = hold(await startSshd({ ...options, config, logLevel: 'DEBUG1' }));
        // The temporary user's authorized_keys are read with that user's rights.
        await chmod(sshd.dir, 0o755);
        await writeFile(sshd.authorizedKeys, ring.authorizedKeys);
        await chmod(sshd.authorizedKeys, 0o644);
        started.set(name, sshd);
      }),
    );
    const [first = ''] = Object.keys(servers);
    return {
      ring,
      servers: started,
      first,
      words: (server) => (word) => common(word) ?? aboutServer(started, server, word),
      [Symbol.asyncDispose]: letGo,
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}

function aboutServer(servers: ComparisonSetup['servers'], server: string, word: string): string | undefined {
  const [what, name = server] = word.split(':');
  const sshd = servers.get(name);
  const types = { ED: 'ssh-ed25519 ', EC: 'ecdsa-', RSA: 'ssh-rsa ' };
  switch (what) {
    case 'port':
      return sshd && String(sshd.port);
    case 'ED':
    case 'EC':
    case 'RSA':
      return sshd?.hostKeyLines.find((line) => line.startsWith(types[what]));
    default:
      return undefined;
  }
}

/** Every server with every key, by every address that it listens on. */
export function allKnown(servers: ComparisonSetup['servers']): string {
  return [...servers.values()]
    .flatMap(({ port, hostKeyLines }) => {
      const names = ['127.0.0.1', '127.0.0.2', '::1', 'localhost'].map((name) => `[${name}]:${port}`);
      return hostKeyLines.map((line) => `${names.join(',')} ${line}\n`);
    })
    .join('');
}
