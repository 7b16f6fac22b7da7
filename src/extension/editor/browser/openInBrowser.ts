// Open in Browser and Open in Editor.
import * as vscode from 'vscode';
import { formatAddress } from '../../../tunnels/util/address';
import type { ForwardSnapshot } from '../../../tunnels/model/snapshot';
import { plainText } from '../../../views/words/format';
import { mayBeWeb, serviceOf } from '../../../views/services/service';
import type { CommandTable } from '../../commands/register';
import type { Targets } from '../../commands/commandArgument';
import { commandIds } from '../../contributions';
import { startForward } from '../startAndWait';
import type { TunnelStarter } from '../startAndWait';
import { localPort } from '../localAddress';
import { webScheme } from './webScheme';
import { untranslated } from '../../../tunnels/util/l10n';

export interface PageParts {
  readonly starter: TunnelStarter;
  readonly targets: Targets;
}

export function pageCommands({ starter, targets }: PageParts): CommandTable {
  /**
   * The page's URI for the user's browser.
   * @returns undefined if the user cancelled
   * @throws Error why there is no page
   */
  const pageUri = async (argument: unknown, title: string): Promise<vscode.Uri | undefined> => {
    const target = await targets.forward(
      argument,
      title,
      isPage,
      vscode.l10n.t('No forward leads to a web page.'),
    );
    if (!target) {
      return undefined;
    }
    checkPage(target.forward);
    const forward = await startForward(starter, target);
    if (!forward) {
      return undefined;
    }
    const address = localPort(forward);
    const scheme = await webScheme(forward.forward, address);
    return vscode.env.asExternalUri(vscode.Uri.parse(`${scheme}://${formatAddress(address)}/`));
  };
  return {
    [commandIds.openInBrowser]: async (argument) => {
      const uri = await pageUri(argument, vscode.l10n.t('Open in Browser'));
      if (uri) {
        await vscode.env.openExternal(uri);
      }
    },
    [commandIds.openInEditor]: async (argument) => {
      const uri = await pageUri(argument, vscode.l10n.t('Open in Editor'));
      if (uri) {
        await showInEditor(uri);
      }
    },
  };
}

function isPage({ forward }: ForwardSnapshot): boolean {
  return forward.kind === 'local' && 'port' in forward.listen && mayBeWeb(forward);
}

/** The user may have named a forward that isn't a web page. @throws Error */
function checkPage(snapshot: ForwardSnapshot): void {
  const { forward } = snapshot;
  if (isPage(snapshot)) {
    return;
  }
  const label = plainText(forward.label);
  if (forward.kind !== 'local' || !('port' in forward.listen)) {
    throw new Error(
      vscode.l10n.t('"{forward}" has no local port, so it can\'t be opened as a web page.', {
        forward: label,
      }),
    );
  }
  throw new Error(
    vscode.l10n.t(
      '"{forward}" leads to {service}, not to a web page. If it is a web page, set {setting} on the forward.',
      {
        forward: label,
        service: plainText(serviceOf(forward)?.name ?? ''),
        setting: untranslated`"protocol": "http"`,
      },
    ),
  );
}

const simpleBrowser = 'simpleBrowser.api.open';

/** VS Code's Simple Browser is an extension, activated by the first call. Some editors don't have it. */
async function showInEditor(uri: vscode.Uri): Promise<void> {
  try {
    await vscode.commands.executeCommand(simpleBrowser, uri, { viewColumn: vscode.ViewColumn.Active });
  } catch (error) {
    throw (await vscode.commands.getCommands()).includes(simpleBrowser)
      ? error
      : new Error(vscode.l10n.t('This editor has no built-in browser. Use Open in Browser instead.'));
  }
}
