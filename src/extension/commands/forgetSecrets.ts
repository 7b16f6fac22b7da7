// Forget Saved Passwords…: lists the saved passwords and passphrases, and removes the selected ones.
import * as vscode from 'vscode';
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
        void showMessage('information', vscode.l10n.t('No saved passwords.'));
        return;
      }
      const picked = await pick(names);
      if (!picked) {
        return;
      }
      await secrets.forget(picked.map(({ id }) => id));
      void showMessage('information', forgotten(picked.length));
    },
  };
}

function forgotten(count: number): string {
  switch (count) {
    case 0:
      return vscode.l10n.t('Nothing selected. No password was forgotten.');
    case 1:
      return vscode.l10n.t('Forgot 1 entry. Running tunnels stay up. You will be asked at the next sign-in.');
    default:
      return vscode.l10n.t(
        'Forgot {count} entries. Running tunnels stay up. You will be asked at the next sign-in.',
        { count },
      );
  }
}

/** @returns undefined if the user cancelled */
async function pick(names: readonly SecretName[]): Promise<readonly SecretName[] | undefined> {
  const items = [
    ...group(
      vscode.l10n.t('Saved'),
      names.filter(({ never }) => !never),
    ),
    ...group(
      vscode.l10n.t('Never save'),
      names.filter(({ never }) => never),
    ),
  ];
  const picked = await pickMany(items, {
    title: vscode.l10n.t('Saved Passwords and Passphrases'),
    placeHolder: vscode.l10n.t('Select the ones to forget'),
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
  const { name: label, fingerprint } = secret;
  return secret.kind === 'password'
    ? {
        label,
        description: vscode.l10n.t('password, since {date}', { date }),
        detail: vscode.l10n.t('Host key {fingerprint}', { fingerprint }),
        secret,
      }
    : {
        label,
        description: vscode.l10n.t('passphrase, since {date}', { date }),
        detail: vscode.l10n.t('Key {fingerprint}', { fingerprint }),
        secret,
      };
}
