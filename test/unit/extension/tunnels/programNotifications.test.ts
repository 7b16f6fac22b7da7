// The notification about X11 programs that ended with the connection: once for each loss, when the tunnel is up again,
// in the window that ran them.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { ProgramNews } from '../../../../src/extension/tunnels/programNotifications';
import type { ProgramState } from '../../../../src/tunnels/model/programState';
import type { TunnelState } from '../../../../src/tunnels/model/state';
import { cutOff, ended, program, running, stopped, tunnel, up, waiting } from '../../views/snapshots';

describe('the notification about programs that ended with the connection', () => {
  let shown: string[];
  let ran: string[];
  let answer: boolean;
  let news: ProgramNews;
  const timers = new Set<{ readonly work: () => void }>();
  const runTimers = (): void => {
    for (const timer of [...timers]) {
      timers.delete(timer);
      timer.work();
    }
  };
  const look = (state: TunnelState, ...states: readonly ProgramState[]): void =>
    news.look(
      tunnel(state, {
        programs: states.map((each, n) => program(each, { name: ['Clock', 'Eyes'][n] ?? '' })),
      }),
    );

  beforeEach(() => {
    timers.clear();
    shown = [];
    ran = [];
    answer = false;
    news = new ProgramNews({
      hasRun: (_id, name) => name !== 'Elsewhere',
      offer: (message) => {
        shown.push(message);
        return Promise.resolve(answer);
      },
      run: (id, name) => ran.push(`${id}/${name}`),
      schedule: (work) => {
        const timer = { work };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    });
  });

  it('is shown once for all programs of a tunnel, when that is up again', () => {
    look(up, running(), running());
    look(waiting, cutOff, cutOff);
    assert.deepEqual(shown, []);
    look(up, cutOff, cutOff);
    runTimers();
    look(up, cutOff, cutOff);
    runTimers();
    assert.deepEqual(shown, [
      '"Clock" and "Eyes" ended when the connection to me@staging.example.org was lost.',
    ]);
  });
  it('waits until the tunnel is up again, even if the programs ended before the loss was noticed', () => {
    look(up, running());
    look(up, cutOff);
    look(waiting, cutOff);
    runTimers();
    assert.deepEqual(shown, []);
    look(up, cutOff);
    runTimers();
    assert.equal(shown.length, 1);
  });
  it('is shown again when the connection is lost again', () => {
    look(up, cutOff);
    runTimers();
    look(up, running());
    look(up, { ...cutOff, at: 1 } as ProgramState);
    runTimers();
    assert.equal(shown.length, 2);
  });
  it('runs the programs again when the user chooses so', async () => {
    answer = true;
    look(up, cutOff, cutOff);
    runTimers();
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(ran, ['workspace:staging/Clock', 'workspace:staging/Eyes']);
  });
  it('is also shown when a new daemon does not know the programs', () => {
    look(waiting, cutOff);
    look(up, { status: 'ready' });
    runTimers();
    assert.equal(shown.length, 1);
  });
  it('leaves out programs that ended by themselves or were run again', () => {
    look(waiting, cutOff, cutOff);
    look(up, ended({ code: 1 }), running());
    runTimers();
    assert.deepEqual(shown, []);
  });
  it('is not shown when the tunnel was stopped after the loss', () => {
    look(waiting, cutOff);
    look(stopped, cutOff);
    look(up, cutOff);
    runTimers();
    assert.deepEqual(shown, []);
  });
  it('is not shown for a program that another window ran', () => {
    news.look(tunnel(up, { programs: [program(cutOff, { name: 'Elsewhere' })] }));
    runTimers();
    assert.deepEqual(shown, []);
  });
  it('is not shown for a program that was removed from the settings', () => {
    look(waiting, cutOff);
    look(up);
    runTimers();
    assert.deepEqual(shown, []);
  });
});
