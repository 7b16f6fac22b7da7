// Where an ordinary user may listen: ports below 1024, here and on the server, and Unix sockets.
import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { TunnelError } from '../../src/tunnels/errors/errors';
import { keepsPrivilegedPorts } from '../support/privilegedPorts';
import { ssh } from '../support/openssh';
import { useTunnelFixture } from '../support/tunnelFixture';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { needsTemporaryUser, rootsOwn } from './ranByRoot';
import { messageOf, nextStepOf } from '../support/errorWords';

const to = '127.0.0.1:80';

describe('listening as an ordinary user:', () => {
  const fixture = useTunnelFixture();
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir('l-');
  });
  afterEach(async () => {
    await fixture.window.client.stop('user:t');
    await fixture.window.lease();
    await dir.remove();
  });

  /** Why the only forward of a running tunnel doesn't listen. */
  async function refusal(tunnel: object): Promise<TunnelError> {
    await fixture.window.bringUp({ host: 'test-sshd', ...tunnel });
    const [forward] = fixture.window.forwards();
    assert.ok(forward?.status === 'failed', JSON.stringify(forward));
    return forward.error;
  }

  /** Sends text to a socket and returns the answer. */
  function echoed(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      let heard = '';
      socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
      socket.on('error', reject).on('end', () => resolve(heard));
      socket.end('there and back');
    });
  }

  for (const [kind, tunnel] of [
    ['local', { localForward: `443:${to}` }],
    ['dynamic', { dynamicForward: 443 }],
  ] as const) {
    it(`a ${kind} forward can't use a port below 1024, if the system reserves those`, async () => {
      if (keepsPrivilegedPorts()) {
        const error = await refusal(tunnel);
        assert.equal(error.code, 'PortPermissionDenied');
        assert.match(`${messageOf(error)} ${nextStepOf(error)}`, /443.*1024/);
      } else {
        await fixture.window.bringUp({ host: 'test-sshd', ...tunnel });
        assert.equal(fixture.window.port(), 443);
      }
    });
  }

  it("a remote forward can't use a port below 1024 of the server", async () => {
    const error = await refusal({ remoteForward: `127.0.0.1:443:${to}` });
    assert.equal(error.code, 'RemoteListenRefused');
    assert.match(`${messageOf(error)} ${nextStepOf(error)}`, /443.*1024/);
    const args = ['-F', fixture.sshd.configFile, '-N', '-o', 'ExitOnForwardFailure=yes'];
    const theirs = await ssh([...args, '-R', `443:${to}`, 'test-sshd']);
    assert.match(theirs.stderr, /remote port forwarding failed for listen port 443/);
  });

  it('a local Unix socket is private to its user, whatever the umask is', async () => {
    const path = dir.file('d.sock');
    await fixture.window.bringUp({
      host: 'test-sshd',
      localForward: `${path}:127.0.0.1:${fixture.echo.port}`,
    });
    assert.equal(((await stat(path)).mode & 0o777).toString(8), '600');
    assert.equal(await echoed(path), 'there and back');
  });

  it('a remote Unix socket is private to its user', async () => {
    const path = dir.file('r.sock');
    await fixture.window.bringUp({
      host: 'test-sshd',
      remoteForward: `${path}:127.0.0.1:${fixture.echo.port}`,
    });
    assert.equal(((await stat(path)).mode & 0o777).toString(8), '600');
    assert.equal(await echoed(path), 'there and back');
  });

  for (const [where, mode] of [
    ['without write permission', 0o500],
    ['without search permission', 0o600],
  ] as const) {
    it(`a Unix socket in a folder ${where} fails for lack of permission`, async () => {
      const folder = dir.file('locked/within');
      await mkdir(folder, { recursive: true });
      await chmod(mode === 0o500 ? folder : dir.file('locked'), mode);
      const path = `${folder}/d.sock`;
      const error = await refusal({ localForward: `${path}:${to}` });
      await chmod(dir.file('locked'), 0o700);
      await chmod(folder, 0o700);
      assert.equal(error.code, 'PortPermissionDenied', messageOf(error));
      assert.ok(messageOf(error).includes(path), messageOf(error));
    });
  }

  describe("beside root's sockets", () => {
    needsTemporaryUser();

    it('a socket without access counts as in use, and stays', async () => {
      const path = rootsOwn('root.sock');
      const before = await lstat(path);
      const error = await refusal({ localForward: `${path}:${to}` });
      assert.equal(error.code, 'AddressInUse');
      assert.equal((await lstat(path)).ino, before.ino);
    });
  });
});
