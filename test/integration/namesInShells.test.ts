// The hosts and users of a project in the shells of the user's own ssh_config: a real Match exec, run by the installed
// ssh, and a real ProxyCommand get each name as the one word that it is.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Destination } from '../../src/tunnels/config/definition';
import { parseTunnel } from '../../src/tunnels/config/parsing/parseTunnel';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { resolveChain } from '../../src/tunnels/ssh/config/jumpChain';
import { ProxyCommand } from '../../src/tunnels/ssh/transport/proxyCommand';
import { logTo } from '../../src/tunnels/util/log';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

const special = Array.from(' \t\'"`$\\;&<>|(){}[]*?!~#^=,:%@/+.-_', (character) => character);

/** Each character inside, at the beginning and at the end of a name, and what a shell would replace. */
const names: readonly string[] = [
  ...special.flatMap((character) => [`a${character}b`, `${character}b`, `a${character}`]),
  ...['~root', 'a:~root', '/et?', '/etc/host*', 'a b c', '$HOME', 'a\u00a0b', 'a\\ b', '=ls', '!!', '%PATH%'],
  ...['joe', 'CORP\\joe', 'a\\b\\c', 'joe.doe', 'build-bot+ci', 'a'.repeat(64), 'a'.repeat(65)],
];

/** All spellings of a user and of a host in a tunnel. */
const fields: readonly (readonly [what: string, tunnel: (name: string) => unknown])[] = [
  ['user', (name) => ({ host: `${name}@web` })],
  ['user of an ssh:// address', (name) => ({ host: `ssh://${encodeURIComponent(name)}@web` })],
  ['user of a jump host', (name) => ({ host: 'web', proxyJump: [`${name}@jump`] })],
  ['value of -l', (name) => `ssh -l ${word(name)} web`],
  ['value of -o User', (name) => `ssh -o ${word(`User="${name}"`)} web`],
  ['user of -J', (name) => `ssh -J ${word(`${name}@jump`)} web`],
  ['host', (name) => ({ host: name })],
  ['jump host', (name) => ({ host: 'web', proxyJump: [name] })],
];

function word(name: string): string {
  return `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

/** The destinations of a project's tunnel; none if its definition is refused. */
function destinations(tunnel: unknown): readonly Destination[] {
  const parsed = parseTunnel('t', tunnel, 'project');
  const definition = 'entry' in parsed ? parsed.entry.definition : undefined;
  return definition ? [...(definition.proxyJump ?? []), definition.destination] : [];
}

/** A shell removes the backslash between a domain and its user, if it isn't in quotes. */
function asShellWord(name: string): string {
  return name.replace('\\', '');
}

describe("a project's hosts and users in a shell", () => {
  let dir: TempDir;
  before(async () => {
    dir = await tempDir('names-');
  });
  after(() => dir.remove());

  for (const [what, tunnel] of fields) {
    it(`are one word each for Match exec: ${what}`, async () => {
      const folder = dir.file('words');
      const configFile = await dir.write(
        'config',
        `User none\nMatch exec "printf '%%s\\n' %n %r > ${folder}/$$; false"\n  Port 1\n`,
      );
      const accepted = names.map((name) => destinations(tunnel(name))).filter(({ length }) => length > 0);
      assert.ok(accepted.length > 0);
      for (const [destination, ...jumps] of accepted.map((all) => all.toReversed())) {
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder);
        const all = [...jumps, destination!];
        await resolveChain({ destination: destination!, proxyJump: jumps }, { configFile, env: process.env });
        // Each shell has a file of its own, named by its process: they run at the same time.
        const files = await readdir(folder);
        const got = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
        const expected = all.map(({ host, user = 'none' }) => `${host}\n${asShellWord(user)}\n`);
        assert.deepEqual(got.toSorted(), expected.toSorted());
      }
    });

    it(`are one word each for ProxyCommand: ${what}`, async () => {
      const accepted = names.flatMap((name) => destinations(tunnel(name)));
      for (const { host, user = 'none' } of accepted) {
        const target = { alias: host, hostName: host, port: 22, user };
        const printed = await run(target).catch((error: unknown) => {
          assert.ok(error instanceof TunnelFailure && error.code === 'InvalidDefinition', String(error));
          return undefined;
        });
        if (printed !== undefined) {
          assert.equal(printed, `${host}\n${host}\n${asShellWord(user)}\n`);
        }
      }
    });
  }

  it('are refused by ProxyCommand if they come from your own settings and mean something in a shell', async () => {
    for (const user of ['a b', '~root', 'a*', 'a!b', 'a=b', '%a%', "a'b", 'a$b', 'a\\b', 'a\u00a0b']) {
      await assert.rejects(
        run({ alias: 'h', hostName: 'h', port: 22, user }),
        (error) => error instanceof TunnelFailure && error.code === 'InvalidDefinition',
        user,
      );
    }
  });

  async function run(target: ConstructorParameters<typeof ProxyCommand>[1]): Promise<string> {
    const file = dir.file('printed');
    const command = `printf '%%s\\n' %h %n %r > ${file}`;
    const log = logTo(() => undefined);
    const proxy = new ProxyCommand(command, target, { env: process.env, log, onOutput: () => undefined });
    const [end] = (await once(proxy, 'error')) as readonly unknown[];
    assert.ok(end instanceof TunnelFailure && end.code === 'ProxyFailed', String(end));
    return readFile(file, 'utf8');
  }
});
