// The commands that show a web page behind a tunnel, in the user's browser or in the editor's own, and the one that
// copies a connection string.
import * as vscode from 'vscode';
import { formatAddress } from '../../../tunnels/util/address';
import type { ForwardSnapshot } from '../../../tunnels/model/snapshot';
import { isConnectable } from '../../../views/tree/actions';
import { plainText } from '../../../views/words/format';
import { mayBeWeb, serviceOf } from '../../../views/services/service';
import type { CommandTable } from '../../commands/register';
import type { Targets } from '../../commands/target';
import { commandIds } from '../../contributions';
import { mention } from '../../ui/dialogs';
import type { BringUp } from '../bringUp';
import { connectionString } from './connectionString';
import { forwardUp } from '../forwardUp';
import { localAddress, localPort } from '../localAddress';
import { webScheme } from './webScheme';

export interface PageParts {
  readonly bringUp: BringUp;
  readonly targets: Targets;
}

export function pageCommands({ bringUp, targets }: PageParts): CommandTable {
  /** Of the page as the user's browser has to call it. @returns undefined: cancelled @throws Error why it can't be */
  const pageUri = async (argument: unknown, title: string): Promise<vscode.Uri | undefined> => {
    const target = await targets.forward(
      argument,
      title,
      isPage,
      'there is no forward that leads to a web page.',
    );
    if (!target) {
      return undefined;
    }
    checkPage(target.forward, title);
    const forward = await forwardUp(bringUp, target);
    if (!forward) {
      return undefined;
    }
    const address = localPort(forward);
    const scheme = await webScheme(forward.forward, address);
    return vscode.env.asExternalUri(vscode.Uri.parse(`${scheme}://${formatAddress(address)}/`));
  };
  return {
    [commandIds.openInBrowser]: async (argument) => {
      const uri = await pageUri(argument, 'Open in Browser');
      if (uri) {
        await vscode.env.openExternal(uri);
      }
    },
    [commandIds.openInEditor]: async (argument) => {
      const uri = await pageUri(argument, 'Open in Editor');
      if (uri) {
        await showInEditor(uri);
      }
    },
    [commandIds.copyConnectionString]: async (argument) => {
      const target = await targets.forward(
        argument,
        'Copy Connection String',
        isConnectable,
        'there is no forward that listens and whose service is known. Start its tunnel, or say what it is by "protocol".',
      );
      if (target) {
        const text = connectionString(target.forward.forward, localAddress(target.forward));
        await vscode.env.clipboard.writeText(text);
        mention(`Copied ${text}`);
      }
    },
  };
}

function isPage({ forward }: ForwardSnapshot): boolean {
  return forward.kind === 'local' && 'port' in forward.listen && mayBeWeb(forward);
}

/** One that was named may be no page. @throws Error */
function checkPage(snapshot: ForwardSnapshot, title: string): void {
  const { forward } = snapshot;
  if (isPage(snapshot)) {
    return;
  }
  const name = `"${plainText(forward.label)}"`;
  if (forward.kind !== 'local' || !('port' in forward.listen)) {
    throw new Error(`${title}: ${name} leads to no web page from a port of this machine.`);
  }
  const service = plainText(serviceOf(forward)?.name ?? '');
  throw new Error(
    `${title}: ${name} leads to ${service}, which is no web page. If it is one all the same, say so by "protocol": "http".`,
  );
}

const simpleBrowser = 'simpleBrowser.api.open';

/** VS Code's Simple Browser is an extension: it comes with the first call, or is not there at all. */
async function showInEditor(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand(simpleBrowser, uri, { viewColumn: vscode.ViewColumn.Active });
  } catch (error) {
    throw (await vscode.commands.getCommands()).includes(simpleBrowser)
      ? error
      : new Error('This editor has no browser of its own. Open in Browser shows the page in yours.');
  }
}
