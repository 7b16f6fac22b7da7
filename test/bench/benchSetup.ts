// Starts everything that the bench measures: an sshd, the target and the contenders, each in its own process.
import { basename } from 'node:path';
import { redirectClients } from '../support/faults/redirectClients';
import { startSshd } from '../support/sshd';
import type { Contender, Way } from './contender';
import { startBenchProcess } from './benchProcess';
import { startOpenssh } from './opensshContender';
import type { Options } from './options';
import { startDaemon } from './daemonContender';

export interface BenchSetup extends AsyncDisposable {
  readonly openssh: Contender;
  readonly ours: readonly Contender[];
}

/** Between this machine and sshd. */
export interface Distance {
  /** Milliseconds. */
  readonly roundTrip: number;
  readonly bytesPerSecond: number;
}

export interface BenchSetupOptions {
  readonly distance?: Distance;
  /** Further lines of sshd_config. */
  readonly serverConfig?: readonly string[];
}

export async function startBenchSetup(
  options: Options,
  { distance, serverConfig = [] }: BenchSetupOptions = {},
): Promise<BenchSetup> {
  const running: AsyncDisposable[] = [];
  const keep = <T extends AsyncDisposable>(part: T): T => {
    running.push(part);
    return part;
  };
  const stop = async (): Promise<void> => {
    for (const part of running.reverse()) {
      await part[Symbol.asyncDispose]();
    }
  };
  try {
    // The server's list decides the cipher for every contender.
    const sshd = keep(await startSshd({ config: [`Ciphers ${options.cipher}`, ...serverConfig] }));
    const { ports: targets } = keep(await startBenchProcess('benchTarget'));
    const way: Way = { configFile: sshd.configFile, targets };
    if (distance) {
      const link = keep(
        await startBenchProcess('slowLink', sshd.port, distance.roundTrip, distance.bytesPerSecond),
      );
      await redirectClients(sshd, { host: sshd.host, port: link.ports[0] ?? NaN });
    }
    const openssh = keep(await startOpenssh(way));
    const ours: Contender[] = [];
    for (const script of options.daemonScripts) {
      const name = options.daemonScripts.length === 1 ? 'ours' : basename(script, '.js');
      ours.push(keep(await startDaemon({ name, script, profileDir: options.profileDir }, way)));
    }
    return { openssh, ours, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
