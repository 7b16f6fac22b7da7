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
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      [...procStrings(pid, 'environ'), ...procStrings(pid, 'cmdline')].some(mentions(runtimeDir)),
    )
    .map((pid) => ({ pid: Number(pid), command: procStrings(pid, 'cmdline').join(' ') }))
    .filter(({ command }) => !mayStay(command));
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
  while (leftOverProcesses(runtimeDir, mayStay).length > 0) {
    if (Date.now() > deadline) return false;
    await delay(50);
  }
  return true;
}

function mentions(runtimeDir: string): (text: string) => boolean {
  return (text) => text.includes(runtimeDir);
}

/** A process that has exited, or is another user's, has none; neither has a zombie. */
function procStrings(pid: string, file: 'environ' | 'cmdline'): readonly string[] {
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
