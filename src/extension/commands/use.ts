// The commands that use a port which is up.
import * as vscode from 'vscode';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import { commandIds } from '../contributions';
import { localAddressText } from '../editor/localAddress';
import type { PlainLog } from '../plainLog';
import { mention } from '../show';
import type { CommandTable } from './register';
import type { Targets } from './target';

export interface UseParts {
  readonly targets: Targets;
  readonly log: PlainLog;
}

export function useCommands({ targets, log }: UseParts): CommandTable {
  return {
    [commandIds.copyLocalAddress]: async (argument) => {
      const target = await targets.forward(argument, 'Copy Local Address', isListening);
      if (target) {
        const address = localAddressText(target.forward);
        await vscode.env.clipboard.writeText(address);
        mention(`Copied ${address}`);
      }
    },
    [commandIds.openInBrowser]: async (argument) => {
      const target = await targets.forward(argument, 'Open in Browser', isListening);
      if (target) {
        const { protocol } = target.forward.forward;
        const scheme = protocol === 'https' || remotePort(target.forward) === 443 ? 'https' : 'http';
        const uri = vscode.Uri.parse(`${scheme}://${localAddressText(target.forward)}/`);
        await vscode.env.openExternal(await vscode.env.asExternalUri(uri));
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

function remotePort({ forward }: ForwardSnapshot): number | undefined {
  return forward.kind === 'local' && 'port' in forward.target ? forward.target.port : undefined;
}
