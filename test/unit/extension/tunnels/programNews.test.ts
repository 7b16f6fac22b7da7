// When a window tells of programs that ended with the connection: once, when it is there again, where they were run.
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import { ProgramNews } from '../../../../src/extension/tunnels/programNews';
import type { ProgramState } from '../../../../src/tunnels/model/programState';
import type { TunnelState } from '../../../../src/tunnels/model/state';
import { cutOff, ended, program, running, stopped, tunnel, up, waiting } from '../../views/snapshots';

describe('ProgramNews', () => {
  let told: string[];
  let ran: string[];
  let answer: boolean;
  let news: ProgramNews;
  const timers = new Set<{ readonly work: () => void }>();
  const wait = (): void => {
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
    told = [];
    ran = [];
    answer = false;
    news = new ProgramNews({
      hasRun: (_id, name) => name !== 'Elsewhere',
      offer: (message) => {
        told.push(message);
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

  it('is told once for all of a tunnel, when that is up again', () => {
    look(up, running(), running());
    look(waiting, cutOff, cutOff);
    assert.deepEqual(told, []);
    look(up, cutOff, cutOff);
    wait();
    look(up, cutOff, cutOff);
    wait();
    assert.deepEqual(told, [
      '"Clock" and "Eyes" ended when the connection to me@staging.example.org was lost.',
    ]);
  });
  it('is not told while the tunnel is down, also where the programs are known to have ended before it', () => {
    look(up, running());
    look(up, cutOff);
    look(waiting, cutOff);
    wait();
    assert.deepEqual(told, []);
    look(up, cutOff);
    wait();
    assert.equal(told.length, 1);
  });
  it('is told again after another loss', () => {
    look(up, cutOff);
    wait();
    look(up, running());
    look(up, { ...cutOff, at: 1 } as ProgramState);
    wait();
    assert.equal(told.length, 2);
  });
  it('runs them again where that is wanted', async () => {
    answer = true;
    look(up, cutOff, cutOff);
    wait();
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(ran, ['workspace:staging/Clock', 'workspace:staging/Eyes']);
  });
  it('is also told where a new daemon knows of nothing any more', () => {
    look(waiting, cutOff);
    look(up, { status: 'ready' });
    wait();
    assert.equal(told.length, 1);
  });
  it('is not told of what ended by itself, or was run again meanwhile', () => {
    look(waiting, cutOff, cutOff);
    look(up, ended({ code: 1 }), running());
    wait();
    assert.deepEqual(told, []);
  });
  it('is not told when the tunnel was stopped meanwhile', () => {
    look(waiting, cutOff);
    look(stopped, cutOff);
    look(up, cutOff);
    wait();
    assert.deepEqual(told, []);
  });
  it('is not told of what was run in another window', () => {
    news.look(tunnel(up, { programs: [program(cutOff, { name: 'Elsewhere' })] }));
    wait();
    assert.deepEqual(told, []);
  });
  it('is not told of a program that has gone from the settings', () => {
    look(waiting, cutOff);
    look(up);
    wait();
    assert.deepEqual(told, []);
  });
});
