// The commands that start, stop, restart and retry tunnels, and that answer their questions.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { hasForwardsToOpen, tunnelFlags } from '../../views/tree/contextValues';
import type { ContextFlag } from '../../views/tree/contextValues';
import { lacksConsent } from '../consent/consentPrompt';
import { commandIds } from '../contributions';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { explainFailure } from '../tunnels/interactiveStart';
import type { InteractiveStart } from '../tunnels/interactiveStart';
import { attributeFailure, runWithProgress } from './register';
import type { CommandTable } from './register';
import { programToRun, runProgram, stopProgram } from './programs';
import type { Targets } from './commandArgument';

export interface LifecycleParts {
  readonly manager: TunnelManager;
  readonly interactiveStart: InteractiveStart;
  readonly targets: Targets;
  /** Opens the consent page, at this tunnel. */
  readonly review: (tunnelId?: string) => void;
}

export function lifecycleCommands({
  manager,
  interactiveStart,
  targets,
  review,
}: LifecycleParts): CommandTable {
  const can =
    (...flags: readonly ContextFlag[]) =>
    (tunnel: TunnelSnapshot): boolean =>
      tunnelFlags(tunnel).some((flag) => flags.includes(flag));

  const start = async (tunnel: TunnelSnapshot | undefined, how?: 'start' | 'retry'): Promise<void> => {
    if (tunnel) {
      await runWithProgress(() => attributeFailure(tunnel.id, interactiveStart.start(tunnel.id, how)));
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
        vscode.l10n.t('Start'),
        can('startable', 'answerable', 'retryable'),
        vscode.l10n.t('No tunnels to start.'),
      );
      const program = target && programToRun(target);
      if (target && program) {
        await runProgram(interactiveStart, target.tunnel, program);
      } else {
        await start(target?.tunnel);
      }
    },
    [commandIds.retryNow]: async (argument) => {
      const tunnel = await targets.tunnel(
        argument,
        vscode.l10n.t('Retry Now'),
        can('retryable'),
        vscode.l10n.t('No tunnels to retry.'),
      );
      await start(tunnel, 'retry');
    },
    [commandIds.stop]: async (argument) => {
      const target = await targets.tunnelOrForward(
        argument,
        vscode.l10n.t('Stop'),
        can('stoppable'),
        vscode.l10n.t('No tunnels to stop.'),
      );
      if (target?.program && !target.forward) {
        await stopProgram(manager, { ...target, program: target.program });
      } else if (target) {
        await runWithProgress(() => manager.stop(target.tunnel.id));
      }
    },
    [commandIds.restart]: async (argument) => {
      const tunnel = await targets.tunnel(
        argument,
        vscode.l10n.t('Restart'),
        can('restartable', 'retryable', 'startable'),
        vscode.l10n.t('No tunnels to restart.'),
      );
      if (tunnel) {
        await runWithProgress(() => attributeFailure(tunnel.id, interactiveStart.restart(tunnel.id)));
      }
    },
    [commandIds.answer]: async (argument) => {
      const tunnel = await targets.tunnel(
        argument,
        vscode.l10n.t('Answer'),
        can('answerable'),
        vscode.l10n.t('No tunnels are waiting for an answer.'),
      );
      if (tunnel) {
        await answer(tunnel);
      }
    },
    [commandIds.startAll]: async () => {
      const ids = manager.tunnels
        .filter(can('startable', 'answerable', 'retryable'))
        .filter(
          (tunnel) => notUntrusted(tunnel) && tunnel.origin !== 'sshConfig' && hasForwardsToOpen(tunnel),
        )
        .filter(({ override }) => override?.disabled !== true);
      const failures = await runWithProgress(() => interactiveStart.startAll(ids.map(({ id }) => id)));
      const errors = [...failures.values()].filter((error) => !lacksConsent(error));
      if (errors.length > 0) {
        const [first] = errors;
        throw new Error(
          errors.length === 1
            ? explainFailure(first)
            : vscode.l10n.t("{count} tunnels didn't start. First error: {error}", {
                count: errors.length,
                error: explainFailure(first),
              }),
        );
      }
    },
    [commandIds.stopAll]: async () => {
      const up = manager.tunnels.filter(can('stoppable'));
      await runWithProgress(() => Promise.all(up.map(({ id }) => manager.stop(id))));
    },
    [commandIds.reviewConsent]: async (argument) => {
      const tunnel =
        argument === undefined
          ? undefined
          : await targets.tunnel(
              argument,
              vscode.l10n.t('Review Consent'),
              () => true,
              vscode.l10n.t('No tunnels to review.'),
            );
      review(tunnel?.id);
    },
  };
}

function notUntrusted({ state }: TunnelSnapshot): boolean {
  return !(state.status === 'blocked' && state.need === 'trust');
}
