// A ControlMaster of ssh that is logged in, where our own login fails: the error names it, and what it says works.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { TunnelDefinition } from '../../src/tunnels/config/definition';
import { explain, TunnelFailure } from '../../src/tunnels/errors/errors';
import type { TunnelError } from '../../src/tunnels/errors/errors';
import { errorOf } from '../../src/tunnels/model/state';
import { english } from '../../src/tunnels/util/l10n';
import { isMasterAlive } from '../../src/tunnels/ssh/transport/controlMaster';
import { detailOf, nextStepOf } from '../support/errorWords';
import { eventually } from '../support/eventually';
import { freePort } from '../support/freePort';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { exchange, target } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { define, TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';

const run = promisify(execFile);

describe('a ControlMaster that is logged in', () => {
  let daemon: TestDaemon;
  let greeter: TargetServer;
  let dir: TempDir;
  let sshd: Sshd;
  let window: TestWindow;
  let controlPath: string;

  before(async () => {
    daemon = await testDaemon();
    greeter = await target((socket) => socket.end('welcome'));
  });
  after(async () => {
    await greeter[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    dir = await tempDir('cm-');
    controlPath = dir.file('%C');
    sshd = await startSshd({ clientConfig: [`ControlPath ${controlPath}`] });
    window = await TestWindow.open(daemon, sshd);
  });
  afterEach(async () => {
    await window.lease();
    window.disconnect();
    await sshd.stop();
    await dir.remove();
  });

  /** Starts a master of the real ssh, and makes the server refuse every further login. */
  async function lastMaster(): Promise<string> {
    const path = await master();
    await writeFile(sshd.authorizedKeys, '');
    return path;
  }

  async function master(): Promise<string> {
    // It ends when the server does. Its streams are closed, or the promise would wait for them.
    spawn('ssh', ['-F', sshd.configFile, '-M', '-N', '-f', 'test-sshd'], { stdio: 'ignore' });
    const { stdout } = await run('ssh', ['-F', sshd.configFile, '-G', 'test-sshd']);
    const path = /^controlpath (.+)$/m.exec(stdout)?.[1] ?? '';
    await eventually('the master is logged in', () => isMasterAlive(path));
    return path;
  }

  async function failure(tunnel: unknown, sshConfigFile = sshd.configFile): Promise<TunnelError> {
    await window.lease({ id: 'user:t', tunnel, want: false, settings: { sshConfigFile } });
    const error: unknown = await window.client.start('user:t').catch((reason: unknown) => reason);
    assert.ok(error instanceof TunnelFailure, String(error));
    return error.error;
  }

  function stepFor(error: TunnelError, { destination, forwards }: TunnelDefinition): string {
    const { steps } = explain(error, { platform: 'linux', destination, forwards }, english);
    return steps[0]?.code ?? '';
  }

  it('is named in the error of a refused login, with a command that opens the forwards', async () => {
    const path = await lastMaster();
    const port = await freePort();
    const tunnel = { host: 'test-sshd', localForward: `${port}:127.0.0.1:${greeter.port}` };
    const error = await failure(tunnel);
    assert.equal(error.code, 'AuthenticationFailed');
    assert.ok(detailOf(error).includes(`ssh is signed in to test-sshd through its ControlMaster at ${path}`));
    assert.match(nextStepOf(error), /ssh -O forward/);
    await window.client.stop('user:t');
    const command = stepFor(error, define(tunnel));
    assert.match(command, /^ssh -S \S+ -O forward -L \S+ test-sshd$/);
    await run('sh', ['-c', command]);
    assert.equal((await exchange(port)).received.toString(), 'welcome');
    assert.equal(sshd.log().split('Accepted publickey').length - 1, 1);
  });

  it('is named where an automatic start needs an answer, which remains the next step', async () => {
    const path = await master();
    await run('ssh-keygen', ['-q', '-p', '-N', 'correct horse', '-f', sshd.clientKey]);
    await window.lease({ id: 'user:t', tunnel: { host: 'test-sshd', dynamicForward: 0 } });
    await window.untilStatus('blocked');
    const error = errorOf(window.state());
    assert.ok(detailOf(error).includes(path));
    assert.doesNotMatch(nextStepOf(error), /ControlMaster/);
  });

  it('of a jump host is named with a ProxyCommand, which goes through it without a login', async () => {
    await lastMaster();
    const behind = await startSshd();
    try {
      const block = (await readFile(sshd.configFile, 'utf8')).replace('Host test-sshd', 'Host jump');
      const far = await readFile(behind.configFile, 'utf8');
      const both = await dir.write('both', `${block}\n${far}`);
      // The path has the same %C, because that is of the address.
      const tunnel = { host: 'test-sshd', proxyJump: 'jump', localForward: `0:127.0.0.1:${greeter.port}` };
      const error = await failure(tunnel, both);
      assert.equal(error.code, 'AuthenticationFailed');
      assert.match(nextStepOf(error), /ProxyCommand ssh -W/);
      const lines = stepFor(error, define(tunnel)).replace('ssh -W', `ssh -F ${both} -W`);
      assert.match(lines, /^Host test-sshd\n {4}ProxyCommand ssh .* jump$/);
      const sshConfigFile = await dir.write('through', `${lines}\n${block}\n${far}`);
      const { host, localForward } = tunnel;
      await window.lease({ id: 'user:t', tunnel: { host, localForward }, settings: { sshConfigFile } });
      await window.untilStatus('up');
      assert.equal((await exchange(window.port())).received.toString(), 'welcome');
      assert.equal(sshd.log().split('Accepted publickey').length - 1, 1);
    } finally {
      await window.lease();
      await behind.stop();
    }
  });

  it('that a ProxyCommand has started outlives the tunnel, as with ssh (ControlPersist)', async () => {
    const behind = await startSshd();
    const block = (await readFile(sshd.configFile, 'utf8')).replace(
      'Host test-sshd\n',
      'Host jump\n  ControlMaster auto\n  ControlPersist 60\n',
    );
    const far = (await readFile(behind.configFile, 'utf8')).replace(
      '\n',
      `\n  ProxyCommand ssh -F ${dir.file('both')} -W %h:%p jump\n`,
    );
    const sshConfigFile = await dir.write('both', `${block}\n${far}`);
    const { stdout } = await run('ssh', ['-F', sshConfigFile, '-G', 'jump']);
    const path = /^controlpath (.+)$/m.exec(stdout)?.[1] ?? '';
    try {
      await window.lease({
        id: 'user:t',
        tunnel: { host: 'test-sshd', dynamicForward: 0 },
        settings: { sshConfigFile },
      });
      await window.untilStatus('up');
      await window.client.stop('user:t');
      assert.equal(await isMasterAlive(path), true);
      await run('ssh', ['-S', path, '-O', 'exit', 'jump']);
    } finally {
      await window.lease();
      await behind.stop();
    }
  });

  it('is not looked for with ControlMaster yes, as by ssh, and not named when it has ended', async () => {
    await lastMaster();
    const config = (await readFile(sshd.configFile, 'utf8')).replace('\n', '\n  ControlMaster yes\n');
    const tunnel = { host: 'test-sshd', dynamicForward: 0 };
    const error = await failure(tunnel, await dir.write('yes', config));
    assert.equal(error.code, 'AuthenticationFailed');
    assert.equal(error.controlMaster, undefined);
    await window.client.stop('user:t');
    await run('ssh', ['-F', sshd.configFile, '-O', 'exit', 'test-sshd']);
    assert.equal((await failure(tunnel)).controlMaster, undefined);
  });

  it('is not asked at a socket that others can use, nor awaited at one that does not answer', async () => {
    const path = await master();
    await chmod(path, 0o660);
    assert.equal(await isMasterAlive(path), false);
    await chmod(path, 0o600);
    assert.equal(await isMasterAlive(path), true);
    assert.equal(await isMasterAlive(sshd.configFile), false);
    // No master is as mute, or as talkative.
    const answers = [undefined, Buffer.alloc(3), Buffer.alloc(1_000_000, 1)];
    for (const [n, answer] of answers.entries()) {
      const mute = createServer((socket) => {
        socket.on('error', () => undefined);
        if (answer) {
          socket.write(answer);
        }
      }).listen(dir.file(`mute${n}`));
      await eventually('it listens', () => mute.listening);
      await chmod(dir.file(`mute${n}`), 0o600);
      assert.equal(await isMasterAlive(dir.file(`mute${n}`)), false);
      mute.close();
    }
  });
});
