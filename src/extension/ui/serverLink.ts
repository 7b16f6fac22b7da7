// Opens a link that a server has written, after the user has seen it to the letter.
import * as vscode from 'vscode';
import { exactText, titleHost } from '../../views/words/exactText';
import type { ServerLink } from '../../views/words/loginWait';
import { confirm } from './dialogs';

export async function openServerLink({ url, host }: ServerLink): Promise<void> {
  const open = vscode.l10n.t('Open');
  const copy = vscode.l10n.t('Copy');
  const answer = await confirm(
    vscode.l10n.t('{host}: open the link that the server has sent?', { host: titleHost(host) }),
    [
      exactText(url),
      '',
      vscode.l10n.t('The server wrote it. Open it only if you expected it, and check the address.'),
    ].join('\n'),
    open,
    copy,
  );
  if (answer === copy) {
    await vscode.env.clipboard.writeText(url);
  } else if (answer === open) {
    // A Uri would be encoded anew, and an "%2B" in it would become a "+". The editor takes a string as well.
    await vscode.env.openExternal(url as unknown as vscode.Uri);
  }
}
