// The commands that start, stop, restart and retry tunnels, and that answer their questions.
import * as vscode from 'vscode';
import { TunnelFailure, errorWords } from '../../tunnels/errors/errors';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { plainText } from '../../views/words/format';
import { hasForwardsToOpen, tunnelFlags } from '../../views/tree/contextValues';
import type { ContextFlag } from '../../views/tree/contextValues';
import { isClosedQuestion } from '../consent/consentPrompt';
import { answerIds, commandIds } from '../contributions';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { explainFailure } from '../tunnels/interactiveStart';
import type { InteractiveStart } from '../tunnels/interactiveStart';
import { rejectFailedPorts } from './failedPorts';
import { attributeFailure, runWithProgress, TunnelCommandError } from './register';
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
      await runWithProgress(async () => {
        await attributeFailure(tunnel.id, interactiveStart.start(tunnel.id, how));
        await rejectFailedPorts(manager, tunnel.id);
      });
    }
  };

  const answer = async (tunnel: TunnelSnapshot): Promise<void> => {
    if (tunnel.state.status === 'blocked' && tunnel.state.need === 'trust') {
      await vscode.commands.executeCommand('workbench.trust.manage');
    } else {
      await start(tunnel);
    }
  };

  const askedFor = async (argument: unknown): Promise<void> => {
    const tunnel = await targets.tunnel(
      argument,
      vscode.l10n.t('Answer'),
      can('answerable'),
      vscode.l10n.t('No tunnels are waiting for an answer.'),
    );
    if (tunnel) {
      await answer(tunnel);
    }
  };

  return {
    ...Object.fromEntries(answerIds.map((id) => [id, askedFor])),
    [commandIds.answer]: askedFor,
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
        await runWithProgress(async () => {
          await attributeFailure(tunnel.id, interactiveStart.restart(tunnel.id));
          await rejectFailedPorts(manager, tunnel.id);
        });
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
      const [first, ...others] = [...failures].filter(([, error]) => !isClosedQuestion(error));
      if (first) {
        const [id, error] = first;
        const names = others.map(([other]) => plainText(manager.desiredState.get(other).name));
        throw new TunnelCommandError(
          id,
          error,
          others.length === 0
            ? explainFailure(error)
            : vscode.l10n.t("{error} Others that didn't start: {names}.", {
                error:
                  error instanceof TunnelFailure
                    ? errorWords(error.error, vscode.l10n).message
                    : explainFailure(error),
                names: names.slice(0, maxNames).join(', ') + (names.length > maxNames ? ', …' : ''),
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

/** In a notification. */
const maxNames = 5;

function notUntrusted({ state }: TunnelSnapshot): boolean {
  return !(state.status === 'blocked' && state.need === 'trust');
}
