// Ends the daemon that an editor in a test or in the demo has started; otherwise it and its listeners would stay for
// another half a minute.
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { DaemonEvents } from '../../../src/tunnels/daemon/client/client';
import { DaemonClient } from '../../../src/tunnels/daemon/client/client';

const endsWithinMs = 5000;

const silent: DaemonEvents = {
  onReport: () => undefined,
  onStoppedByUser: () => undefined,
  onStartedByUser: () => undefined,
  onTakenOver: () => undefined,
  onLog: () => undefined,
  onQuestion: () => Promise.resolve(undefined),
  onClosed: () => undefined,
};

/**
 * Tells the daemon to shut down, if one runs, and waits for its exit. It never throws.
 * @param runtimeDir the XDG_RUNTIME_DIR of our run; undefined: the user's own, whose daemon stays while other
 * windows use it
 */
export async function shutDownDaemon(runtimeDir: string | undefined): Promise<void> {
  // The client would create a folder that has been removed.
  if (runtimeDir !== undefined && !existsSync(runtimeDir)) return;
  const env = runtimeDir === undefined ? process.env : { XDG_RUNTIME_DIR: runtimeDir };
  const client = await DaemonClient.connect(
    { script: undefined, env },
    { windowId: 'shutdown' },
    silent,
  ).catch(() => undefined);
  if (client === undefined) return;
  // It may end before it has answered.
  const agreed = await client.shutdown().catch(() => true);
  client.dispose();
  if (!agreed) {
    if (runtimeDir === undefined) return;
    // The lease of our closed window is still in its grace period.
    signal(client.daemonPid, 'SIGTERM');
  }
  const deadline = Date.now() + endsWithinMs;
  while (signal(client.daemonPid, 0) && Date.now() < deadline) await delay(25);
}

/** Whether there was a process to signal. */
function signal(pid: number, what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    return false;
  }
}
