// Run X11 Program and Stop X11 Program.
import { l10n } from 'vscode';
import { isForPrograms } from '../../tunnels/config/definition';
import { errorWords, TunnelFailure } from '../../tunnels/errors/errors';
import { isActive } from '../../tunnels/model/programState';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { isStoppable } from '../../views/tree/contextValues';
import { plainText, withFullStop } from '../../views/words/format';
import { outputCodes } from '../../views/words/programWords';
import { programNode } from '../../views/tree/nodes';
import { findProgram } from '../../views/tree/rowViews';
import { commandIds } from '../contributions';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { showInStatusBar } from '../ui/dialogs';
import { explainFailure } from '../tunnels/interactiveStart';
import type { InteractiveStart, ProgramToRun } from '../tunnels/interactiveStart';
import { chooseProgram, pickProgram } from './programSteps';
import { attributeFailure, runWithProgress } from './register';
import type { CommandTable } from './register';
import type { ProgramTarget, Target, Targets } from './commandArgument';

export interface ProgramParts {
  readonly manager: TunnelManager;
  readonly interactiveStart: InteractiveStart;
  readonly targets: Targets;
}

export function programCommands({ manager, interactiveStart, targets }: ProgramParts): CommandTable {
  return {
    [commandIds.runX11Program]: async (argument) => {
      const target = await targets.tunnelOrForward(
        argument,
        l10n.t('Run X11 Program'),
        ({ entry }) => entry !== undefined,
        l10n.t('No tunnel can run a program.'),
      );
      if (!target) {
        return;
      }
      const { tunnel } = target;
      // Reports an invalid tunnel before asking anything.
      manager.desiredState.get(tunnel.id);
      const program = target.program ? asListed(target.program) : await chooseProgram(tunnel);
      if (program) {
        await runProgram(interactiveStart, tunnel, program);
      }
    },
    [commandIds.stopX11Program]: async (argument) => {
      const target = await targets.program(argument, l10n.t('Stop X11 Program'), isStoppable, pickProgram);
      if (target) {
        await stopProgram(manager, target);
      }
    },
  };
}

/** The program that Start should run: the named one, or the only one of a tunnel that exists for programs. */
export function programToRun({ tunnel, forward, program }: Target): ProgramToRun | undefined {
  if (program && !forward) {
    return asListed(program);
  }
  const definition = tunnel.entry?.definition;
  const [only, ...others] = definition?.x11Programs ?? [];
  return only && definition && isForPrograms(definition) && !forward && others.length === 0
    ? { program: only, isTyped: false }
    : undefined;
}

function asListed({ program, isAdHoc }: ProgramSnapshot): ProgramToRun {
  return { program, isTyped: isAdHoc === true };
}

export async function runProgram(
  interactiveStart: InteractiveStart,
  tunnel: TunnelSnapshot,
  toRun: ProgramToRun,
): Promise<void> {
  const { program } = toRun;
  const before = findProgram(tunnel, program.name);
  if (before && isActive(before.state)) {
    showInStatusBar(l10n.t('{program} is already running.', { program: plainText(program.name) }));
    return;
  }
  const row = programNode(tunnel.id, program.name);
  await runWithProgress(() =>
    attributeFailure(row, interactiveStart.runProgram(tunnel.id, toRun), explainProgram),
  );
}

/** The failure with the program's last output, which usually names the cause. */
export function explainProgram(error: unknown): string {
  const output =
    error instanceof TunnelFailure && outputCodes.includes(error.code) ? error.error.detail : undefined;
  if (output === undefined || !(error instanceof TunnelFailure)) {
    return explainFailure(error);
  }
  const { message, nextStep } = errorWords(error.error, l10n);
  return l10n.t('{error} Program output: {output} {nextStep}', {
    error: message,
    output: withFullStop(output),
    nextStep,
  });
}

export async function stopProgram(manager: TunnelManager, { tunnel, program }: ProgramTarget): Promise<void> {
  await runWithProgress(() => manager.stopProgram(tunnel.id, program.program.name));
}
