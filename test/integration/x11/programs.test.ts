// Programs of a real server whose windows are seen on a real X server here: both trusts, in a window of their own, several
// at a time, and their ends.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { hostPlace, HostWindow } from '../../support/hostWindow';
import type { HostPlace } from '../../support/hostWindow';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';
import { startXServer } from '../../support/xServer';
import type { XServer } from '../../support/xServer';

describe('programs of the server', () => {
  let there: TempDir;
  let sshd: Sshd;
  let x: XServer;
  let place: HostPlace;
  let window: HostWindow;
  before(async () => {
    there = await tempDir('there-');
    // The server's user has an authority file of its own, though here it is the same user.
    sshd = await startSshd({ logLevel: 'DEBUG2', config: ['X11Forwarding yes', `SetEnv XAUTHORITY=${there.file('authority')}`] });
    x = await startXServer();
    place = await hostPlace();
    window = await HostWindow.open(place, sshd, { env: x.env });
  });
  after(async () => {
    window.vanish();
    await place[Symbol.asyncDispose]();
    await x.stop();
    await sshd.stop();
    await there.remove();
  });

  it('show their windows, and end with their tunnel', async () => {
    const x11Programs = { Clock: 'xclock' };
    await window.lease({ id: 'user:t', tunnel: { host: 'test-sshd', x11Programs }, want: false });
    const t0 = performance.now(); const T = (w: string) => console.log(w, Math.round(performance.now() - t0));
    await window.run('Clock'); T('run');
    await x.untilWindow(/^xclock$/);
    assert.ok((await x.colours()) > 1);
    assert.equal(window.program('Clock').status, 'running');
    T('win'); await window.client.stop('user:t'); T('stop'); console.log(sshd.log().split('\n').filter((l) => /signal|SIG|req|close|eof|exit|session/.test(l)).join('\n'));
    await x.untilNoWindow(/xclock/);
    assert.equal(window.program('Clock').status, 'ready');
  });
});
