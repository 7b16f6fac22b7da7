// ProxyCommand: the program that carries the connection, its output, its end, and what it must never be given.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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
    await start(`ProxyCommand sh -c 'echo "%n %r %% $HOME" >&2; exec ${netcat} %h %p'`);
    assert.ok(
      window.log.some((line) => line.includes(`ProxyCommand of far: far ${sshd.user} % /`)),
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

  it('that hangs is ended by the time-out', async () => {
    const { error } = await failure(`ProxyCommand sleep 3600 # ${dir.path}`, 'ConnectTimeout 1');
    assert.equal(error.code, 'ConnectTimeout');
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
