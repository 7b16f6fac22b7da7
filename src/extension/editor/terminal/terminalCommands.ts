// Insert Address in Terminal and Open Terminal Through Proxy.
import * as vscode from 'vscode';
import { formatAddress } from '../../../tunnels/util/address';
import type { TcpAddress } from '../../../tunnels/util/address';
import type { ForwardSnapshot } from '../../../tunnels/model/snapshot';
import { quoteForShell } from '../../../tunnels/config/commandLine/quoteWord';
import { plainText } from '../../../views/words/format';
import { commandIds } from '../../contributions';
import type { CommandTable } from '../../commands/register';
import type { Targets } from '../../commands/commandArgument';
import { startForward } from '../startAndWait';
import type { TunnelStarter } from '../startAndWait';
import { localAddressText, localPort } from '../localAddress';

export interface TerminalParts {
  readonly starter: TunnelStarter;
  readonly targets: Targets;
}

export function terminalCommands({ starter, targets }: TerminalParts): CommandTable {
  return {
    [commandIds.insertAddressInTerminal]: async (argument) => {
      const target = await targets.forward(
        argument,
        vscode.l10n.t('Insert Address in Terminal'),
        isListeningHere,
      );
      if (target) {
        const terminal = vscode.window.activeTerminal ?? vscode.window.createTerminal();
        terminal.show();
        const address = localAddressText(target.forward);
        const shell = terminal.state.shell ?? vscode.env.shell;
        // Without Enter: the user types the rest of the command.
        terminal.sendText(quoteForShell(address, shell, process.platform) ?? address, false);
      }
    },
    [commandIds.openProxiedTerminal]: async (argument) => {
      const title = vscode.l10n.t('Open Terminal Through Proxy');
      const target = await targets.forward(
        argument,
        title,
        ({ forward }) => forward.kind === 'dynamic',
        vscode.l10n.t('No tunnel has a SOCKS proxy. Add a "dynamicForward" to a tunnel.'),
      );
      if (!target) {
        return;
      }
      const { label, kind } = target.forward.forward;
      if (kind !== 'dynamic') {
        throw new Error(
          vscode.l10n.t('"{forward}" is not a SOCKS proxy. Add a "dynamicForward" to the tunnel.', {
            forward: plainText(label),
          }),
        );
      }
      const forward = await startForward(starter, target);
      if (forward) {
        vscode.window
          .createTerminal({
            name: vscode.l10n.t('via {tunnel}', { tunnel: plainText(target.tunnel.name) }),
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

const noProxy = 'localhost,127.0.0.1,::1';

/**
 * The environment variables that tell programs about a proxy. There is no standard: curl(1) reads only lower-case
 * http_proxy, others only upper case. With "socks5h" the proxy looks up names.
 */
export function proxyVariables(proxy: TcpAddress): Readonly<Record<string, string>> {
  const address = formatAddress(proxy);
  const variables = {
    ALL_PROXY: `socks5h://${address}`,
    HTTP_PROXY: `http://${address}`,
    HTTPS_PROXY: `http://${address}`,
    NO_PROXY: noProxy,
  };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => [
      [name, value],
      [name.toLowerCase(), value],
    ]),
  );
}
