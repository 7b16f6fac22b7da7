// Runs a table: each case with ssh and with us, on equal files, one after the other; the results must be equal.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { longWaitMs } from '../../support/eventually';
import type { Sshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { allKnown, fillIn, makeComparisonSetup } from './setup';
import type { ComparisonSetup, Words } from './setup';
import { runOpenSsh } from './opensshClient';
import { runOurs } from './ourClient';
import type { ClientRun, RunInput, ComparedCase, Servers, SessionFacts, Verdict } from './comparedCase';
import { readServerLog } from './serverLog';

const run = promisify(execFile);

export function compareWithOpenSsh(
  title: string,
  servers: Servers,
  groups: Readonly<Record<string, readonly ComparedCase[]>>,
): void {
  describe(`${title}, compared with ssh:`, () => {
    let setup: ComparisonSetup | undefined;
    before(async () => {
      setup = await makeComparisonSetup(servers, JSON.stringify([servers, groups]));
    });
    after(() => setup?.[Symbol.asyncDispose]());

    for (const [group, cases] of Object.entries(groups)) {
      describe(`${group}:`, () => {
        for (const comparedCase of cases.filter(isPossibleHere)) {
          it(`same result for ${comparedCase.title}`, () => {
            assert.ok(setup);
            return judge(comparedCase, setup);
          });
        }
      });
    }
  });
}

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === '::1'),
);

function isPossibleHere(comparedCase: ComparedCase): boolean {
  return hasIpv6 || !JSON.stringify(comparedCase).includes('::1');
}

interface Judged {
  readonly verdict: Verdict;
  readonly said: string;
}

async function judge(comparedCase: ComparedCase, setup: ComparisonSetup): Promise<void> {
  await using folder = await tempDir('pc-');
  await using agent = comparedCase.agent ? await startAgent(comparedCase.agent, folder, setup) : undefined;
  const theirs = await runClient(runOpenSsh, 'ssh', comparedCase, setup, folder, agent?.socket);
  const ours = await runClient(runOurs, 'us', comparedCase, setup, folder, agent?.socket);
  const talk = `ssh said:\n${theirs.said}\nwe said:\n${ours.said}`;

  const expected = comparedCase.outcome ?? 'connected';
  assert.equal(theirs.verdict.outcome, expected, `what ssh came to; ${talk}`);
  const destination = comparedCase.server ?? setup.first;
  for (const [name, value] of Object.entries(comparedCase.facts ?? {})) {
    const fact = theirs.verdict.sessions[destination]?.[name as keyof SessionFacts];
    const wanted = typeof value === 'string' ? fillIn(value, setup.words(destination)) : value;
    assert.deepEqual(fact, wanted, `${name}, of ssh; ${talk}`);
  }
  if (comparedCase.ours) {
    assert.equal(ours.verdict.outcome, comparedCase.ours.outcome, `what we came to; ${talk}`);
    return;
  }
  assert.deepEqual(
    comparable(ours.verdict, comparedCase),
    comparable(theirs.verdict, comparedCase),
    `we differ (+ us, - ssh); ${talk}`,
  );
}

/** Without the facts in which our default differs on purpose: only a case that names them checks them. */
function comparable(verdict: Verdict, { facts = {}, except = [], earlier = false }: ComparedCase): Verdict {
  const ownDefaults = (['kex', 'cipher', 'mac', 'keyAlgorithm'] as const).filter((name) => !(name in facts));
  // With nothing in common both hang up at once: how much the server logs before that is random.
  const chance = verdict.outcome === 'no common algorithm' ? ['hostKey', 'compression'] : [];
  const sessions = Object.entries(earlier ? {} : verdict.sessions).map(([server, session]) => {
    const left = Object.entries(session ?? {}).filter(
      ([name]) => ![...ownDefaults, ...chance, ...except].some((other) => other === name),
    );
    return [server, session && Object.fromEntries(left)];
  });
  return { ...verdict, sessions: Object.fromEntries(sessions) as Verdict['sessions'] };
}

