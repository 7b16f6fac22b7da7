// The commands that start, stop and answer.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { opensSomething, tunnelFlags } from '../../views/tree/actions';
import type { ContextFlag } from '../../views/tree/actions';
import { formatCount, plainText } from '../../views/words/format';
import { lacksConsent } from '../consent/consentPrompt';
import { commandIds } from '../contributions';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { explainFailure } from '../tunnels/interactiveStart';
import type { Starter } from '../tunnels/interactiveStart';
import type { CommandTable } from './register';
import { programToRun, runProgram, stopProgram } from './programs';
import type { Targets } from './target';
import { about, withProgress } from './work';

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
      await withProgress(() => about(tunnel.id, starter.start(tunnel.id, how)));
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
      const target = await targets.tunnelOrForward(
        argument,
        'Start',
        can('startable', 'answerable', 'retryable'),
      );
      const program = target && programToRun(target);
      if (target && program) {
        await runProgram(starter, target.tunnel, program);
      } else {
        await start(target?.tunnel);
      }
    },
    [commandIds.retryNow]: async (argument) => {
      await start(await targets.tunnel(argument, 'Retry Now', can('retryable')), 'retry');
    },
    [commandIds.stop]: async (argument) => {
      const target = await targets.tunnelOrForward(argument, 'Stop', can('stoppable'));
      if (target?.program && !target.forward) {
        await stopProgram(manager, { ...target, program: target.program });
      } else if (target) {
        await withProgress(() => manager.stop(target.tunnel.id));
      }
    },
    [commandIds.restart]: async (argument) => {
      const tunnel = await targets.tunnel(argument, 'Restart', can('restartable', 'retryable', 'startable'));
      if (tunnel) {
        await withProgress(() => about(tunnel.id, starter.restart(tunnel.id)));
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

/** For a message that names a tunnel. */
export function quoted({ name }: Pick<TunnelSnapshot, 'name'>): string {
  return `"${plainText(name)}"`;
}
