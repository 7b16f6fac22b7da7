// Copy Local Address, Copy Connection String and Copy as SSH Command.
import * as vscode from 'vscode';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { isConnectable } from '../../views/tree/contextValues';
import { hidePasswords } from '../../tunnels/util/shown';
import { isCommandNode } from '../../views/tree/nodes';
import type { ForwardNode } from '../../views/tree/nodes';
import { findForward } from '../../views/tree/rowViews';
import { plainText } from '../../views/words/format';
import { commandIds } from '../contributions';
import { localAddress, localAddressText } from '../editor/localAddress';
import { connectionString } from './connectionString';
import { commandOf, programCommandOf } from './copyAsSshCommand';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { showInStatusBar, showMessage } from '../ui/dialogs';
import type { CommandTable } from './register';
import type { Targets } from './commandArgument';

export interface CopyParts {
  readonly manager: TunnelManager;
  readonly targets: Targets;
}

export function copyCommands(parts: CopyParts): CommandTable {
  return {
    [commandIds.copyLocalAddress]: (argument) => copyLocalAddress(parts, argument),
    [commandIds.copyConnectionString]: (argument) => copyConnectionString(parts, argument),
    [commandIds.copyAsSshCommand]: (argument) => copyAsSshCommand(parts, argument),
  };
}

async function copyLocalAddress({ targets }: CopyParts, argument: unknown): Promise<void> {
  // Of several selected rows, only forwards have an address.
  const rows: readonly unknown[] = Array.isArray(argument)
    ? argument.filter((row: unknown) => isCommandNode(row) && row.kind === 'forward')
    : [argument];
  const addresses: string[] = [];
  for (const row of rows) {
    const target = await targets.forward(row, vscode.l10n.t('Copy Local Address'), isListening);
    if (target) {
      addresses.push(localAddressText(target.forward));
    }
  }
  if (addresses.length > 0) {
    const text = addresses.join('\n');
    await vscode.env.clipboard.writeText(text);
    showInStatusBar(vscode.l10n.t('Copied {text}', { text: addresses.join(', ') }));
  }
}

function isListening({ forward, state }: ForwardSnapshot): boolean {
  return forward.kind !== 'remote' && state.status === 'listening';
}

/** undefined: it doesn't listen, or not on this machine. */
export function addressOfRow(
  tunnels: readonly TunnelSnapshot[],
  { tunnelId, label }: ForwardNode,
): string | undefined {
  const tunnel = tunnels.find(({ id }) => id === tunnelId);
  const forward = tunnel && findForward(tunnel, label);
  return forward && isListening(forward) ? localAddressText(forward) : undefined;
}

async function copyConnectionString({ targets }: CopyParts, argument: unknown): Promise<void> {
  const target = await targets.forward(
    argument,
    vscode.l10n.t('Copy Connection String'),
    isConnectable,
    vscode.l10n.t(
      'No listening forward has a known service. Start its tunnel, or set "protocol" on the forward.',
    ),
  );
  if (target) {
    const text = connectionString(target.forward.forward, localAddress(target.forward));
    await vscode.env.clipboard.writeText(text);
    showInStatusBar(vscode.l10n.t('Copied {text}', { text }));
  }
}

async function copyAsSshCommand({ manager, targets }: CopyParts, argument: unknown): Promise<void> {
  const title = vscode.l10n.t('Copy as SSH Command');
  const target = await targets.tunnelOrForward(
    argument,
    title,
    ({ entry }) => entry !== undefined,
    vscode.l10n.t('No tunnels to copy.'),
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
  // The arguments of a program may be secret.
  const hasProgram = (tunnel.entry?.definition.x11Programs ?? []).length > 0 || program !== undefined;
  showInStatusBar(
    hasProgram
      ? vscode.l10n.t('Copied the command line')
      : vscode.l10n.t('Copied {text}', { text: hidePasswords(line) }),
  );
  if (missing.length > 0) {
    const message = vscode.l10n.t('The copied command doesn\'t cover all of "{tunnel}". {missing}', {
      tunnel: plainText(tunnel.name),
      missing: missing.join(' '),
    });
    void showMessage('information', message);
  }
}
