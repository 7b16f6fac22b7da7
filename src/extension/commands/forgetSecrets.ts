// Forget Saved Passwords…: lists the saved passwords and passphrases, and removes the selected ones.
import * as vscode from 'vscode';
import { formatCount } from '../../views/words/format';
import { commandIds } from '../contributions';
import type { SecretBroker } from '../secrets/secretBroker';
import { pickMany, showMessage } from '../ui/dialogs';
import type { SecretName } from '../secrets/secretStore';
import type { CommandTable } from './register';

interface SecretItem extends vscode.QuickPickItem {
  /** undefined: a separator. */
  readonly secret?: SecretName;
}

export function forgetSecretsCommands(secrets: SecretBroker): CommandTable {
  return {
    [commandIds.forgetSecrets]: async () => {
      const names = await secrets.list();
      if (names.length === 0) {
        void showMessage('information', 'No saved passwords.');
        return;
      }
      const picked = await pick(names);
      if (!picked) {
        return;
      }
      await secrets.forget(picked.map(({ id }) => id));
      void showMessage(
        'information',
        picked.length === 0
          ? 'Nothing selected. No password was forgotten.'
          : `Forgot ${formatCount(picked.length, 'entry', 'entries')}. Running tunnels stay up. You will be asked at the next sign-in.`,
      );
    },
  };
}

/** @returns undefined if the user cancelled */
async function pick(names: readonly SecretName[]): Promise<readonly SecretName[] | undefined> {
  const items = [
    ...group(
      'Saved',
      names.filter(({ never }) => !never),
    ),
    ...group(
      'Never save',
      names.filter(({ never }) => never),
    ),
  ];
  const picked = await pickMany(items, {
    title: 'Saved Passwords and Passphrases',
    placeHolder: 'Select the ones to forget',
    ignoreFocusOut: true,
  });
  return picked?.flatMap(({ secret }) => secret ?? []);
}

function group(label: string, names: readonly SecretName[]): readonly SecretItem[] {
  return names.length === 0
    ? []
    : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...names.map(itemFor)];
}

function itemFor(secret: SecretName): SecretItem {
  const date = new Date(secret.since).toLocaleDateString(vscode.env.language, { dateStyle: 'medium' });
  return {
    label: secret.name,
    description: `${secret.kind}, since ${date}`,
    detail: `${secret.kind === 'password' ? 'Host key' : 'Key'} ${secret.fingerprint}`,
    secret,
  };
}