async function runClient(
  client: (mission: RunInput) => Promise<ClientRun>,
  name: 'ssh' | 'us',
  comparedCase: ComparedCase,
  setup: ComparisonSetup,
  folder: TempDir,
  agent: string | undefined,
): Promise<Judged> {
  const { server = setup.first, via = [], destination = 'web', answers } = comparedCase;
  const about = setup.words(server);
  const dir = folder.file(name);
  const words: Words = (word) => ({ dir, agent })[word] ?? about(word);
  const fill = (text: string): string => fillIn(text, words);
  await layOut(comparedCase, setup, folder, name, fill);

  const watched = [server, ...via].map((each) => {
    const sshd = setup.servers.get(each);
    assert.ok(sshd, `there is no server "${each}"`);
    return { each, sshd, since: sshd.log().length };
  });
  const clientRun = await client({
    configFile: folder.file(`${name}/ssh_config`),
    dir,
    destination: fill(destination),
    sshArguments: (comparedCase.sshArguments ?? [destination]).map(fill),
    jump: comparedCase.jump === undefined ? undefined : fill(comparedCase.jump),
    env: {
      ...process.env,
      SSH_AUTH_SOCK: agent ?? '',
      ...Object.fromEntries(Object.entries(comparedCase.env ?? {}).map(([key, value]) => [key, fill(value)])),
    },
    answers: answers && fillAnswers(answers, fill),
    lingers: comparedCase.lingers ?? false,
  });
  const sessions = await Promise.all(
    watched.map(async ({ each, sshd, since }) => {
      await sessionsEnded(sshd);
      return [each, readServerLog(sshd.log().slice(since), (key) => setup.ring.nameOf(key))] as const;
    }),
  );
  const { outcome, asked, said } = clientRun;
  const knownHosts = await readKnownHosts(dir);
  if (comparedCase.finds !== undefined) {
    await run('ssh-keygen', ['-F', fill(comparedCase.finds), '-f', folder.file(`${name}/known_hosts`)]);
  }
  return { verdict: { outcome, asked, sessions: Object.fromEntries(sessions), knownHosts }, said };
}

async function layOut(
  comparedCase: ComparedCase,
  setup: ComparisonSetup,
  folder: TempDir,
  name: string,
  fill: (text: string) => string,
): Promise<void> {
  const { config = '', files = {}, hashed = false } = comparedCase;
  await folder.write(`${name}/ssh_config`, fill(`${config}\n${commonConfig(comparedCase)}`));
  const knownHosts = comparedCase.knownHosts ?? allKnown(setup.servers);
  const path = await folder.write(`${name}/known_hosts`, fill(knownHosts));
  if (hashed) {
    await run('ssh-keygen', ['-q', '-H', '-f', path]);
  }
  for (const [file, content] of Object.entries(files)) {
    const { text, mode } = typeof content === 'string' ? { text: content, mode: 0o600 } : content;
    await folder.write(`${name}/${fill(file)}`, fill(text), mode);
  }
}

function commonConfig({ config = '', agent }: ComparedCase): string {
  const lines = [
    'HostName 127.0.0.1',
    'Port {port}',
    'User {me}',
    ...(/IdentityFile/i.test(config) ? [] : ['IdentityFile {keys}/own']),
    ...(agent ? [] : ['IdentityAgent none']),
    'UserKnownHostsFile {dir}/known_hosts',
    'GlobalKnownHostsFile none',
    'StrictHostKeyChecking yes',
  ];
  return ['Host *', ...lines.map((line) => `  ${line}`), ''].join('\n');
}

function fillAnswers(
  answers: NonNullable<ComparedCase['answers']>,
  fill: (text: string) => string,
): NonNullable<ComparedCase['answers']> {
  return Object.fromEntries(Object.entries(answers).map(([kind, texts]) => [kind, texts.map(fill)]));
}

/** The salts of hashed names differ. */
async function readKnownHosts(dir: string): Promise<Record<string, string>> {
  const names = (await readdir(dir)).filter((name) => name.startsWith('known_hosts')).sort();
  const texts = await Promise.all(names.map((name) => readFile(`${dir}/${name}`, 'utf8')));
  return Object.fromEntries(
    names
      .map((name, index) => [name, (texts[index] ?? '').replaceAll(/\|1\|\S+\|\S+/g, '|1|…|…')] as const)
      .filter(([name]) => !name.endsWith('.old')),
  );
}

/** Then its log is complete: what a process wrote into the pipe is read in the next turns of the event loop. */
async function sessionsEnded(sshd: Sshd): Promise<void> {
  const deadline = performance.now() + longWaitMs;
  while (sshd.sessionPids().length > 0 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  await new Promise((resolve) => setTimeout(resolve, 4));
}

interface Agent extends AsyncDisposable {
  readonly socket: string;
}

async function startAgent(keys: readonly string[], folder: TempDir, setup: ComparisonSetup): Promise<Agent> {
  const socket = folder.file('agent');
  const child = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  // It reports its address once it listens.
  await once(child.stdout, 'data');
  const paths = keys.map((key) => fillIn(`{keys}/${key}`, setup.words(setup.first)));
  if (paths.length > 0) {
    await run('ssh-add', ['-q', ...paths], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
  }
  return {
    socket,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
