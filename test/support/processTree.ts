// The processes below a process, from /proc or, without it, from ps. Synchronous, so that it also works at exit.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Children, their children and so on; without the process itself. */
export function descendants(pid: number): readonly number[] {
  const childrenOf = existsSync(`/proc/self/task/${process.pid}/children`) ? childrenFromProc : fromPs();
  const found: number[] = [];
  for (let level = [pid]; level.length > 0;) {
    level = level.flatMap(childrenOf);
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

/** proc(5): the list may lack one while another exits, so only two equal ones in a row count. */
function childrenFromProc(pid: number): readonly number[] {
  for (let last = childrenOnce(pid); ;) {
    const now = childrenOnce(pid);
    if (now === last) {
      return now.split(' ').filter(Boolean).map(Number);
    }
    last = now;
  }
}

/** Each thread has the children that it has started. */
function childrenOnce(pid: number): string {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.map((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')).join('');
  } catch {
    return ''; // It exited meanwhile.
  }
}

function fromPs(): (pid: number) => readonly number[] {
  const rows = execFileSync('ps', ['-axo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const parents = rows.map((row) => row.trim().split(/\s+/).map(Number));
  return (pid) => parents.flatMap(([child = -1, parent]) => (parent === pid ? [child] : []));
}
