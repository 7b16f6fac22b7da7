// The commands that use a port in a terminal: its address typed into the active one, or a new one whose programs go
// through a tunnel's proxy.
import * as vscode from 'vscode';
import type { ForwardSnapshot } from '../../../tunnels/model/snapshot';
import { quoteWord } from '../../../tunnels/config/commandLine/quoteWord';
import { plainText } from '../../../views/words/format';
import { commandIds } from '../../contributions';
import type { CommandTable } from '../../commands/register';
import type { Targets } from '../../commands/target';
import type { BringUp } from '../bringUp';
import { forwardUp } from '../forwardUp';
import { localAddressText, localPort } from '../localAddress';
import { proxyVariables } from './proxyVariables';

export interface TerminalParts {
  readonly bringUp: BringUp;
  readonly targets: Targets;
}

export function terminalCommands({ bringUp, targets }: TerminalParts): CommandTable {
  return {
    [commandIds.insertAddressInTerminal]: async (argument) => {
      const target = await targets.forward(argument, 'Insert Address in Terminal', isListeningHere);
      if (target) {
        const terminal = vscode.window.activeTerminal ?? vscode.window.createTerminal();
        terminal.show();
        // Not entered: what is to be done with it is for the person to type.
        terminal.sendText(quoteWord(localAddressText(target.forward)), false);
      }
    },
    [commandIds.openProxiedTerminal]: async (argument) => {
      const title = 'Open Terminal Through Proxy';
      const target = await targets.forward(
        argument,
        title,
        ({ forward }) => forward.kind === 'dynamic',
        'there is no SOCKS proxy. Add a "dynamicForward" to a tunnel.',
      );
      if (!target) {
        return;
      }
      const { label, kind } = target.forward.forward;
      if (kind !== 'dynamic') {
        throw new Error(
          `${title}: "${plainText(label)}" is no SOCKS proxy. Add a "dynamicForward" to the tunnel.`,
        );
      }
      const forward = await forwardUp(bringUp, target);
      if (forward) {
        vscode.window
          .createTerminal({
            name: `via ${plainText(target.tunnel.name)}`,
            env: proxyVariables(localPort(forward)),
            iconPath: new vscode.ThemeIcon('globe'),
          })
          .show();
      }
    },
  };
}

function isListeningHere({ forward, state }: ForwardSnapshot): boolean {
  return forward.kind !== 'remote' && state.status === 'listening';
}
