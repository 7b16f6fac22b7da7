// Remote forwards: what the server listens on for this machine, in every form that ssh -R has.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { HostWindow, hostPlace } from '../support/hostWindow';
import type { HostPlace } from '../support/hostWindow';
import { target, visit } from '../support/peers';
import type { TargetServer } from '../support/peers';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

describe('a remote forward', () => {
  let place: HostPlace;
  let sshd: Sshd;
  let window: HostWindow;
  let echo: TargetServer;
  before(async () => {
    [place, sshd] = await Promise.all([hostPlace(), startSshd()]);
    window = await HostWindow.open(place, sshd);
    echo = await target((socket) => socket.pipe(socket));
  });
  after(async () => {
    window.vanish();
    await echo[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
    await sshd.stop();
  });
  it('leads a port of the server to a target here', async () => {
    await window.bringUp({ host: 'test-sshd', remoteForward: `0:127.0.0.1:${echo.port}` });
    const got = await visit(window.port(), 'hello');
    assert.equal(got.received.toString(), 'hello');
  });
  it('wide', async () => {
    await window.bringUp({ host: 'test-sshd', remoteForward: `*:0:127.0.0.1:${echo.port}` });
    const got = await visit(window.port(), 'hello');
    assert.equal(got.received.toString(), 'hello');
  });
  it('sockets', async () => {
    await window.bringUp({
      host: 'test-sshd',
      remoteForward: `${sshd.dir}/r.sock:127.0.0.1:${echo.port}`,
      localForward: `${sshd.dir}/l.sock:${sshd.dir}/r.sock`,
    });
    const socket = connect(`${sshd.dir}/l.sock`);
    socket.end('hi');
    let text = '';
    for await (const data of socket) text += String(data);
    assert.equal(text, 'hi');
    await window.lease();
  });
});
