import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'mocha';
import type { LogLine } from '../../../../src/tunnels/daemon/protocol/protocol';
import { LogRouter } from '../../../../src/tunnels/daemon/server/logRouter';
import type { LogReader } from '../../../../src/tunnels/daemon/server/logRouter';
import { isShown } from '../../../../src/tunnels/util/log';
import type { LogLevel } from '../../../../src/tunnels/util/log';

describe("the router of the daemon's log lines", () => {
  let file: LogLine[];
  let clock: number;

  /** Stands in for a connected window. */
  class Reader implements LogReader {
    readonly lines: LogLine[] = [];
    readonly #threshold: LogLevel;

    constructor(threshold: LogLevel) {
      this.#threshold = threshold;
    }

    wantsLog(level: LogLevel): boolean {
      return isShown(level, this.#threshold);
    }

    log(line: LogLine): void {
      this.lines.push(line);
    }
  }

  beforeEach(() => {
    file = [];
    clock = 0;
  });

  function routerFor(...readers: readonly LogReader[]): LogRouter {
    return new LogRouter({ write: (line) => void file.push(line) }, readers, () => clock);
  }

  it('sends a line to the windows that want its level, each with its own id of the tunnel', () => {
    const [quiet, curious] = [new Reader('info'), new Reader('debug')];
    const log = routerFor(quiet, curious).ofTunnel('t', () => [
      { reader: quiet, tunnel: 'user:a' },
      { reader: curious, tunnel: 'workspace:a' },
    ]);
    log.debug('a step');
    log.info('up');
    assert.deepEqual(quiet.lines, [{ level: 'info', text: 'up', tunnel: 'user:a' }]);
    assert.deepEqual(curious.lines, [
      { level: 'debug', text: 'a step', tunnel: 'workspace:a' },
      { level: 'info', text: 'up', tunnel: 'workspace:a' },
    ]);
  });

  it('writes info and above to the file, debug only while a window reads that, and trace never', () => {
    const [quiet, tracing] = [new Reader('info'), new Reader('trace')];
    for (const reader of [quiet, tracing]) {
      const log = routerFor(reader).ofTunnel('t', () => [{ reader, tunnel: 'user:t' }]);
      log.trace('a connection');
      log.debug('a step');
      log.info('up');
      log.warn('lost');
    }
    assert.deepEqual(
      file.map(({ level }) => level),
      ['info', 'warning', 'debug', 'info', 'warning'],
    );
  });

  it('cuts off a flood of lines, tells how many are missing, and never withholds an error', () => {
    const reader = new Reader('trace');
    const log = routerFor(reader).ofTunnel('t', () => [{ reader, tunnel: 'user:t' }]);
    for (let n = 0; n < 100_000; n++) {
      log.trace('x'.repeat(10_000));
    }
    log.error('HostKeyChanged: …');
    assert.ok(reader.lines.length < 2100, String(reader.lines.length));
    assert.ok(reader.lines.every(({ text }) => text.length <= 4000));
    assert.deepEqual(
      reader.lines.slice(-3).map(({ text }) => text),
      ['Too many log lines: further ones are left out', '98000 log lines were left out', 'HostKeyChanged: …'],
    );
    log.info('too soon');
    clock += 1000;
    log.info('later');
    assert.equal(reader.lines.at(-1)?.text, 'later');
  });

  it('does not count lines that no window wants', () => {
    const reader = new Reader('info');
    const log = routerFor(reader).ofTunnel('t', () => [{ reader, tunnel: 'user:t' }]);
    for (let n = 0; n < 100_000; n++) {
      log.trace('a connection');
    }
    log.info('up');
    assert.deepEqual(
      reader.lines.map(({ text }) => text),
      ['up'],
    );
  });
});
