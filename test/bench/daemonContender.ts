// Our own daemon: the bundle, in its own process with its own runtime folder.
import { spawnGroup } from '../support/processGroup.mjs';
import { tempDir } from '../support/tempDir';
import { BenchWindow, measured } from './benchWindow';
import type { Contender, Way } from './contender';

export interface DaemonSetup {
  readonly name: string;
  /** The bundle. */
  readonly script: string;
  /** Where it writes a CPU profile when it ends. */
  readonly profileDir: string | undefined;
}

export async function startDaemon({ name, script, profileDir }: DaemonSetup, way: Way): Promise<Contender> {
  const folder = await tempDir('b-');
  const env = { ...process.env, XDG_RUNTIME_DIR: folder.path };
  const profiling = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const daemonProcess = spawnGroup(process.execPath, [...profiling, script], { env, stdio: 'ignore' });
  const window = new BenchWindow(env);
  const stop = async (): Promise<void> => {
    window.close();
    await daemonProcess.end();
    await folder.remove();
  };
  try {
    await window.open(way);
    await window.start(measured);
    const [port = NaN, greetingPort = NaN] = window.ports(measured);
    return {
      name,
      pid: daemonProcess.pid,
      port,
      greetingPort,
      startAndStop: () => window.startAndStop(),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
