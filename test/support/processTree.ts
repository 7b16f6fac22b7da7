// The processes below a process, from /proc or, without it, from ps. Synchronous, so that it also works at exit.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Children, their children and so on; without the process itself. */
export function descendants(pid: number): readonly number[] {
  const parents = existsSync('/proc/self/status') ? parentsFromProc() : parentsFromPs();
  const found: number[] = [];
  for (let level = [pid]; level.length > 0;) {
    const above = level;
    level = parents.filter(([, parent]) => above.includes(parent)).map(([child]) => child);
    found.push(...level);
  }
  return found;
}

/** Kills them at once; those that have exited already don't matter. */
export function killAll(pids: readonly number[], signal: 'SIGKILL' | 'SIGSTOP' = 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has exited.
    }
  }
}

type ProcessAndParent = readonly [pid: number, parent: number];

function parentsFromProc(): readonly ProcessAndParent[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentFromProc(name)]);
}

function parentFromProc(name: string): number {
  try {
    const status = readFileSync(`/proc/${name}/status`, 'latin1');
    return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1] ?? -1);
  } catch {
    return -1; // It exited meanwhile.
  }
}

function parentsFromPs(): readonly ProcessAndParent[] {
  const rows = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return rows.map((row) => {
    const [pid = -1, parent = -1] = row.trim().split(/\s+/).map(Number);
    return [pid, parent];
  });
}
