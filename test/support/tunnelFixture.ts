// What most tests of tunnels begin with: a daemon of their own, a window, an sshd, and a target that sends back what
// it gets. There from the first test of a describe to its last.
import { after, before } from 'mocha';
import { TestWindow, testDaemon } from './testWindow';
import type { TestDaemon } from './testWindow';
import { target } from './targetAndClient';
import type { TargetServer } from './targetAndClient';
import { startSshd } from './sshd';
import type { Sshd, SshdOptions } from './sshd';
import { keepHomeOut } from './sshdSetup';

export interface Stage {
  readonly place: TestDaemon;
  readonly sshd: Sshd;
  readonly window: TestWindow;
  readonly echo: TargetServer;
}

/** To be read in the tests, not before. */
export function useStage(options?: SshdOptions): Stage {
  const stage = {} as { -readonly [Part in keyof Stage]: Stage[Part] };
  before(async () => {
    [stage.place, stage.sshd, stage.echo] = await Promise.all([
      testDaemon(),
      startSshd(options),
      target((socket) => socket.pipe(socket)),
    ]);
    await keepHomeOut(stage.sshd);
    stage.window = await TestWindow.open(stage.place, stage.sshd);
  });
  after(async () => {
    await stage.window.lease();
    stage.window.vanish();
    await stage.echo[Symbol.asyncDispose]();
    await stage.place[Symbol.asyncDispose]();
    await stage.sshd.stop();
  });
  return stage;
}
