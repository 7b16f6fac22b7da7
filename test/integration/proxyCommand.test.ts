// ProxyCommand: the program that carries the connection, its output, its end, and what it must never be given.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { target, exchange } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { messageOf } from '../support/errorWords';

/** Connects its standard streams to a port, like netcat, which not every machine has. */
const pipe = `
const socket = require('node:net').connect(Number(process.argv[3]), process.argv[2]);
process.stderr.write('going to ' + process.argv[2] + '\\n');
process.stdin.pipe(socket).pipe(process.stdout);
socket.on('error', (error) => { process.stderr.write(error.message + '\\n'); process.exit(3); });
`;

describe('a ProxyCommand', () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let greeter: TargetServer;
  let dir: TempDir;
  let window: TestWindow;
  let netcat: string;

  before(async () => {
    [daemon, sshd, dir] = await Promise.all([testDaemon(), startSshd(), tempDir('proxy-')]);
    greeter = await target((socket) => socket.end('welcome'));
    netcat = `${process.execPath} ${await dir.write('pipe.cjs', pipe)}`;
  });
  after(async () => {
    await greeter[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
    await dir.remove();
  });
  beforeEach(async () => {
    window = await TestWindow.open(daemon, sshd);
  });
  afterEach(async () => {
    await window.lease();
    window.disconnect();
  });

  /** Starts a tunnel to the alias `far` with this in its block. */
  async function start(...block: readonly string[]): Promise<void> {
    const lines = [...block, `HostName 127.0.0.1`, `Port ${sshd.port}`].map((line) => `  ${line}\n`).join('');
    const base = await readFile(sshd.configFile, 'utf8');
    const sshConfigFile = await dir.write(
      'config',
      `Host far\n${lines}\n${base.replace(/^Host .*$/m, 'Host *')}`,
    );
    const tunnel = { host: 'far', localForward: `0:127.0.0.1:${greeter.port}` };
    await window.lease({ id: 'user:t', tunnel, want: false, settings: { sshConfigFile } });
    await window.client.start('user:t');
  }

  async function failure(...block: readonly string[]): Promise<TunnelFailure> {
    const error: unknown = await start(...block).catch((reason: unknown) => reason);
    assert.ok(error instanceof TunnelFailure, String(error));
    return error;
  }

  function running(): string {
    return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes(dir.path) && !line.startsWith('ps '))
      .join('\n');
  }

  it('carries the connection, logs its stderr, and ends with the tunnel', async () => {
    await start(`ProxyCommand ${netcat} %h %p`);
    assert.equal((await exchange(window.port())).received.toString(), 'welcome');
    assert.ok(
      window.log.some((line) => line.includes('ProxyCommand of far: going to 127.0.0.1')),
      window.log.join('\n'),
    );
    assert.notEqual(running(), '');
    await window.client.stop('user:t');
    await eventually('it has ended', () => running() === '');
    assert.equal(running(), '');
  });

  it('runs in a shell', async () => {
    await start(`ProxyCommand sh -c 'echo "%n %k %r %% $HOME" >&2; exec ${netcat} %h %p'`);
    assert.ok(
      window.log.some((line) => line.includes(`ProxyCommand of far: far far ${sshd.user} % /`)),
      window.log.join('\n'),
    );
  });

  it('that fails is reported with its exit code and output', async () => {
    const { error } = await failure(`ProxyCommand sh -c 'echo no way through >&2; exit 7'`);
    assert.equal(error.code, 'ProxyFailed');
    assert.match(messageOf(error), /exit code 7\): no way through/);
    assert.equal(window.state().status, 'waiting');
  });

  it("that doesn't exist is reported in the shell's words", async () => {
    const { error } = await failure('ProxyCommand no-such-program %h');
    assert.equal(error.code, 'ProxyFailed');
    assert.match(messageOf(error), /exit code 127\): .*no-such-program.*not found/);
  });

  it('that hangs is ended by ConnectTimeout, and the error has its output', async () => {
    const { error } = await failure(
      `ProxyCommand sh -c 'echo sign in please >&2; sleep 3600 # ${dir.path}'`,
      'ConnectTimeout 1',
    );
    assert.equal(error.code, 'ConnectTimeout');
    assert.match(messageOf(error), /ProxyCommand for far got no answer from an SSH server within 1 s/);
    assert.equal(error.detail, 'sign in please');
    await eventually('it has ended', () => running() === '');
  });

  it('that wants a person is waited for, and its output is in the state', async () => {
    const marker = dir.file('signed-in');
    const page = `https://login.example.org/?state=${'x'.repeat(400)}`;
    const wait = `until [ -e ${marker} ]; do sleep 0.05; done`;
    const say = `{ echo Open this page:; echo; echo "${page}"; } >&2`;
    const starting = start(`ProxyCommand sh -c '${say}; ${wait}; exec ${netcat} %h %p'`);
    await eventually('the state has its output', () => JSON.stringify(window.state()).includes(page));
    const state = window.state();
    assert.ok(state.status === 'connecting' && state.phase === 'tcp', JSON.stringify(state));
    assert.deepEqual(state.proxyCommand, ['Open this page:', page]);
    assert.ok(window.log.some((line) => line.includes(`ProxyCommand of far: ${page}`)));
    await writeFile(marker, '');
    await starting;
    assert.equal(window.state().status, 'up');
  });

  it('ends at a stop with the processes that it has started, though they ignore SIGHUP', async () => {
    const stubborn = await dir.write('stubborn.sh', `trap '' HUP\ntouch "$1"\nwhile :; do sleep 1; done\n`);
    const started = dir.file('started');
    const starting = start(`ProxyCommand sh -c 'sh ${stubborn} ${started} & sleep 3600 # ${dir.path}'`);
    starting.catch(() => undefined);
    await eventually('it runs', () => existsSync(started));
    assert.match(running(), /stubborn/);
    await window.client.stop('user:t');
    // Not later: when the stop is over, nothing is left.
    assert.equal(running(), '');
  });

  it('that fails is reported though a process that it started keeps its standard error open', async () => {
    const { error } = await failure(`ProxyCommand sh -c 'sleep 3600 >/dev/null & echo gone >&2; exit 4'`);
    assert.match(messageOf(error), /exit code 4\): gone/);
  });

  it('that closes its output and goes on has ended the connection, as for ssh', async () => {
    const { error } = await failure(`ProxyCommand sh -c 'exec >&-; sleep 3600 # ${dir.path}'`);
    assert.match(messageOf(error), /The ProxyCommand for far closed the connection/);
    await eventually('it has ended', () => running() === '');
  });

  it('that reports an error on several lines is quoted with all of them in the detail', async () => {
    const { error } = await failure(`ProxyCommand sh -c 'echo "no token ä" >&2; echo closed. >&2; exit 255'`);
    assert.match(messageOf(error), /exit code 255\): closed\.$/);
    assert.equal(error.detail, 'no token ä\nclosed.');
  });

  it('that dies ends the connection, and the tunnel reconnects', async () => {
    await start(`ProxyCommand ${netcat} %h %p`);
    execFileSync('pkill', ['-f', `${dir.path}/pipe.cjs`]);
    await window.untilStatus('waiting');
    await window.untilStatus('up');
    assert.equal((await exchange(window.port())).received.toString(), 'welcome');
  });

  it("isn't run with a user name that contains shell characters", async () => {
    const marker = `${dir.path}/pwned`;
    await writeFile(marker, 'no');
    const { error } = await failure(`ProxyCommand ${netcat} %h %p %r`, `User "a$(echo>${marker})"`);
    assert.equal(error.code, 'InvalidDefinition');
    assert.equal(await readFile(marker, 'utf8'), 'no');
  });

  it("isn't run with an unknown token, as by ssh", async () => {
    const { error } = await failure(`ProxyCommand ${netcat} %h %p %z`);
    assert.equal(error.code, 'InvalidDefinition');
    assert.match(messageOf(error), /%z/);
  });
});
