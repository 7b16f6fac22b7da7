// A child process is ended together with all that it has started; on every system.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { ProcessGroup, leadsGroup } from '../../../../src/tunnels/util/system/processGroup';
import { eventually } from '../../../support/eventually';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

describe('a process group', () => {
  let dir: TempDir;
  let script: string;

  beforeEach(async () => {
    dir = await tempDir('pg-');
    // Writes its number, and does not end by itself, not even when its input ends.
    script = await dir.write(
      'program.js',
      `require('node:fs').writeFileSync(process.argv[2], String(process.pid));
      if (process.argv[3]) require('node:child_process').spawn(process.execPath, [__filename, process.argv[3]], { stdio: 'inherit' });
      setInterval(() => undefined, 1000);`,
    );
  });
  afterEach(() => dir.remove());

  async function pidIn(name: string): Promise<number> {
    let pid = 0;
    await eventually(`${name} was started`, async () => {
      pid = Number(await readFile(dir.file(name), 'utf8').catch(() => '0'));
      return pid > 0;
    });
    return pid;
  }

  const options = { ...leadsGroup, stdio: ['pipe', 'pipe', 'pipe'] } satisfies SpawnOptions;

  /** As a ProxyCommand: in a shell, without `exec`. */
  function inShell(after: string): ChildProcess {
    const program = `"${process.execPath}" "${script}" "${dir.file('child')}" "${dir.file('grandchild')}"`;
    return spawn(`${program}${after}`, { ...options, shell: true });
  }

  it('ends with the program in its shell, and with what that has started', async () => {
    const group = new ProcessGroup(inShell(''));
    const pids = [await pidIn('child'), await pidIn('grandchild')];
    await group.end(0);
    await eventually('both have ended', () => !pids.some(runs));
  });

  it('ends with what its shell has left behind, if that has its output open', async () => {
    const isWindows = process.platform === 'win32';
    const child = isWindows
      ? spawn(process.execPath, ['-e', leaveBehind(script, dir)], options)
      : inShell(' &');
    const group = new ProcessGroup(child);
    await once(child, 'exit');
    const pids = [await pidIn('child'), await pidIn('grandchild')];
    assert.ok(pids.every(runs));
    await group.end(0);
    await eventually('both have ended', () => !pids.some(runs));
  });
});

/** As `start /b` of cmd.exe, which Wine lets wait. */
function leaveBehind(script: string, dir: TempDir): string {
  const args = JSON.stringify([script, dir.file('child'), dir.file('grandchild')]);
  return `require('node:child_process').spawn(process.execPath, ${args}, { stdio: 'inherit', detached: true }).unref();`;
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
