// A socket on the server that somebody else has taken over, as `StreamLocalBindUnlink yes` allows: it is not ours to
// remove.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { describe, it } from 'mocha';
import { nextStepOf } from '../support/errorWords';
import { eventually } from '../support/eventually';
import { target } from '../support/targetAndClient';
import { useTunnelFixture } from '../support/tunnelFixture';

const sftp = 'Subsystem sftp internal-sftp';

describe("a tunnel's socket on the server", () => {
  const fixture = useTunnelFixture({ config: [sftp, 'StreamLocalBindUnlink yes'] });

  function bringUp(path: string): Promise<void> {
    return fixture.window.bringUp({
      host: 'test-sshd',
      remoteForward: `${path}:127.0.0.1:${fixture.echo.port}`,
    });
  }

  /** A colleague with OpenSSH's client. */
  async function takeOver(path: string): Promise<AsyncDisposable> {
    const theirs = await target((socket) => socket.end('theirs'));
    const child = spawn(
      'ssh',
      [
        ...['-F', fixture.sshd.configFile, '-N', '-o', 'ExitOnForwardFailure=yes'],
        ...['-R', `${path}:127.0.0.1:${theirs.port}`, 'test-sshd'],
      ],
      { stdio: 'ignore' },
    );
    // sshd removes the old socket, binds, and then listens: in between, the path is missing or refuses.
    const isTheirs = async (): Promise<boolean> => (await answerAt(path).catch(() => '')) === 'theirs';
    await eventually('the colleague has the path', isTheirs);
    return {
      async [Symbol.asyncDispose]() {
        if (child.exitCode === null) {
          const exited = new Promise((resolve) => child.once('exit', resolve));
          child.kill();
          await exited;
        }
        await theirs[Symbol.asyncDispose]();
      },
    };
  }

  it('is removed by Stop', async () => {
    const path = `${fixture.sshd.dir}/own.sock`;
    await bringUp(path);
    assert.equal(await answerAt(path), 'hi');
    await fixture.window.client.stop('user:t');
    assert.equal(existsSync(path), false);
  });

  it('is not removed by Stop after another session has taken it over', async () => {
    const path = `${fixture.sshd.dir}/theirs.sock`;
    await bringUp(path);
    await using colleague = await takeOver(path);
    await fixture.window.client.stop('user:t');
    assert.equal(await answerAt(path), 'theirs');
    void colleague;
  });

  it('is not removed by Stop when the one that took it over is dead, too', async () => {
    const path = `${fixture.sshd.dir}/left.sock`;
    await bringUp(path);
    await nextSecond();
    await (await takeOver(path))[Symbol.asyncDispose]();
    assert.ok(existsSync(path));
    await fixture.window.client.stop('user:t');
    assert.ok(existsSync(path), "somebody else's socket was removed");
    await rm(path);
  });

  it('is not removed by Stop when a program of the server has taken it over', async () => {
    const path = `${fixture.sshd.dir}/program.sock`;
    await bringUp(path);
    await rm(path);
    const program = createServer((socket) => socket.end('program'));
    await new Promise<void>((resolve) => program.listen(path, resolve));
    await fixture.window.client.stop('user:t');
    assert.equal(await answerAt(path), 'program');
    program.close();
  });

  it('is made again by Start where another session has taken it over, as ssh does', async () => {
    const path = `${fixture.sshd.dir}/back.sock`;
    await bringUp(path);
    await using colleague = await takeOver(path);
    await fixture.window.client.stop('user:t');
    await fixture.window.client.start('user:t');
    assert.equal(await answerAt(path), 'hi');
    await fixture.window.client.stop('user:t');
    assert.equal(existsSync(path), false);
    void colleague;
  });
});

describe("a tunnel's socket on the server after a lost connection", () => {
  const fixture = useTunnelFixture({ config: [sftp] });

  it('is replaced only if it is still the same one', async () => {
    const path = `${fixture.sshd.dir}/lost.sock`;
    await fixture.window.bringUp({
      host: 'test-sshd',
      remoteForward: `${path}:127.0.0.1:${fixture.echo.port}`,
    });
    await nextSecond();
    await rm(path);
    await leaveDeadSocket(path);
    fixture.sshd.dropSessions();
    await fixture.window.until(() => fixture.window.state().status !== 'up', 'down');
    await fixture.window.untilStatus('up');
    await fixture.window.until(() => fixture.window.forwards()[0]?.status === 'failed', 'refused');
    const [forward] = fixture.window.forwards();
    assert.ok(forward?.status === 'failed');
    assert.match(nextStepOf(forward.error), /StreamLocalBindUnlink yes/);
    assert.ok(existsSync(path), "somebody else's socket was removed");
    await rm(path);
    await fixture.window.until(() => fixture.window.forwards()[0]?.status === 'listening', 'listening');
    assert.equal(await answerAt(path), 'hi');
  });
});

describe("a tunnel's socket on a server where the key has a forced command", () => {
  const fixture = useTunnelFixture({
    config: [sftp],
    keyOptions: 'command="true"',
  });

  it('stays after Stop, and the command is not run', async () => {
    const path = `${fixture.sshd.dir}/forced.sock`;
    await fixture.window.bringUp({
      host: 'test-sshd',
      remoteForward: `${path}:127.0.0.1:${fixture.echo.port}`,
    });
    assert.equal(await answerAt(path), 'hi');
    await fixture.window.client.stop('user:t');
    assert.doesNotMatch(fixture.sshd.log(), /Starting session/);
    assert.ok(existsSync(path));
  });
});

/** A socket's age is known to the second. */
async function nextSecond(): Promise<void> {
  const second = Math.floor(Date.now() / 1000);
  await eventually('the next second', () => Math.floor(Date.now() / 1000) > second);
}

async function answerAt(path: string): Promise<string> {
  const socket = connect(path).end('hi');
  return Buffer.concat((await socket.toArray()) as Buffer[]).toString();
}

/** As a killed program leaves it. */
async function leaveDeadSocket(path: string): Promise<void> {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', script]), 'exit');
}
