// What a user does with a tunnel in one of the windows. It counts for all windows that lease the tunnel.
import { takenOver } from '../../errors/daemon';
import { TunnelFailure } from '../../errors/errors';
import type { X11Program } from '../../config/definition';
import type { Ask } from '../../model/prompt';
import type { Tunnel } from '../tunnel/tunnel';
import { askThrough, renew, startInOtherWindows } from './leases';
import type { SharedTunnel, WindowLease } from './leases';
import type { SharedTunnels } from './sharedTunnels';
import type { WindowRegistry } from './windowRegistry';

export interface UserRequestsOptions {
  readonly windows: WindowRegistry;
  readonly tunnels: SharedTunnels;
  /** Whether a newer daemon has taken it over. */
  readonly isTakenOver: (windowLease: WindowLease) => boolean;
  readonly onDesiredStateChange: () => void;
  /** Sends all reports: the window gets the state before the answer. */
  readonly flushReports: () => void;
}

export class UserRequests {
  readonly #options: UserRequestsOptions;

  constructor(options: UserRequestsOptions) {
    this.#options = options;
  }

  /** @throws TunnelFailure the first error */
  start(windowId: string, id: string, how: 'start' | 'retry'): Promise<void> {
    return this.#start(windowId, id, (tunnel, ask) => tunnel[how](ask));
  }

  /** Runs a program on the server. @throws TunnelFailure why it does not run */
  runProgram(windowId: string, id: string, program: X11Program): Promise<void> {
    return this.#start(windowId, id, (tunnel, ask) => tunnel.runProgram(program, ask));
  }

  async stopProgram(windowId: string, id: string, name: string): Promise<void> {
    const { windows, flushReports } = this.#options;
    await windows.lease(windowId, id).shared.tunnel.stopProgram(name);
    flushReports();
  }

  async #start(
    windowId: string,
    id: string,
    start: (tunnel: Tunnel, ask: Ask) => Promise<void>,
  ): Promise<void> {
    const { windows, isTakenOver, onDesiredStateChange, flushReports } = this.#options;
    const windowLease = await windows.settledLease(windowId, id);
    if (isTakenOver(windowLease)) {
      throw new TunnelFailure(takenOver(windowLease.leased.name ?? id));
    }
    windowLease.want = true;
    renew(windowLease);
    startInOtherWindows(windowLease);
    onDesiredStateChange();
    try {
      await start(windowLease.shared.tunnel, (...question) => askThrough(windowLease, ...question));
    } finally {
      flushReports();
    }
  }

  async stop(windowId: string, id: string): Promise<void> {
    await this.stopForAll((await this.#options.windows.settledLease(windowId, id)).shared);
  }

  /** Stops the tunnel that has the port of a forward. */
  async stopConflictingTunnel(windowId: string, id: string, forward: string): Promise<void> {
    const { windows, tunnels } = this.#options;
    const conflicting = tunnels.conflictingWith(windows.lease(windowId, id).shared, forward);
    if (conflicting) {
      await this.stopForAll(conflicting);
    }
  }

  /** Stops it for every window. */
  async stopForAll({ tunnel, leases }: SharedTunnel): Promise<void> {
    const { onDesiredStateChange, flushReports } = this.#options;
    for (const windowLease of leases) {
      windowLease.want = false;
      windowLease.window.channel?.stoppedByUser(windowLease.leased.id);
    }
    onDesiredStateChange();
    await tunnel.stop();
    flushReports();
  }
}
