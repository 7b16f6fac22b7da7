// The usual parts of a tunnel test: a daemon, a window, an sshd, and a target that echoes. They exist from the first
// test of a describe to its last.
import { after, before } from 'mocha';
import { TestWindow, testDaemon } from './testWindow';
import type { TestDaemon } from './testWindow';
import { target } from './targetAndClient';
import type { TargetServer } from './targetAndClient';
import { startSshd } from './sshd';
import type { Sshd, SshdOptions } from './sshd';
import { isolateFromHome } from './sshdSetup';

export interface TunnelFixture {
  readonly daemon: TestDaemon;
  readonly sshd: Sshd;
  readonly window: TestWindow;
  readonly echo: TargetServer;
}

/** Its properties may only be read inside tests. */
export function useTunnelFixture(options?: SshdOptions): TunnelFixture {
  const fixture = {} as { -readonly [Part in keyof TunnelFixture]: TunnelFixture[Part] };
  before(async () => {
    [fixture.daemon, fixture.sshd, fixture.echo] = await Promise.all([
      testDaemon(),
      startSshd(options),
      target((socket) => socket.pipe(socket)),
    ]);
    await isolateFromHome(fixture.sshd);
    fixture.window = await TestWindow.open(fixture.daemon, fixture.sshd);
  });
  after(async () => {
    await fixture.window.lease();
    fixture.window.disconnect();
    await fixture.echo[Symbol.asyncDispose]();
    await fixture.daemon[Symbol.asyncDispose]();
    await fixture.sshd.stop();
  });
  return fixture;
}
