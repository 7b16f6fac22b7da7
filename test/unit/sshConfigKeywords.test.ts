// Every keyword of ssh_config is read, is in the README's list of differences, or doesn't matter for forwards.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { hostBlockKeywords } from '../../src/tunnels/config/parsing/forbiddenKeys';
import { canonicalKeyword, toHostConfig } from '../../src/tunnels/ssh/config/configValues';
import { repoRoot } from '../support/setup.mjs';

/** About a terminal, a session with a shell, and what ssh prints. */
const irrelevant = new Set(
  (
    'EnableEscapeCommandline EscapeChar ForkAfterAuthentication LogLevel LogVerbose ObscureKeystrokeTiming SessionType ' +
    'StdinNull SyslogFacility'
  )
    .toLowerCase()
    .split(' '),
);

/** `ssh -G` has applied them to what it prints. */
const resolvedBySsh = new Set(
  (
    'CanonicalDomains CanonicalizeFallbackLocal CanonicalizeHostname CanonicalizeMaxDots CanonicalizePermittedCNAMEs ' +
    'Host IgnoreUnknown Include Match RefuseConnection Tag'
  )
    .toLowerCase()
    .split(' '),
);

/** Properties that a tunnel doesn't have, and an older name. */
const notKeywords = new Set(['options', 'sshoptions', 'hostbasedkeytypes']);

/** What toHostConfig() asks for. */
function readKeywords(): ReadonlySet<string> {
  const read = new Set<string>();
  class Recorder extends Map<string, readonly string[]> {
    override get(keyword: string): readonly string[] | undefined {
      read.add(keyword);
      return undefined;
    }
  }
  const local = { name: 'me', home: '/home/me', uid: 1000, machine: 'box', homeOf: () => undefined };
  toHostConfig(new Recorder(), { alias: 'x', local, env: {}, defaults: new Map() });
  return read;
}

/** The keywords of the list: `GSSAPI…` stands for all that begin so. */
function listedInReadme(): (keyword: string) => boolean {
  const page = readFileSync(path.join(repoRoot, 'README.md'), 'utf8');
  const [, section = ''] = page.split(/^### Where it differs from `ssh`$/m);
  const rows = section.split(/^##/m)[0]?.match(/^\| (?!In your|---).*$/gm) ?? [];
  const names = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+…?)[ `]/g)].map(([, name = '']) => name.toLowerCase()),
  );
  assert.ok(names.length > 40, names.join(' '));
  return (keyword) =>
    names.some((name) => (name.endsWith('…') ? keyword.startsWith(name.slice(0, -1)) : name === keyword));
}

describe('a keyword of ssh_config', () => {
  const printed = execFileSync('ssh', ['-F', 'none', '-G', 'x'], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.split(' ', 1)[0] ?? '');
  const keywords = [...new Set([...printed, ...hostBlockKeywords].map(canonicalKeyword))].filter(
    (keyword) => !notKeywords.has(keyword),
  );
  const read = readKeywords();
  const isListed = listedInReadme();

  it('is read, is a difference in the README, or does not matter', () => {
    assert.ok(keywords.length > 100, String(keywords.length));
    const forgotten = keywords.filter(
      (keyword) =>
        !read.has(keyword) && !isListed(keyword) && !irrelevant.has(keyword) && !resolvedBySsh.has(keyword),
    );
    assert.deepEqual(forgotten, []);
  });

  it('is not said to make no difference when it is read or in the README', () => {
    assert.deepEqual(
      [...irrelevant].filter((keyword) => read.has(keyword) || isListed(keyword)),
      [],
    );
  });
});
