// A program that the user chose runs as it was chosen, or not at all. The manager and the questions are stand-ins: what
// is tested is the order between a change of the settings and the user's answers.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { ConsentPrompt } from '../../../../src/extension/consent/consentPrompt';
import type { ProgramTrust } from '../../../../src/extension/consent/programTrust';
import type { InteractiveStart } from '../../../../src/extension/tunnels/interactiveStart';
import type { TunnelManager } from '../../../../src/extension/tunnels/tunnelManager';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import type { TunnelEntry, X11Program } from '../../../../src/tunnels/config/definition';
import { consentNeeded } from '../../../../src/tunnels/errors/consent';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { withFakeVscode } from '../../../support/fakeVscode';

function entry(command: string): TunnelEntry {
  const parsed = parseTunnel('clock', { host: 'laptop', x11Programs: { Clock: command } }, 'user');
  assert.ok('entry' in parsed);
  return parsed.entry;
}

function clock({ definition }: TunnelEntry): X11Program {
  const [program] = definition.x11Programs;
  assert.ok(program);
  return program;
}

describe('running a program of a project', () => {
  let Start: typeof InteractiveStart;
  before(async () => {
    ({ InteractiveStart: Start } = await withFakeVscode(
      () => import('../../../../src/extension/tunnels/interactiveStart'),
    ));
  });

  /** The settings change while the user is asked for consent, which then is about the new settings. */
  async function runAcrossConsent(
    chosen: X11Program,
    isTyped: boolean,
    after: TunnelEntry,
    whileTrusting?: TunnelEntry,
  ): Promise<readonly string[]> {
    const ran: string[] = [];
    let now = entry('xclock');
    let isAllowed = false;
    const manager = {
      desiredState: {
        find: () => undefined,
        get: () => ({ id: 'workspace:clock', name: 'clock', entry: now }),
      },
      tunnels: [],
      onDidChange: () => ({ dispose: () => undefined }),
      refresh: () => undefined,
      runProgram: (_id: string, { command }: X11Program) => {
        if (!isAllowed) {
          throw new TunnelFailure(consentNeeded('clock', 'new'));
        }
        ran.push(command);
        return Promise.resolve();
      },
    } as unknown as TunnelManager;
    const consent = {
      ask: () => {
        [now, isAllowed] = [after, true];
        return Promise.resolve(true);
      },
    } as unknown as ConsentPrompt;
    const trust = {
      allows: () => {
        now = whileTrusting ?? now;
        return Promise.resolve(true);
      },
    } as unknown as ProgramTrust;
    const start = new Start(manager, consent, trust, () => Promise.resolve(true));
    await start.runProgram('workspace:clock', { program: chosen, isTyped });
    return ran;
  }

  it('runs what was chosen and allowed', async () => {
    assert.deepEqual(await runAcrossConsent(clock(entry('xclock')), false, entry('xclock')), ['xclock']);
  });

  it('runs nothing if the consent was about another command than the chosen one', async () => {
    const run = runAcrossConsent(clock(entry('xclock')), false, entry('xeyes'));
    await assert.rejects(run, {
      message: /"Clock" or its tunnel has changed in the settings .* Nothing was run\.$/,
    });
  });

  it('runs a command that the user has typed, which the settings never have', async () => {
    const typed = { name: 'xterm', command: 'xterm', trusted: false };
    assert.deepEqual(await runAcrossConsent(typed, true, entry('xeyes')), ['xterm']);
  });

  it('runs nothing if the tunnel leads elsewhere by the time the user has trusted the program', async () => {
    const typed = { name: 'xterm', command: 'xterm', trusted: true };
    const parsed = parseTunnel('clock', { host: 'evil', x11Programs: { Clock: 'xclock' } }, 'project');
    assert.ok('entry' in parsed);
    await assert.rejects(runAcrossConsent(typed, true, entry('xclock'), parsed.entry), /Nothing was run/);
  });
});
