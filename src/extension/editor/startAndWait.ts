// Starts a tunnel if needed and waits until it is up, with progress that can be cancelled. Cancelling ends the wait,
// not the tunnel.
import * as vscode from 'vscode';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { TunnelCommandError } from '../commands/register';
import type { ForwardTarget } from '../commands/commandArgument';
import { activeFolder, folderName } from '../settings/folderNames';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { findTunnel } from '../tunnels/findTunnel';
import { showProgress } from '../ui/dialogs';
import type { InteractiveStart } from '../tunnels/interactiveStart';
import { findRequested } from './launch/portRequest';
import type { PortRequest, Requested } from './launch/portRequest';

/** Milliseconds before progress is shown. */
const progressDelayMs = 700;

export type Cancelled = 'cancelled';

export class TunnelStarter {
  readonly #manager: TunnelManager;
  readonly #interactiveStart: InteractiveStart;
  /** Resolves when the tunnels from ssh_config are known too. */
  readonly #whenLoaded: () => Promise<void>;

  constructor(manager: TunnelManager, interactiveStart: InteractiveStart, whenLoaded: () => Promise<void>) {
    this.#manager = manager;
    this.#interactiveStart = interactiveStart;
    this.#whenLoaded = whenLoaded;
  }

  /**
   * Finds a tunnel by name or id. If several folders define it, the active editor's folder wins.
   * @throws TunnelFailure InvalidDefinition if there is none, or more than one
   */
  async find(nameOrId: string): Promise<TunnelSnapshot> {
    await this.#whenLoaded();
    return findTunnel(nameOrId, this.#manager.tunnels, activeFolder());
  }

  /**
   * Finds what a variable, a task or a launch configuration refers to, independent of the active editor.
   * @param nearest the folder that contains it, if any
   * @throws TunnelFailure InvalidDefinition if there is none, or more than one
   */
  async requested(request: PortRequest, nearest?: vscode.WorkspaceFolder): Promise<Requested> {
    await this.#whenLoaded();
    return findRequested(request, this.#manager.tunnels, nearest && folderName(nearest));
  }

  /**
   * Resolves with the snapshot when the tunnel is up.
   * @param token undefined: shows progress with a Cancel button
   * @param who a sentence that says who asks, if it isn't the user
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
    const outcome = token
      ? await untilCancelled(this.#interactiveStart.start(id, 'start', who), token)
      : await showingProgress(
          (report) => this.#interactiveStart.start(id, 'start', who, report),
          vscode.l10n.t('Starting the tunnel "{tunnel}"…', { tunnel: before.name }),
        );
    return outcome === 'cancelled' ? outcome : this.#snapshot(id);
  }

  async stop(id: string): Promise<void> {
    await this.#manager.stop(id);
  }

  #snapshot(id: string): TunnelSnapshot {
    return findTunnel(id, this.#manager.tunnels);
  }
}

/**
 * Starts the tunnel of a forward for a command. Resolves with the forward's new snapshot.
 * @returns undefined if the user cancelled
 * @throws TunnelCommandError why the tunnel did not start
 */
export async function startForward(
  starter: TunnelStarter,
  { tunnel, forward }: ForwardTarget,
): Promise<ForwardSnapshot | undefined> {
  try {
    const now = await starter.tunnel(tunnel.id);
    return now === 'cancelled'
      ? undefined
      : now.forwards.find((each) => each.forward.label === forward.forward.label);
  } catch (error) {
    throw new TunnelCommandError(tunnel.id, error);
  }
}

/** @param start reports what the start waits for; undefined: it goes on */
async function showingProgress(
  start: (report: (text: string | undefined) => void) => Promise<void>,
  title: string,
): Promise<'done' | Cancelled> {
  let report: (text: string) => void = () => undefined;
  const work = start((text) => report(text ?? ''));
  const first = await Promise.race([
    work.then(() => 'done' as const),
    new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), progressDelayMs)),
  ]);
  return first === 'done'
    ? first
    : showProgress(title, (token, show) => {
        report = show;
        return untilCancelled(work, token);
      });
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
