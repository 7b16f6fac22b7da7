// Programs that a run under Wine has left behind. A detached one is in no process group and below no parent of ours, but
// has the environment of the first.
import { readFileSync, readdirSync } from 'node:fs';

/** The variable that marks the programs of a run. */
export const runVariable = 'SSH_TUNNELS_WINDOWS_RUN';

/** Without Wine's own services, which live on for a while and serve later runs. @returns command lines by process id */
export function leftProcesses(run: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const command = readProc(pid, 'cmdline').trim();
    if (!/\b(node|ssh|cmd)\.exe/i.test(command)) continue;
    if (readProc(pid, 'environ').includes(`${runVariable}=${run} `)) found.set(Number(pid), command);
  }
  return found;
}

function readProc(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
