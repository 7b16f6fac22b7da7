// The processes of Windows and what started them, to find what a program that may have ended has left behind. Windows has
// no process groups, and Node has no access to its job objects.
import { join } from 'node:path';
import { outputOf, windowsProgram } from './programOutput';

export interface WindowsProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** Milliseconds since 1970; undefined: not known. */
  readonly startedAt: number | undefined;
}

/** A process that was started by us: its number may be another's by now. */
export interface KnownProcess {
  readonly pid: number;
  readonly startedAt: number;
  /** undefined: it still runs. */
  readonly endedAt: number | undefined;
}

/** PowerShell starts slowly on a busy machine. */
const timeoutMs = 30_000;
/** Two clocks: ours, and the one that stamps processes. */
const clockDifferenceMs = 1000;

const listProcesses =
  "Get-CimInstance Win32_Process | ForEach-Object { '{0} {1} {2}' -f $_.ParentProcessId, $_.ProcessId, " +
  "$(if ($_.CreationDate) { $_.CreationDate.ToUniversalTime().ToString('o') }) }";

/** All processes; empty if they can't be found out. Never rejects. */
export async function readWindowsProcesses(): Promise<WindowsProcess[]> {
  const powershell = windowsProgram(join('WindowsPowerShell', 'v1.0', 'powershell.exe'));
  const options = ['-NoProfile', '-NonInteractive', '-Command', listProcesses];
  const found = parseProcesses((await outputOf(powershell, options, timeoutMs)) ?? '');
  if (found.length > 0) {
    return found;
  }
  // Where PowerShell is missing or forbidden. Windows 11 has no WMIC any longer.
  const wmic = windowsProgram(join('wbem', 'wmic.exe'));
  return parseProcesses(
    (await outputOf(wmic, ['process', 'get', 'ParentProcessId,ProcessId'], timeoutMs)) ?? '',
  );
}

/** Lines with the parent's number, the number, and when it was started. WMIC writes UTF-16. */
export function parseProcesses(output: string): WindowsProcess[] {
  return output
    .replaceAll('\0', '')
    .split(/[\r\n]+/)
    .flatMap((line) => {
      const [, parentPid, pid, started] = /^\s*(\d+)\s+(\d+)\s*(\S*)\s*$/.exec(line) ?? [];
      const startedAt = Date.parse(started ?? '');
      return pid === undefined
        ? []
        : [
            {
              pid: Number(pid),
              parentPid: Number(parentPid),
              startedAt: Number.isNaN(startedAt) ? undefined : startedAt,
            },
          ];
    });
}

/**
 * What a process has started, and what that has started. Windows gives numbers to other processes again: what was not
 * started while its parent ran isn't its child.
 */
export function descendantsOf(known: KnownProcess, all: readonly WindowsProcess[]): WindowsProcess[] {
  const from = known.startedAt - clockDifferenceMs;
  const until = (known.endedAt ?? Infinity) + clockDifferenceMs;
  const found = all.filter(
    ({ pid, parentPid, startedAt }) =>
      parentPid === known.pid &&
      pid !== known.pid &&
      (startedAt === undefined || (startedAt >= from && startedAt <= until)),
  );
  const others = all.filter((each) => !found.includes(each));
  return found.flatMap((child) => {
    const startedAt = child.startedAt ?? known.startedAt;
    return [child, ...descendantsOf({ pid: child.pid, startedAt, endedAt: undefined }, others)];
  });
}
