// What a process of Windows has started, from the lists that PowerShell and WMIC print. The samples are what the commands
// of readWindowsProcesses() are documented to print; WMIC's was printed by Wine.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { descendantsOf, parseProcesses } from '../../../../src/tunnels/util/system/windowsProcesses';

const at = (second: number): number => Date.UTC(2026, 0, 1, 12, 0, second);
const row = (parentPid: number, pid: number, second?: number): string =>
  `${parentPid} ${pid} ${second === undefined ? '' : new Date(at(second)).toISOString().replace('Z', '1234Z')}\r\n`;

const pidsBelow = (...args: Parameters<typeof descendantsOf>): number[] =>
  descendantsOf(...args).map(({ pid }) => pid);

describe('the processes of Windows', () => {
  it('are read with their start, where it is known', () => {
    assert.deepEqual(parseProcesses(`0 4 \r\n${row(4, 812, 7)}`), [
      { parentPid: 0, pid: 4, startedAt: undefined },
      { parentPid: 4, pid: 812, startedAt: at(7) },
    ]);
  });

  it('are read from the UTF-16 of WMIC', () => {
    const output = Buffer.from(
      '\uFEFFParentProcessID  ProcessID\r\n40   56   \r\n408  424  \r\n',
      'utf16le',
    ).toString();
    assert.deepEqual(
      parseProcesses(output).map(({ parentPid, pid }) => [parentPid, pid]),
      [
        [40, 56],
        [408, 424],
      ],
    );
  });

  it('below one that was started by us are found at any depth', () => {
    const all = parseProcesses(
      row(1, 10, 0) + row(10, 11, 1) + row(11, 12, 5) + row(12, 13, 9) + row(1, 20, 3),
    );
    assert.deepEqual(pidsBelow({ pid: 10, startedAt: at(0), endedAt: undefined }, all), [11, 12, 13]);
  });

  it('are not taken for children of one that has their parent’s number now, or had it before', () => {
    const known = { pid: 10, startedAt: at(10), endedAt: at(20) };
    const all = parseProcesses(
      row(10, 11, 2) + row(10, 12, 15) + row(10, 13, 40) + row(12, 14, 8) + row(12, 15, 30),
    );
    assert.deepEqual(pidsBelow(known, all), [12, 15]);
  });

  it('that name each other as parents, as after a reuse of numbers, are each found once', () => {
    const all = parseProcesses(row(10, 11) + row(11, 10) + row(10, 10));
    assert.deepEqual(pidsBelow({ pid: 10, startedAt: at(0), endedAt: undefined }, all), [11, 10]);
  });
});
