// Waits for what a program has written before it ended.
import type { ChildProcess } from 'node:child_process';

/**
 * Calls back once nothing more has come for a while since the program's end. A process that it has left behind may keep
 * its output open, so the end of that is not waited for. A timer alone isn't enough: on a busy machine it is due before
 * the output was read, and a part of it would be taken for the whole.
 * @param quietMs milliseconds
 * @returns ends the wait
 */
export function afterRestOfOutput(child: ChildProcess, quietMs: number, done: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  let turn: NodeJS.Immediate | undefined;
  let isNew = false;
  const onData = (): void => {
    isNew = true;
  };
  const streams = [child.stdout, child.stderr];
  const wait = (): void => {
    isNew = false;
    timer = setTimeout(() => {
      // What has arrived meanwhile is read between the timers and this (libuv's design overview, "The I/O loop").
      turn = setImmediate(() => (isNew ? wait() : finish()));
    }, quietMs);
  };
  const end = (): void => {
    clearTimeout(timer);
    clearImmediate(turn);
    streams.forEach((stream) => stream?.off('data', onData));
  };
  const finish = (): void => {
    end();
    done();
  };
  streams.forEach((stream) => stream?.on('data', onData));
  wait();
  return end;
}
