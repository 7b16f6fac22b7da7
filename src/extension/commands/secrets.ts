// The command that shows which passwords and passphrases are kept, and forgets those that are chosen.
import * as vscode from 'vscode';
import { formatCount } from '../../views/words/format';
import { commandIds } from '../contributions';
import type { Secrets } from '../secrets/secretBroker';
import { pickSeveral, tell } from '../ui/dialogs';
import type { SecretName } from '../secrets/secretStore';
import type { CommandTable } from './register';

interface SecretItem extends vscode.QuickPickItem {
  /** undefined: a separator. */
  readonly secret?: SecretName;
}

export function secretsCommands(secrets: Secrets): CommandTable {
  return {
    [commandIds.forgetSecrets]: async () => {
      const names = await secrets.list();
      if (names.length === 0) {
        void tell('information', 'No password and no passphrase is kept.');
        return;
      }
      const picked = await pick(names);
      if (!picked) {
        return;
      }
      await secrets.forget(picked.map(({ id }) => id));
      void tell(
        'information',
        picked.length === 0
          ? 'None was ticked: nothing is forgotten.'
          : `Forgot ${formatCount(picked.length, 'entry', 'entries')}. A tunnel that is up stays up; you are asked at its next login.`,
      );
    },
  };
}

/** @returns undefined when it was cancelled */
async function pick(names: readonly SecretName[]): Promise<readonly SecretName[] | undefined> {
  const items = [
    ...group(
      'Kept',
      names.filter(({ never }) => !never),
    ),
    ...group(
      'Never to be kept',
      names.filter(({ never }) => never),
    ),
  ];
  const picked = await pickSeveral(items, {
    title: 'Kept Passwords and Passphrases',
    placeHolder: 'Tick those to forget',
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
