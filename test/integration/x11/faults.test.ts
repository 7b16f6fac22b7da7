// Why an X11 program can't show its windows: each cause has its own error, against real servers and displays.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import type { TunnelErrorCode } from '../../../src/tunnels/errors/errors';
import { TunnelFailure } from '../../../src/tunnels/errors/errors';
import { tempDir } from '../../support/tempDir';
import { x11Fixture } from '../../support/x11Fixture';
import type { X11FixtureOptions } from '../../support/x11Fixture';
import { messageOf, nextStepOf } from '../../support/errorWords';

interface Fault {
  readonly fault: string;
  readonly fixture?: X11FixtureOptions;
  readonly program?: string | object;
  readonly code: TunnelErrorCode;
  /** The sentence and the next step. */
  readonly words: RegExp;
}

const faults: readonly Fault[] = [
  {
    fault: 'X11Forwarding no',
    fixture: { config: ['X11Forwarding no'] },
    code: 'X11Disabled',
    words: /^127\.0\.0\.1 does not forward X11, .*X11Forwarding yes/,
  },
  {
    fault: 'no-X11-forwarding on the key',
    fixture: { keyOptions: 'no-X11-forwarding' },
    code: 'X11Disabled',
    words: /for the key that you sign in with.*no-X11-forwarding/,
  },
  {
    fault: 'restrict on the key',
    fixture: { keyOptions: 'restrict,port-forwarding' },
    code: 'X11Disabled',
    words: /for the key that you sign in with.*restrict/,
  },
  {
    fault: 'no xauth on the server',
    fixture: { config: ['XAuthLocation /nonexistent/xauth'] },
    code: 'XauthMissing',
    words: /^127\.0\.0\.1 has no xauth.*Install xauth there/,
  },
  {
    fault: 'no xauth on this machine',
    fixture: { clientConfig: ['XAuthLocation /nonexistent/xauth'] },
    code: 'XauthMissing',
    words: /^This machine has no \/nonexistent\/xauth.*Install xauth here/,
  },
  {
    fault: 'no DISPLAY',
    fixture: { env: { DISPLAY: '' } },
    code: 'NoDisplay',
    words: /DISPLAY is not set.*start an X server/,
  },
  {
    fault: 'a DISPLAY that nothing listens on',
    fixture: { env: { DISPLAY: ':4711' } },
    code: 'NoDisplay',
    words: /^No X server answers at ":4711"/,
  },
  {
    fault: 'an invalid DISPLAY',
    fixture: { env: { DISPLAY: 'nonsense' } },
    code: 'NoDisplay',
    words: /^DISPLAY is "nonsense", which is not a valid display name/,
  },
  {
    fault: 'a display that refuses the connection',
    fixture: { env: { XAUTHORITY: '/nonexistent/authority' } },
    code: 'DisplayRefused',
    words: /rejects the programs of this machine.*xauth list/,
  },
  {
    fault: 'a display without the SECURITY extension',
    fixture: { x: { args: ['-noreset', '-extension', 'SECURITY'] } },
    code: 'DisplayRefused',
    words: /does not support untrusted programs.*"nested".*"trusted"/,
  },
  {
    fault: "a program that doesn't exist",
    program: 'no-such-program --flag',
    code: 'ProgramNotFound',
    words: /^127\.0\.0\.1 can't find or run "no-such-program"/,
  },
  {
    fault: 'a program without execute permission',
    program: '/etc/passwd',
    code: 'ProgramNotFound',
    words: /can't find or run "/,
  },
  {
    fault: 'a program that ends at once',
    program: 'echo bad luck >&2; exit 3',
    code: 'ProgramFailed',
    words: /ended at once on 127\.0\.0\.1, with exit code 3, and showed no window/,
  },
  {
    fault: 'a program that is killed at once',
    program: 'kill -SEGV $$',
    code: 'ProgramFailed',
    words: /by signal SEGV, and showed no window/,
  },
  {
    fault: 'no more sessions allowed (MaxSessions)',
    fixture: { config: ['MaxSessions 0'] },
    code: 'ServerBusy',
    words: /it allows no more sessions.*MaxSessions/,
  },
  {
    fault: 'no Xephyr on this machine',
    fixture: { env: { PATH: '/nonexistent' } },
    program: { command: 'xclock', nested: '640x480' },
    code: 'NoDisplay',
    words: /neither Xephyr nor Xnest.*xserver-xephyr/,
  },
];

