// The commands that start, stop and answer.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { tunnelFlags } from '../../views/actions';
import type { ContextFlag } from '../../views/actions';
import { formatCount, plainText } from '../../views/format';
import type { ConsentQuestions } from '../consent';
import { isUsable } from '../configuredTunnel';
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
  readonly consent: ConsentQuestions;
  readonly targets: Targets;
}

export function lifecycleCommands({ manager, starter, consent, targets }: LifecycleParts): CommandTable {
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
        .filter((tunnel) => notUntrusted(tunnel) && tunnel.origin !== 'sshConfig')
        .filter(({ override }) => override?.disabled !== true);
      const failures = await withProgress(() => starter.startAll(ids.map(({ id }) => id)));
      if (failures.size > 0) {
        const [first] = failures.values();
        throw new Error(
          failures.size === 1
            ? explainFailure(first)
            : `${formatCount(failures.size, 'tunnel')} could not be started. The first: ${explainFailure(first)}`,
        );
      }
    },
    [commandIds.stopAll]: async () => {
      const up = manager.tunnels.filter(can('stoppable'));
      await withProgress(() => Promise.all(up.map(({ id }) => manager.stop(id))));
    },
    [commandIds.reviewConsent]: async (argument) => {
      const waiting = manager.awaitingConsent;
      if (argument === undefined && waiting.length > 0) {
        if (await consent.ask(waiting)) {
          manager.refresh();
        }
        return;
      }
      const wanted =
        argument === undefined ? undefined : await targets.tunnel(argument, 'Review Consent', () => true);
      const candidates = manager.wishes.usable
        .filter(isUsable)
        .filter(({ id, origin }) =>
          wanted ? wanted.id === id : origin !== 'user' && origin !== 'sshConfig',
        );
      if (candidates.length === 0) {
        throw new Error('No tunnel here needs your consent: your own user tunnels never do.');
      }
      await consent.review(candidates);
    },
  };
}

function notUntrusted({ state }: TunnelSnapshot): boolean {
  return !(state.status === 'blocked' && state.need === 'trust');
}

/** So that a failure can be explained. */
async function about<T>({ id }: TunnelSnapshot, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new AboutTunnel(id, error);
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
