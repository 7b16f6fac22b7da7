// What our probes of a remote port leave in the log of a server that forbids them: sshd writes a line for each.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { messageOf } from '../support/errorWords';
import { startSshd } from '../support/sshd';
import type { Sshd, SshdOptions } from '../support/sshd';
import { exchange, target } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { reservePort } from '../support/reservedPorts';

describe('a remote port of a server that permits some targets only', () => {
  let daemon: TestDaemon;
  let echo: TargetServer;
  before(async () => {
    [daemon, echo] = await Promise.all([testDaemon(), target((socket) => socket.pipe(socket))]);
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    await echo[Symbol.asyncDispose]();
  });

  async function serverAndWindow(
    options: SshdOptions,
  ): Promise<{ sshd: Sshd; window: TestWindow } & AsyncDisposable> {
    const sshd = await startSshd(options);
    const window = await TestWindow.open(daemon, sshd);
    return {
      sshd,
      window,
      async [Symbol.asyncDispose]() {
        window.disconnect();
        await sshd.stop();
      },
    };
  }
  const denials = (sshd: Sshd): number => sshd.log().match(/but the request was denied/g)?.length ?? 0;
  const answers = async (port: number): Promise<boolean> =>
    (await exchange(port, 'hello')).received.toString() === 'hello';

  it('is opened without a line in its log, if "permitopen" on the key forbids the probes', async () => {
    await using setup = await serverAndWindow({ keyOptions: 'permitopen="127.0.0.1:9"' });
    const { sshd, window } = setup;
    await window.bringUp({
      host: 'test-sshd',
      remoteForward: `${await reservePort()}:127.0.0.1:${echo.port}`,
    });
    assert.ok(await answers(window.port()));
    assert.equal(denials(sshd), 0);
  });

  it('that is in use is reported without a line in its log, if "permitopen" on the key forbids the probes', async () => {
    await using setup = await serverAndWindow({ keyOptions: 'permitopen="127.0.0.1:9"' });
    const { sshd, window } = setup;
    await using holder = await target(() => undefined);
    await window.bringUp({
      host: 'test-sshd',
      remoteForward: `127.0.0.1:${holder.port}:127.0.0.1:${echo.port}`,
    });
    const [forward] = window.forwards();
    assert.ok(forward?.status === 'failed', JSON.stringify(forward));
    assert.match(messageOf(forward.error), /it is in use there, or not an address of that machine/);
    assert.equal(denials(sshd), 0);
  });

  it('is probed once, and not again after a reconnect, if PermitOpen of the server forbids the probes', async () => {
    await using setup = await serverAndWindow({ config: ['PermitOpen 127.0.0.1:9'] });
    const { sshd, window } = setup;
    await window.bringUp({
      host: 'test-sshd',
      remoteForward: `${await reservePort()}:127.0.0.1:${echo.port}`,
    });
    assert.ok(await answers(window.port()));
    // One for each address of the loopback.
    const lines = denials(sshd);
    assert.equal(lines, 2);
    sshd.dropSessions();
    await window.until(() => window.state().status !== 'up', 'down');
    await window.until(() => window.forwards()[0]?.status === 'listening', 'listening again');
    assert.ok(await answers(window.port()));
    assert.equal(denials(sshd), lines);
  });
});
