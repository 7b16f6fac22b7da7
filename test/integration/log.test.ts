// The daemon's log: what a window gets at each level, for which tunnel, and what the daemon writes to its file.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { endpointFolder } from '../../src/tunnels/daemon/endpoint/endpointFile';
import type { LogLine, LogThresholds } from '../../src/tunnels/daemon/protocol/protocol';
import { freePort } from '../support/freePort';
import { exchange } from '../support/targetAndClient';
import { TestWindow } from '../support/testWindow';
import { useTunnelFixture } from '../support/tunnelFixture';

describe("the daemon's log", () => {
  const fixture = useTunnelFixture();
  let window: TestWindow;

  beforeEach(async () => {
    window = await TestWindow.open(fixture.daemon, fixture.sshd, 'log reader');
  });
  afterEach(async () => {
    await window.lease();
    window.disconnect();
  });

  function ask(thresholds: Partial<LogThresholds>): Promise<void> {
    return window.client.setLogThresholds({ all: 'info', tunnels: {}, ...thresholds });
  }

  function toEcho(more: object = {}): object {
    return { host: 'test-sshd', localForward: `0:127.0.0.1:${fixture.echo.port}`, ...more };
  }

  function logFile(): Promise<string> {
    return readFile(join(endpointFolder(fixture.daemon.env), 'daemon.log'), 'utf8');
  }

  /** Waits for a line of this level about user:t. */
  async function untilLogged(level: LogLine['level'], pattern: RegExp): Promise<void> {
    await window.until(
      () =>
        window.logLines.some(
          (line) => line.level === level && line.tunnel === 'user:t' && pattern.test(line.text),
        ),
      `a line of level ${level} about user:t like ${String(pattern)}`,
    );
  }

  it('tells at debug what `ssh -v` tells, and each line names its tunnel', async () => {
    const remotePort = await freePort();
    await ask({ all: 'debug' });
    await window.bringUp(toEcho({ remoteForward: `${remotePort}:127.0.0.1:${fixture.echo.port}` }));
    const { port, knownHosts } = fixture.sshd;
    const address = `127\\.0\\.0\\.1:${port}`;
    for (const line of [
      `resolves the host to \\w+@${address} \\(\\d+ ms\\)`,
      `^127\\.0\\.0\\.1 resolves to 127\\.0\\.0\\.1 \\(\\d+ ms\\)`,
      `^Connecting to ${address}`,
      `^TCP connection to ${address} established \\(\\d+ ms\\)`,
      '^Server version: SSH-2\\.0-OpenSSH_',
      '^Key exchange sntrup761x25519-sha512.* \\(post-quantum\\), host key ssh-ed25519; to the server: cipher aes128-gcm@openssh\\.com, MAC implicit, compression none',
      '^Key exchange finished \\(\\d+ ms\\)',
      '^Server host key: ssh-ed25519 SHA256:',
      `^Host key of \\[127\\.0\\.0\\.1\\]:${port} found in ${knownHosts}:1$`,
      '^Keys to offer: client \\(ssh-ed25519 SHA256:',
      'methods that the server accepts: .*publickey',
      'offering client SHA256:',
      'the server accepts client$',
      'the login succeeded with publickey \\(client\\)',
      ': key exchange and login took \\d+ ms',
      '^local forward 0: listening on 127\\.0\\.0\\.1:\\d+',
      `^remote forward ${remotePort}: requesting ${remotePort} on the server`,
      `^remote forward ${remotePort}: the server listens on localhost:${remotePort}`,
      '^Forwards opened in \\d+ ms; connected in \\d+ ms',
    ]) {
      await untilLogged('debug', new RegExp(line));
    }
    await untilLogged('info', /^Connected to /);
    const nameless = window.logLines.filter(({ level, tunnel }) => level === 'debug' && tunnel === undefined);
    assert.deepEqual(nameless, []);
  });

  it('tells at trace about each forwarded connection and the lists of the key exchange', async () => {
    await ask({ all: 'trace' });
    await window.bringUp(toEcho());
    assert.equal((await exchange(window.port(), 'hello')).received.toString(), 'hello');
    await untilLogged('trace', /^KEX method: this machine offers .*curve25519.*; the server offers .*curve/);
    await untilLogged('trace', /^local forward 0: connection 1 opened from 127\.0\.0\.1:\d+/);
    await untilLogged('trace', /^local forward 0: the server connected to 127\.0\.0\.1:\d+ \(\d+ ms\)/);
    await untilLogged('trace', /^local forward 0: connection 1 closed \(\d+ ms\)/);
  });

  it('sends nothing below info to a window that does not ask for it, and writes none to its file', async () => {
    await window.bringUp(toEcho());
    await untilLogged('info', /^Connected to /);
    assert.deepEqual(
      window.logLines.filter(({ level }) => level === 'debug' || level === 'trace'),
      [],
    );
    const own = (await logFile()).split('\n').filter((line) => line.includes('[user:t]'));
    assert.ok(own.some((line) => line.includes(' info [user:t] Connected to ')));
  });

  it('sends more about one tunnel alone, and nothing about tunnels of other windows', async () => {
    await ask({ tunnels: { 'user:b': 'debug' } });
    const other = await TestWindow.open(fixture.daemon, fixture.sshd, 'other window');
    try {
      await window.lease({ id: 'user:a', tunnel: toEcho() }, { id: 'user:b', tunnel: toEcho() });
      await other.lease({ id: 'user:c', tunnel: toEcho({ serverAliveInterval: 7 }) });
      await window.untilStatus('up', 'user:a');
      await window.untilStatus('up', 'user:b');
      await other.untilStatus('up', 'user:c');
      const debug = window.logLines.filter(({ level }) => level === 'debug');
      assert.deepEqual([...new Set(debug.map(({ tunnel }) => tunnel))], ['user:b']);
      const named = new Set(window.logLines.map(({ tunnel }) => tunnel));
      assert.ok(named.has('user:a') && !named.has('user:c'), [...named].join());
    } finally {
      await other.lease();
      other.disconnect();
    }
  });

  it('has a failure that stays as an error with its code, and one that is retried as a warning', async () => {
    await window.lease({
      id: 'user:t',
      tunnel: toEcho(),
      settings: { userKnownHostsFile: '/dev/null', strictHostKeyChecking: 'yes' },
    });
    await window.untilStatus('failed');
    await untilLogged('error', /^HostKeyUnknown: /);
    const closed = await freePort();
    await window.lease({ id: 'user:t', tunnel: { host: `ssh://127.0.0.1:${closed}` } });
    await window.untilStatus('waiting');
    await untilLogged('warning', /^ConnectionRefused: /);
    await untilLogged('info', /^Reconnecting in \d+ ms, attempt 2$/);
  });
});
