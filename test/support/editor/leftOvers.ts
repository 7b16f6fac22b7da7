// Finds processes that a run has left behind: those with its runtime folder in their environment or command line.
// Read from /proc; without it, nothing is found.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface LeftOver {
  readonly pid: number;
  readonly command: string;
}

type MayStay = (command: string) => boolean;

/** Long: a busy machine takes time to end a process. */
const momentMs = 15_000;

function leftOverProcesses(runtimeDir: string, mayStay: MayStay): readonly LeftOver[] {
  if (!existsSync('/proc/self/environ')) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => leftOver(Number(pid), runtimeDir, mayStay) ?? []);
}

/** The process, if it is one. */
function leftOver(pid: number, runtimeDir: string, mayStay: MayStay): LeftOver | undefined {
  if (pid === process.pid) return undefined;
  const commandLine = procStrings(pid, 'cmdline');
  if (![...procStrings(pid, 'environ'), ...commandLine].some((text) => text.includes(runtimeDir))) {
    return undefined;
  }
  const command = commandLine.join(' ');
  return mayStay(command) ? undefined : { pid, command };
}

/**
 * Ends what doesn't exit within a moment; returns what had to be ended.
 * @param mayStay decides by the command line
 */
export async function endLeftOvers(
  runtimeDir: string,
  mayStay: MayStay = () => false,
): Promise<readonly LeftOver[]> {
  if (await noneLeft(runtimeDir, mayStay)) return [];
  const found = leftOverProcesses(runtimeDir, mayStay);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const { pid } of leftOverProcesses(runtimeDir, mayStay)) trySignal(pid, signal);
    if (await noneLeft(runtimeDir, mayStay)) break;
  }
  return found;
}

async function noneLeft(runtimeDir: string, mayStay: MayStay): Promise<boolean> {
  const deadline = Date.now() + momentMs;
  for (;;) {
    const left = leftOverProcesses(runtimeDir, mayStay);
    if (left.length === 0) return true;
    // Only these, because a look at all processes of a machine takes long.
    while (left.some(({ pid }) => leftOver(pid, runtimeDir, mayStay) !== undefined)) {
      if (Date.now() > deadline) return false;
      await delay(50);
    }
  }
}

/** A process that has exited, or is another user's, has none; neither has a zombie. */
function procStrings(pid: number, file: 'environ' | 'cmdline'): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has exited.
  }
}
