// Brings a tunnel up for who needs its port now: starts it if need be and waits, with progress that can be cancelled. To
// cancel ends the wait, not the tunnel.
import type * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { activeFolder, folderName } from '../settings/folderNames';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { findTunnel } from '../tunnels/findTunnel';
import { showProgress } from '../ui/dialogs';
import type { Starter } from '../tunnels/interactiveStart';
import { findRequested } from './launch/portRequest';
import type { PortRequest, Requested } from './launch/portRequest';

/** Milliseconds: what is up sooner needs no progress. */
const patience = 700;

export type Cancelled = 'cancelled';

export class BringUp {
  readonly #manager: TunnelManager;
  readonly #starter: Starter;
  /** Resolves when the tunnels that are not in the settings are known, too. */
  readonly #complete: () => Promise<void>;

  constructor(manager: TunnelManager, starter: Starter, complete: () => Promise<void>) {
    this.#manager = manager;
    this.#starter = starter;
    this.#complete = complete;
  }

  /**
   * The tunnel of that name or id; where several folders define it, that of the file that is looked at.
   * @throws TunnelFailure InvalidDefinition where there is none, or more than one
   */
  async find(nameOrId: string): Promise<TunnelSnapshot> {
    await this.#complete();
    return findTunnel(nameOrId, this.#manager.tunnels, activeFolder());
  }

  /**
   * What a variable, a task or a launch configuration means: the same, whatever file is looked at.
   * @param nearest the folder that it is of, if any
   * @throws TunnelFailure InvalidDefinition where there is none, or more than one
   */
  async requested(request: PortRequest, nearest?: vscode.WorkspaceFolder): Promise<Requested> {
    await this.#complete();
    return findRequested(request, this.#manager.tunnels, nearest && folderName(nearest));
  }

  /**
   * Resolves when the tunnel is up, with how it is then.
   * @param token undefined: progress with a button to cancel is shown
   * @param who asks for it, in a sentence, where that is not the user at the keyboard
   * @throws TunnelFailure the first error
   */
  async tunnel(
    id: string,
    token?: vscode.CancellationToken,
    who?: string,
  ): Promise<TunnelSnapshot | Cancelled> {
    const before = this.#snapshot(id);
    if (before.state.status === 'up' && before.forwards.every(({ state }) => state.status === 'listening')) {
      return before;
    }
    const started = this.#starter.start(id, 'start', who);
    const outcome = token
      ? await untilCancelled(started, token)
      : await withProgress(started, `Starting the tunnel "${before.name}"…`);
    return outcome === 'cancelled' ? outcome : this.#snapshot(id);
  }

  async stop(id: string): Promise<void> {
    await this.#manager.stop(id);
  }

  #snapshot(id: string): TunnelSnapshot {
    return findTunnel(id, this.#manager.tunnels);
  }
}

async function withProgress(work: Promise<void>, title: string): Promise<'done' | Cancelled> {
  const early = await Promise.race([
    work.then(() => 'done' as const),
    new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), patience)),
  ]);
  return early === 'done' ? early : showProgress(title, (token) => untilCancelled(work, token));
}

async function untilCancelled(
  work: Promise<void>,
  token: vscode.CancellationToken,
): Promise<'done' | Cancelled> {
  if (token.isCancellationRequested) {
    work.catch(() => undefined);
    return 'cancelled';
  }
  let subscription: vscode.Disposable | undefined;
  const cancelled = new Promise<Cancelled>((resolve) => {
    subscription = token.onCancellationRequested(() => resolve('cancelled'));
  });
  try {
    return await Promise.race([work.then(() => 'done' as const), cancelled]);
  } finally {
    subscription?.dispose();
  }
}
