// Two virtual machines with a cable between them, as Linux network namespaces: a laptop and a server, with addresses
// that can change. Only root can create them. Both see this machine's files, so a Unix socket works on either.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { spawnGroup } from '../processGroup.mjs';
import { tempDir } from '../tempDir';
import type { TempDir } from '../tempDir';

/** The server's name for the laptop. */
export const serverName = 'server.test';
export const addresses = {
  laptop: '10.77.0.2',
  laptopElsewhere: '10.77.1.2',
  server: '10.77.0.1',
  serverElsewhere: '10.77.1.1',
} as const;

export function mayMakeMachines(): boolean {
  try {
    execFileSync('unshare', ['--net', '--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export class Machine implements AsyncDisposable {
  readonly #pid: number;
  readonly #stop: () => Promise<void>;

  private constructor(pid: number, stop: () => Promise<void>) {
    this.#pid = pid;
    this.#stop = stop;
  }

  /** @param hosts the file that is its /etc/hosts */
  static async start(hosts: string): Promise<Machine> {
    const script = `mount --bind '${hosts}' /etc/hosts && ip link set lo up && echo up && exec sleep 3600`;
    const holder = spawnGroup('unshare', ['--net', '--mount', 'sh', '-c', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await Promise.race([
      once(holder.child.stdout!, 'data'),
      holder.exited.then(() => []),
    ])) as Buffer[];
    if (said === undefined) {
      throw new Error('a network namespace can be made by root only');
    }
    return new Machine(holder.pid, () => holder.end());
  }

  get pid(): number {
    return this.#pid;
  }

  /** The prefix of a command line that runs on it. */
  get enter(): readonly [string, ...string[]] {
    return ['nsenter', '-t', String(this.#pid), '-n', '-m', '--'];
  }

  /** For example `ip link set eth0 down`. */
  ip(command: string): void {
    const [program, ...args] = this.enter;
    execFileSync(program, [...args, 'ip', ...command.split(' ')]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop();
  }
}

export class TwoMachines implements AsyncDisposable {
  readonly laptop: Machine;
  readonly server: Machine;
  readonly folder: TempDir;

  private constructor(laptop: Machine, server: Machine, folder: TempDir) {
    this.laptop = laptop;
    this.server = server;
    this.folder = folder;
  }

  /** Connected; the server has both its addresses, the laptop its first, and neither can resolve the other's name. */
  static async start(): Promise<TwoMachines> {
    const folder = await tempDir('m-');
    const hosts = await folder.write('hosts', '127.0.0.1 localhost\n');
    const [laptop, server] = [await Machine.start(hosts), await Machine.start(hosts)];
    const both = new TwoMachines(laptop, server, folder);
    server.ip(`link add eth0 type veth peer name eth0 netns ${laptop.pid}`);
    for (const address of [addresses.server, addresses.serverElsewhere]) {
      server.ip(`addr add ${address}/24 dev eth0`);
    }
    server.ip('link set eth0 up');
    laptop.ip(`addr add ${addresses.laptop}/24 dev eth0`);
    both.plugIn();
    return both;
  }

  /** A wrapper that runs this program on the server, for startSshd(). */
  async onServer(program: string): Promise<string> {
    return this.folder.write(
      'on-server',
      `#!/bin/sh\nexec ${this.server.enter.join(' ')} ${program} "$@"\n`,
      0o700,
    );
  }

  /** The laptop's /etc/hosts: from now on it resolves the server's name to this address; undefined: not any more. */
  async name(address: string | undefined): Promise<void> {
    const server = address === undefined ? '' : `${address} ${serverName}\n`;
    await writeFile(this.folder.file('hosts'), `127.0.0.1 localhost\n${server}`);
  }

  unplug(): void {
    this.laptop.ip('link set eth0 down');
  }

  /** It is routed through the server, like through a router. */
  plugIn(): void {
    this.laptop.ip('link set eth0 up');
    this.laptop.ip(`route replace default via ${addresses.server}`);
  }

  /** The laptop leaves one network and joins another; the cable is plugged in afterwards. */
  switchLaptopNetwork(): void {
    this.laptop.ip(`addr del ${addresses.laptop}/24 dev eth0`);
    this.laptop.ip(`addr add ${addresses.laptopElsewhere}/24 dev eth0`);
    this.laptop.ip('link set eth0 up');
    this.laptop.ip(`route replace default via ${addresses.serverElsewhere}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.laptop[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await this.folder.remove();
  }
}
