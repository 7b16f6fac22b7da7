// The commands that start, stop and answer.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { opensSomething, tunnelFlags } from '../../views/actions';
import type { ContextFlag } from '../../views/actions';
import { formatCount, plainText } from '../../views/format';
import { lacksConsent } from '../consentQuestions';
import { commandIds, viewIds } from '../contributions';
import type { TunnelManager } from '../manager';
import { AboutTunnel } from './register';
import { explainFailure } from '../starter';
import type { Starter } from '../starter';
import type { CommandTable } from './register';
import type { Targets } from './target';

export interface LifecycleParts {
  readonly manager: TunnelManager;
  readonly starter: Starter;
  readonly targets: Targets;
  /** Opens the list of all that needs consent, at this tunnel. */
  readonly review: (tunnelId?: string) => void;
}

export function lifecycleCommands({ manager, starter, targets, review }: LifecycleParts): CommandTable {
  const can =
    (...flags: readonly ContextFlag[]) =>
    (tunnel: TunnelSnapshot): boolean =>
      tunnelFlags(tunnel).some((flag) => flags.includes(flag));

  const start = async (tunnel: TunnelSnapshot | undefined, how?: 'start' | 'retry'): Promise<void> => {
    if (tunnel) {
      await withProgress(() => about(tunnel, starter.start(tunnel.id, how)));
    }
  };

  const answer = async (tunnel: TunnelSnapshot): Promise<void> => {
    if (tunnel.state.status === 'blocked' && tunnel.state.need === 'trust') {
      await vscode.commands.executeCommand('workbench.trust.manage');
    } else {
      await start(tunnel);
    }
  };

  return {
    [commandIds.start]: async (argument) => {
      await start(await targets.tunnel(argument, 'Start', can('startable', 'answerable', 'retryable')));
    },
    [commandIds.retryNow]: async (argument) => {
      await start(await targets.tunnel(argument, 'Retry Now', can('retryable')), 'retry');
    },
    [commandIds.stop]: async (argument) => {
      const tunnel = await targets.tunnel(argument, 'Stop', can('stoppable'));
      if (tunnel) {
        await withProgress(() => manager.stop(tunnel.id));
      }
    },
    [commandIds.restart]: async (argument) => {
      const tunnel = await targets.tunnel(argument, 'Restart', can('restartable', 'retryable', 'startable'));
      if (tunnel) {
        await withProgress(() => about(tunnel, starter.restart(tunnel.id)));
      }
    },
    [commandIds.answer]: async (argument) => {
      const tunnel = await targets.tunnel(argument, 'Answer', can('answerable'));
      if (tunnel) {
        await answer(tunnel);
      }
    },
    [commandIds.startAll]: async () => {
      const ids = manager.tunnels
        .filter(can('startable', 'answerable', 'retryable'))
        .filter((tunnel) => notUntrusted(tunnel) && tunnel.origin !== 'sshConfig' && opensSomething(tunnel))
        .filter(({ override }) => override?.disabled !== true);
      const failures = await withProgress(() => starter.startAll(ids.map(({ id }) => id)));
      const told = [...failures.values()].filter((error) => !lacksConsent(error));
      if (told.length > 0) {
        const [first] = told;
        throw new Error(
          told.length === 1
            ? explainFailure(first)
            : `${formatCount(told.length, 'tunnel')} could not be started. The first: ${explainFailure(first)}`,
        );
      }
    },
    [commandIds.stopAll]: async () => {
      const up = manager.tunnels.filter(can('stoppable'));
      await withProgress(() => Promise.all(up.map(({ id }) => manager.stop(id))));
    },
    [commandIds.reviewConsent]: async (argument) => {
      const tunnel =
        argument === undefined ? undefined : await targets.tunnel(argument, 'Review Consent', () => true);
      review(tunnel?.id);
    },
  };
}

function notUntrusted({ state }: TunnelSnapshot): boolean {
  return !(state.status === 'blocked' && state.need === 'trust');
}

/** So that a failure can be explained. Who has just said no need not be told of it. */
async function about({ id }: TunnelSnapshot, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!lacksConsent(error)) {
      throw new AboutTunnel(id, error);
    }
  }
}

/** A bar on the view while it takes. */
function withProgress<T>(work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: { viewId: viewIds.tunnels } }, work);
}

/** For a message that names a tunnel. */
export function quoted({ name }: Pick<TunnelSnapshot, 'name'>): string {
  return `"${plainText(name)}"`;
}
