// A remote port that the server still holds for a lost connection: distinguished from another program's, and taken
// back.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { it } from 'mocha';
import type { ForwardState } from '../../src/tunnels/model/state';
import { freePort } from '../support/freePort';
import { target, exchange } from '../support/targetAndClient';
import { useTunnelFixture } from '../support/tunnelFixture';
import { messageOf } from '../support/errorWords';

describe('a remote port after a lost connection', () => {
  const fixture = useTunnelFixture();

  function failure(state: ForwardState | undefined): string {
    return state?.status === 'failed' ? messageOf(state.error) : '';
  }

  it('is reported as held by our old session until the server ends that, and then listens again', async () => {
    const port = await freePort();
    await fixture.window.bringUp({
      host: 'test-sshd',
      serverAliveInterval: 1,
      serverAliveCountMax: 1,
      remoteForward: `${port}:127.0.0.1:${fixture.echo.port}`,
    });
    const oldSessions = fixture.sshd.sessionPids();
    oldSessions.forEach((pid) => process.kill(pid, 'SIGSTOP'));
    await fixture.window.until(
      () => failure(fixture.window.forwards()[0]).includes('still uses port'),
      'held',
      15_000,
    );
    assert.equal(fixture.window.state().status, 'up');
    oldSessions.forEach((pid) => process.kill(pid, 'SIGKILL'));
    await fixture.window.until(() => fixture.window.forwards()[0]?.status === 'listening', 'ours again');
    assert.equal((await exchange(port, 'hello')).received.toString(), 'hello');
  });

  it("is reported as another program's when another program has it", async () => {
    const port = await freePort();
    await fixture.window.bringUp({
      host: 'test-sshd',
      remoteForward: `${port}:127.0.0.1:${fixture.echo.port}`,
    });
    await fixture.sshd.halt();
    await fixture.window.until(() => fixture.window.state().status === 'waiting', 'down');
    const otherProgram = await target((socket) => socket.end('220 not yours'), '127.0.0.1', port);
    await fixture.sshd.restart();
    await fixture.window.untilStatus('up');
    await fixture.window.until(
      () => failure(fixture.window.forwards()[0]).includes('another program there'),
      "reported as another program's",
    );
    await otherProgram[Symbol.asyncDispose]();
    await fixture.window.until(() => fixture.window.forwards()[0]?.status === 'listening', 'ours again');
  });

  it("doesn't delay the tunnel when the program that has it hangs", async () => {
    await using otherProgram = await hungProgram();
    const { port } = otherProgram;
    await fixture.window.bringUp({
      host: 'test-sshd',
      localForward: `0:127.0.0.1:${fixture.echo.port}`,
      remoteForward: `127.0.0.1:${port}:127.0.0.1:${fixture.echo.port}`,
    });
    assert.match(failure(fixture.window.forwards()[1]), /could not listen on/);
    assert.equal((await exchange(fixture.window.port(0), 'hello')).received.toString(), 'hello');
  });
});

/** A stopped program with a full connection queue: a client that connects gets no answer at all. */
async function hungProgram(): Promise<AsyncDisposable & { readonly port: number }> {
  const listen = `require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () {
    console.log(this.address().port);
  })`;
  const child = spawn(process.execPath, ['-e', listen], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line.toString());
  child.kill('SIGSTOP');
  const queue = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  return {
    port,
    async [Symbol.asyncDispose]() {
      queue.forEach((socket) => socket.destroy());
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}
