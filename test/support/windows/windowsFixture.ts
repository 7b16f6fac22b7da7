// The usual parts of a test on Windows: a daemon, a window, an sshd on Linux, and a target that echoes. They exist from
// the first test of a describe to its last.
import { after, before } from 'mocha';
import { target } from '../targetAndClient';
import type { TargetServer } from '../targetAndClient';
import { TestWindow, testDaemon } from '../testWindow';
import type { TestDaemon } from '../testWindow';
import { startLinuxSshd } from './linux';
import type { LinuxSshd } from './linux';

export interface WindowsFixture {
  readonly daemon: TestDaemon;
  readonly sshd: LinuxSshd;
  readonly window: TestWindow;
  readonly echo: TargetServer;
}

/** Its properties may only be read inside tests. */
export function useWindowsFixture(): WindowsFixture {
  const fixture = {} as { -readonly [Part in keyof WindowsFixture]: WindowsFixture[Part] };
  before(async () => {
    [fixture.daemon, fixture.sshd, fixture.echo] = await Promise.all([
      testDaemon(),
      startLinuxSshd(),
      target((socket) => socket.pipe(socket)),
    ]);
    fixture.window = await TestWindow.open(fixture.daemon, fixture.sshd);
  });
  after(async () => {
    // The daemon may have ended meanwhile, if its tunnels were stopped.
    await fixture.window.lease().catch(() => undefined);
    fixture.window.disconnect();
    await fixture.echo[Symbol.asyncDispose]();
    await fixture.daemon[Symbol.asyncDispose]();
    await fixture.sshd[Symbol.asyncDispose]();
  });
  return fixture;
}
