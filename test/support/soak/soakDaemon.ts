// The daemon of a soak and what it holds: measured from outside, and reported by the probe loaded into it.
import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEndpointFile } from '../../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../../src/tunnels/daemon/endpoint/endpointFolder';
import { daemonScript } from '../testWindow';
import type { TestDaemon } from '../testWindow';
import { spawnGroup } from '../processGroup.mjs';
import type { ProcessGroup } from '../processGroup.mjs';
import { descendants } from '../processTree';
import { cpuSeconds, residentMib } from '../processUsage';

const mebibyte = 1024 * 1024;
const startTries = 250;

export interface DaemonUsage {
  /** Open files by kind: sockets, pipes … */
  readonly files: Readonly<Record<string, number>>;
  readonly threads: number;
  readonly children: number;
  /** What keeps Node alive, by kind: timers, sockets, servers … */
  readonly resources: Readonly<Record<string, number>>;
  /** MiB of memory after a garbage collection. */
  readonly residentMib: number;
  /** The part of it for objects, buffers and compiled code; the code keeps growing for a while. */
  readonly heapMib: number;
}

interface Told {
  readonly memory: NodeJS.MemoryUsage;
  readonly resources: Readonly<Record<string, number>>;
}

export class SoakDaemon implements AsyncDisposable {
  readonly pid: number;
  readonly #group: ProcessGroup;
  readonly #daemon: TestDaemon;

  private constructor(group: ProcessGroup, daemon: TestDaemon) {
    this.#group = group;
    this.#daemon = daemon;
    this.pid = group.pid;
  }

  /** For the windows of this test daemon; a window that found none would start one without the probe. */
  static async start(daemon: TestDaemon): Promise<SoakDaemon> {
    const { PATH, HOME } = process.env;
    const { XDG_RUNTIME_DIR } = daemon.env;
    const probe = resolve('test/support/soak/daemonProbe.mjs');
    const group = spawnGroup(process.execPath, ['--expose-gc', '--import', probe, daemonScript], {
      env: { PATH, HOME, XDG_RUNTIME_DIR },
      cwd: homedir(),
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    for (let tries = 0; (await readEndpointFile(endpointFolder(daemon.env))) === undefined; tries++) {
      if (tries === startTries) {
        throw new Error('the daemon does not start');
      }
      await sleep(20);
    }
    return new SoakDaemon(group, daemon);
  }

  async usage(): Promise<DaemonUsage> {
    const answer = once(this.#group.child, 'message') as Promise<[Told]>;
    this.#group.child.send('report');
    const [{ memory, resources }] = await answer;
    return {
      files: openFiles(this.pid),
      threads: readdirSync(`/proc/${this.pid}/task`).length,
      children: descendants(this.pid).length,
      resources,
      residentMib: residentMib(this.pid),
      heapMib: (memory.heapUsed + memory.external) / mebibyte,
    };
  }

  /** Its CPU seconds within so many seconds. */
  async busy(seconds: number): Promise<number> {
    const before = cpuSeconds(this.pid);
    await sleep(seconds * 1000);
    return cpuSeconds(this.pid) - before;
  }

  /** What it has logged, as far as the log goes back. */
  async log(): Promise<readonly string[]> {
    const folder = endpointFolder(this.#daemon.env);
    // The older file first.
    const names = (await readdir(folder))
      .filter((name) => name.startsWith('daemon.log'))
      .sort()
      .reverse();
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    return texts.join('').split('\n');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#group.end();
  }
}

function openFiles(pid: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    const kind = kindOf(`/proc/${pid}/fd/${fd}`);
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

function kindOf(link: string): string {
  try {
    return readlinkSync(link).replace(/:?\[\d+\]$/, '');
  } catch {
    return 'closed meanwhile';
  }
}
