// Open in Browser, Open in Editor and Copy Connection String.
import * as vscode from 'vscode';
import { formatAddress, isSocketPath } from '../../../tunnels/util/address';
import type { Address } from '../../../tunnels/util/address';
import type { Forward } from '../../../tunnels/config/forward';
import { quote } from '../../../tunnels/util/parsing';
import type { ForwardSnapshot } from '../../../tunnels/model/snapshot';
import { isConnectable } from '../../../views/tree/contextValues';
import { plainText } from '../../../views/words/format';
import { connectionPattern, mayBeWeb, serviceOf } from '../../../views/services/service';
import type { CommandTable } from '../../commands/register';
import type { Targets } from '../../commands/commandArgument';
import { commandIds } from '../../contributions';
import { showInStatusBar } from '../../ui/dialogs';
import { bringUpForward } from '../startAndWait';
import type { BringUp } from '../startAndWait';
import { localAddress, localPort } from '../localAddress';
import { webScheme } from './webScheme';
import { untranslated } from '../../../tunnels/util/l10n';

export interface PageParts {
  readonly bringUp: BringUp;
  readonly targets: Targets;
}

export function pageCommands({ bringUp, targets }: PageParts): CommandTable {
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
    const forward = await bringUpForward(bringUp, target);
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
    [commandIds.copyConnectionString]: async (argument) => {
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

/**
 * The connection string of a forward, for clients of its service. It never contains a user or a password.
 * @param address where clients connect
 * @throws Error if the service is unknown or has no connection string
 */
export function connectionString(forward: Forward, address: Address): string {
  const pattern = connectionPattern(forward);
  if (pattern === undefined) {
    const service = serviceOf(forward)?.name;
    throw new Error(
      service === undefined
        ? vscode.l10n.t(
            'The service of {forward} is unknown. Set "protocol" on the forward, for example {example}.',
            { forward: quote(forward.label), example: untranslated`"protocol": "postgresql"` },
          )
        : vscode.l10n.t('{service} has no connection string. Use Copy Local Address instead.', { service }),
    );
  }
  return isSocketPath(address)
    ? socketConnectionString(pattern, address.path)
    : pattern.replace('*', () => formatAddress(address));
}

/** Only libpq has a URL for a socket, if it is named like PostgreSQL's own (libpq §34.1.1.2). Otherwise the path. */
function socketConnectionString(pattern: string, path: string): string {
  const [, folder, port] = /^(.*)\/\.s\.PGSQL\.(\d+)$/s.exec(path) ?? [];
  return pattern.startsWith('postgresql:') && folder !== undefined && port !== undefined
    ? `postgresql:///?host=${encodeURI(folder || '/').replace(/[&#?+]/g, encodeURIComponent)}&port=${port}`
    : path;
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
