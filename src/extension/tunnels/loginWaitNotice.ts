// Tells the user, during a start that they asked for, that the login waits for approval elsewhere, what the server has
// said, and offers to open a link in it.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { describeStep } from '../../views/words/tunnelWords';
import { isLoginWaiting, serverLines, serverLinks, shownSpeaker } from '../../views/words/loginWait';
import type { ServerLink } from '../../views/words/loginWait';
import { exactText, shownHost } from '../../views/words/exactText';
import { plainText } from '../../views/words/format';
import { showMessage, showProgress } from '../ui/dialogs';
import { openServerLink } from '../ui/serverLink';

/** What it needs of the tunnel manager. */
export interface StartedTunnels {
  readonly tunnels: readonly TunnelSnapshot[];
  readonly onDidChange: (listener: () => void) => { dispose(): unknown };
  stop(id: string): Promise<void>;
}

/**
 * Shows progress for as long as the login waits, with a Cancel button that stops the tunnel. Settles as `start` does.
 * @param report shows the progress instead; gets undefined when the login goes on
 */
export async function showingLoginWait<T>(
  manager: StartedTunnels,
  id: string,
  start: Promise<T>,
  report?: (text: string | undefined) => void,
): Promise<T> {
  const offered = new Set<string>();
  let notice: WaitNotice | undefined;
  const update = (): void => {
    const tunnel = manager.tunnels.find((each) => each.id === id);
    const text = tunnel && waitText(tunnel);
    if (tunnel && text !== undefined) {
      offerLinks(tunnel, offered);
      if (!report) {
        notice ??= new WaitNotice(tunnel.name, () => void manager.stop(id));
        notice.report(text);
      }
    } else {
      notice?.close();
      notice = undefined;
    }
    report?.(text);
  };
  const subscription = manager.onDidChange(update);
  try {
    return await start;
  } finally {
    subscription.dispose();
    notice?.close();
  }
}

/** `waiting for approval on another device. The server says: “…”`; undefined if it doesn't wait. */
function waitText(tunnel: TunnelSnapshot): string | undefined {
  const { state, entry } = tunnel;
  if (state.status !== 'connecting' || !isLoginWaiting(tunnel)) {
    return undefined;
  }
  const wait = describeStep(state, entry);
  const words = plainText(serverLines(tunnel).join(' ')).replaceAll(/[“”]/g, '"');
  return words === ''
    ? wait
    : vscode.l10n.t('{wait}. {host} says: “{words}”', { wait, host: shownSpeaker(tunnel), words });
}

function offerLinks(tunnel: TunnelSnapshot, offered: Set<string>): void {
  for (const link of serverLinks(tunnel)) {
    if (!offered.has(link.url)) {
      offered.add(link.url);
      void offerLink(link);
    }
  }
}

async function offerLink(link: ServerLink): Promise<void> {
  const open = vscode.l10n.t('Open Link…');
  const answer = await showMessage(
    'information',
    vscode.l10n.t('{host} waits for you to follow a link: {url}', {
      host: shownHost(link.host),
      url: exactText(link.url),
    }),
    open,
  );
  if (answer === open) {
    await openServerLink(link);
  }
}

/** A progress notification that can be closed. */
class WaitNotice {
  #close: () => void = () => undefined;
  #report: (text: string) => void = () => undefined;

  constructor(name: string, onCancel: () => void) {
    const closed = new Promise<void>((resolve) => (this.#close = resolve));
    const title = vscode.l10n.t('Tunnel "{tunnel}"', { tunnel: plainText(name) });
    void showProgress(title, (token, report) => {
      this.#report = report;
      const subscription = token.onCancellationRequested(onCancel);
      return closed.finally(() => void subscription.dispose());
    });
  }

  report(text: string): void {
    this.#report(text);
  }

  close(): void {
    this.#close();
  }
}
