// Insert Address in Terminal and Open Terminal Through Proxy.
import * as vscode from 'vscode';
import type { ForwardSnapshot } from '../../../tunnels/model/snapshot';
import { quoteWord } from '../../../tunnels/config/commandLine/quoteWord';
import { plainText } from '../../../views/words/format';
import { commandIds } from '../../contributions';
import type { CommandTable } from '../../commands/register';
import type { Targets } from '../../commands/target';
import type { BringUp } from '../bringUp';
import { bringUpForward } from '../bringUpForward';
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
        // Without Enter: the user types the rest of the command.
        terminal.sendText(quoteWord(localAddressText(target.forward)), false);
      }
    },
    [commandIds.openProxiedTerminal]: async (argument) => {
      const title = 'Open Terminal Through Proxy';
      const target = await targets.forward(
        argument,
        title,
        ({ forward }) => forward.kind === 'dynamic',
        'No tunnel has a SOCKS proxy. Add a "dynamicForward" to a tunnel.',
      );
      if (!target) {
        return;
      }
      const { label, kind } = target.forward.forward;
      if (kind !== 'dynamic') {
        throw new Error(`"${plainText(label)}" is not a SOCKS proxy. Add a "dynamicForward" to the tunnel.`);
      }
      const forward = await bringUpForward(bringUp, target);
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
