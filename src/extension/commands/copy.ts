// Copy Local Address and Copy as SSH Command.
import * as vscode from 'vscode';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import { commandIds } from '../contributions';
import { localAddressText } from '../editor/localAddress';
import { commandOf, programCommandOf } from '../settings/sshCommandLine';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { showInStatusBar, showMessage } from '../ui/dialogs';
import { quoted } from './lifecycle';
import type { CommandTable } from './register';
import type { Targets } from './target';

export interface CopyParts {
  readonly manager: TunnelManager;
  readonly targets: Targets;
}

export function copyCommands(parts: CopyParts): CommandTable {
  return {
    [commandIds.copyLocalAddress]: (argument) => copyLocalAddress(parts, argument),
    [commandIds.copyAsSshCommand]: (argument) => copyAsSshCommand(parts, argument),
  };
}

async function copyLocalAddress({ targets }: CopyParts, argument: unknown): Promise<void> {
  const target = await targets.forward(argument, 'Copy Local Address', isListening);
  if (target) {
    const address = localAddressText(target.forward);
    await vscode.env.clipboard.writeText(address);
    showInStatusBar(`Copied ${address}`);
  }
}

function isListening({ forward, state }: ForwardSnapshot): boolean {
  return forward.kind !== 'remote' && state.status === 'listening';
}

async function copyAsSshCommand({ manager, targets }: CopyParts, argument: unknown): Promise<void> {
  const title = 'Copy as SSH Command';
  const target = await targets.tunnelOrForward(
    argument,
    title,
    ({ entry }) => entry !== undefined,
    'No tunnels to copy.',
  );
  if (!target) {
    return;
  }
  const { tunnel, forward, program } = target;
  const { settings } = manager.desiredState;
  const context = {
    configFile: settings.connection.sshConfigFile,
    platform: process.platform,
    hasOwnForwards: (alias: string) => manager.desiredState.find(`sshConfig:${alias}`) !== undefined,
  };
  const { line, missing } =
    program && !forward ? programCommandOf(tunnel, program.program, context) : commandOf(tunnel, context);
  await vscode.env.clipboard.writeText(line);
  showInStatusBar(`Copied ${line}`);
  if (missing.length > 0) {
    const message = `The copied command doesn't cover all of ${quoted(tunnel)}. ${missing.join(' ')}`;
    void showMessage('information', message);
  }
}
