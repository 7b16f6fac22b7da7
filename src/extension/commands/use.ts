// The commands that use a port which is up.
import * as vscode from 'vscode';
import { formatAddress } from '../../tunnels/model/address';
import type { TcpAddress } from '../../tunnels/model/address';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import { commandIds } from '../contributions';
import type { CommandTable } from './register';
import type { Targets } from './target';

export interface UseParts {
  readonly targets: Targets;
  readonly log: vscode.LogOutputChannel;
}

export function useCommands({ targets, log }: UseParts): CommandTable {
  return {
    [commandIds.copyLocalAddress]: async (argument) => {
      const target = await targets.forward(argument, 'Copy Local Address', isListening);
      if (target) {
        const address = localAddress(target.forward);
        await vscode.env.clipboard.writeText(address);
        vscode.window.setStatusBarMessage(`Copied ${address}`, 3000);
      }
    },
    [commandIds.openInBrowser]: async (argument) => {
      const target = await targets.forward(argument, 'Open in Browser', isListening);
      if (target) {
        const { protocol } = target.forward.forward;
        const scheme = protocol === 'https' || remotePort(target.forward) === 443 ? 'https' : 'http';
        const uri = vscode.Uri.parse(`${scheme}://${localAddress(target.forward)}/`);
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

/** @throws Error when it does not listen */
function localAddress({ forward, state }: ForwardSnapshot): string {
  const bound = state.status === 'listening' ? state.bound[0] : undefined;
  if (!bound) {
    throw new Error(`"${forward.label}" does not listen. Start its tunnel first.`);
  }
  return formatAddress('port' in bound ? reachable(bound) : bound);
}

/** An address that a client can dial, where the listener is bound to every interface. */
function reachable({ host, port }: TcpAddress): TcpAddress {
  return { host: host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host, port };
}

function remotePort({ forward }: ForwardSnapshot): number | undefined {
  return forward.kind === 'local' && 'port' in forward.target ? forward.target.port : undefined;
}
