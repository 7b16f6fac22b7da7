// Finds processes that a run has left behind: they have its runtime folder in their environment or command line.
// Read from /proc; where there is none, nothing is found.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export interface LeftOver {
  readonly pid: number;
  readonly command: string;
}

const momentMs = 3000;

function leftOverProcesses(runtimeDir: string): readonly LeftOver[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      [...procStrings(pid, 'environ'), ...procStrings(pid, 'cmdline')].some(mentions(runtimeDir)),
    )
    .map((pid) => ({ pid: Number(pid), command: procStrings(pid, 'cmdline').join(' ') }));
}

/** Ends what doesn't end by itself in a moment; it returns what there was to end. */
export async function endLeftOvers(runtimeDir: string): Promise<readonly LeftOver[]> {
  if (await noneLeft(runtimeDir)) return [];
  const found = leftOverProcesses(runtimeDir);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const { pid } of leftOverProcesses(runtimeDir)) trySignal(pid, signal);
    if (await noneLeft(runtimeDir)) break;
  }
  return found;
}

async function noneLeft(runtimeDir: string): Promise<boolean> {
  const deadline = Date.now() + momentMs;
  while (leftOverProcesses(runtimeDir).length > 0) {
    if (Date.now() > deadline) return false;
    await delay(50);
  }
  return true;
}

function mentions(runtimeDir: string): (text: string) => boolean {
  return (text) => text.includes(runtimeDir);
}

/** A process that ended meanwhile, or is another user's, has none; neither has a zombie. */
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
    // It has ended by itself.
  }
}
