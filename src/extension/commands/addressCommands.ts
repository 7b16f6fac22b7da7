// Copy Local Address and Show Log.
import * as vscode from 'vscode';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import { commandIds } from '../contributions';
import { localAddressText } from '../editor/localAddress';
import type { PlainLog } from '../ui/outputChannel';
import { showInStatusBar } from '../ui/dialogs';
import type { CommandTable } from './register';
import type { Targets } from './target';

export interface AddressParts {
  readonly targets: Targets;
  readonly log: PlainLog;
}

export function addressCommands({ targets, log }: AddressParts): CommandTable {
  return {
    [commandIds.copyLocalAddress]: async (argument) => {
      const target = await targets.forward(argument, 'Copy Local Address', isListening);
      if (target) {
        const address = localAddressText(target.forward);
        await vscode.env.clipboard.writeText(address);
        showInStatusBar(`Copied ${address}`);
      }
    },
    [commandIds.showLog]: () => {
      log.show();
    },
  };
}

function isListening({ forward, state }: ForwardSnapshot): boolean {
  return forward.kind !== 'remote' && state.status === 'listening';
}