describe("showing an X11 program's windows", () => {
  for (const { fault, fixture: options = {}, program = 'xclock', code, words } of faults) {
    it(`fails with the reason: ${fault}`, async () => {
      await using fixture = await x11Fixture(options);
      await fixture.lease({ Clock: program }, { dynamicForward: 0 });
      await assert.rejects(fixture.window.run('Clock'), (error: unknown) => {
        assert.ok(error instanceof TunnelFailure, String(error));
        assert.equal(error.code, code);
        assert.match(`${error.message} ${nextStepOf(error.error)}`, words);
        return true;
      });
      const state = fixture.window.program('Clock');
      assert.ok(state.status === 'failed' && state.error.code === code, JSON.stringify(state));
      // Nothing of it remains, and the tunnel's forwards work on.
      assert.deepEqual(await fixture.keyFolders(), []);
      assert.equal(await fixture.keysThere(), '');
      if (!/display|DISPLAY|on this machine/.test(fault)) {
        assert.equal(fixture.window.state().status, 'up');
      }
    });
  }

  it("fails with the program's own output as the detail", async () => {
    await using fixture = await x11Fixture();
    await fixture.lease({ Clock: 'echo bad luck >&2; exit 3' });
    await assert.rejects(fixture.window.run('Clock'), (error: unknown) => {
      return error instanceof TunnelFailure && error.error.detail === 'bad luck';
    });
  });

  it('fails when the display is closed', async () => {
    await using fixture = await x11Fixture();
    await fixture.lease({ Clock: 'xclock' }, { dynamicForward: 0 });
    await fixture.window.run('Clock');
    // It may notice the end of an X server that has not accepted it yet before anything else does.
    await fixture.x.untilWindow(/^xclock$/);
    await fixture.x.stop();
    await fixture.window.until(() => fixture.window.program('Clock').status === 'failed', 'failed');
    const state = fixture.window.program('Clock');
    assert.ok(state.status === 'failed' && /its display ":\d+" was closed/.test(messageOf(state.error)));
    assert.equal(fixture.window.state().status, 'up');
  });

  it('works on an X server that forgets its keys with its last client', async () => {
    await using fixture = await x11Fixture({ x: { args: [] } });
    await fixture.lease({ Clock: 'xclock' });
    for (let time = 0; time < 2; time++) {
      await fixture.window.run('Clock');
      await fixture.x.untilWindow(/^xclock$/);
      await fixture.window.client.stopProgram('user:t', 'Clock');
    }
  });

  it('works with a new key after ForwardX11Timeout without use', async () => {
    await using folder = await tempDir();
    const calls = folder.file('calls');
    const script = `#!/bin/sh\ncase "$*" in *generate*) echo "$@" >> ${calls};; esac\nexec xauth "$@"\n`;
    const xauth = await folder.write('xauth', script, 0o700);
    await using fixture = await x11Fixture({
      clientConfig: ['ForwardX11Timeout 4', `XAuthLocation ${xauth}`],
    });
    const look = 'xdpyinfo >/dev/null || exit 9';
    await fixture.lease({ Late: `${look}; ${look}; sleep 4.5; ${look}` });
    await fixture.window.run('Late');
    await fixture.window.until(() => fixture.window.program('Late').status === 'ended', 'ended');
    const state = fixture.window.program('Late');
    assert.deepEqual(state.status === 'ended' && state.exit, { code: 0 });
    assert.equal((await readFile(calls, 'utf8')).trim().split('\n').length, 2);
  });
});
