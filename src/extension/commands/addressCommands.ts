// Copy Local Address and Show Log.
import * as vscode from 'vscode';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import { commandIds } from '../contributions';
import { localAddressText } from '../editor/localAddress';
import { isTunnelNode } from '../../views/tree/nodes';
import type { ExtensionLog } from '../ui/log';
import { showInStatusBar } from '../ui/dialogs';
import type { CommandTable } from './register';
import type { Targets } from './target';

export interface AddressParts {
  readonly targets: Targets;
  readonly extensionLog: ExtensionLog;
}

export function addressCommands({ targets, extensionLog }: AddressParts): CommandTable {
  return {
    [commandIds.copyLocalAddress]: async (argument) => {
      const target = await targets.forward(argument, 'Copy Local Address', isListening);
      if (target) {
        const address = localAddressText(target.forward);
        await vscode.env.clipboard.writeText(address);
        showInStatusBar(`Copied ${address}`);
      }
    },
    // Without an argument, as from the palette, the whole log.
    [commandIds.showLog]: async (argument) => {
      if (!isTunnelNode(argument) && typeof argument !== 'string') {
        extensionLog.log.show();
        return;
      }
      const tunnel = await targets.tunnel(argument, 'Show Log', () => true, 'No tunnels.');
      if (tunnel) {
        extensionLog.showTunnel(tunnel.id);
      }
    },
  };
}

function isListening({ forward, state }: ForwardSnapshot): boolean {
  return forward.kind !== 'remote' && state.status === 'listening';
}
