// Connects to the running daemon, or starts one and waits until it answers.
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TunnelFailure } from '../../errors/errors';
import { daemonLost } from '../../errors/daemon';
import { launchDaemon } from './launch';
import { tryConnect, tryConnectNewest } from './endpointConnection';
import { ensurePrivateFolder } from '../endpoint/endpointFile';
import { endpointFolders } from '../endpoint/endpointFolder';

/** How long a new daemon may take to answer. */
export const startTimeoutMs = 15_000;
const pollIntervalMs = 40;

export interface DaemonLocation {
  /** The bundled daemon, started when none is running. undefined: start none. */
  readonly script: string | undefined;
  /** Decides where to look for the daemon, and what a new one inherits. Default: process.env. */
  readonly env?: NodeJS.ProcessEnv;
}

export async function connectOrLaunch({ script, env = process.env }: DaemonLocation): Promise<Socket> {
  const running = await tryFolders(env, tryConnect);
  if (running) {
    return running;
  }
  if (script === undefined) {
    throw new TunnelFailure(daemonLost('No daemon is running.'));
  }
  // Checked here for the error's sake: the daemon that is started can only report in English.
  await ensurePrivateFolder(endpointFolders(env).usual);
  using launched = launchDaemon(script, env);
  const end = performance.now() + startTimeoutMs;
  while (performance.now() < end) {
    await sleep(pollIntervalMs);
    const socket = await tryFolders(env, tryConnectNewest);
    if (socket) {
      return socket;
    }
    if (launched.failure !== undefined) {
      throw new TunnelFailure(daemonLost(launched.failure));
    }
  }
  throw new TunnelFailure(daemonLost(`No answer within ${startTimeoutMs / 1000} seconds.`));
}

/** Each time anew: a running daemon may be moving, because $XDG_RUNTIME_DIR was removed or has come back. */
async function tryFolders(
  env: NodeJS.ProcessEnv,
  connect: (folder: string) => Promise<Socket | undefined>,
): Promise<Socket | undefined> {
  for (const folder of endpointFolders(env).all) {
    const socket = await connect(folder);
    if (socket) {
      return socket;
    }
  }
  return undefined;
}
