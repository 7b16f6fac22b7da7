// What to do about a password, a code or a passphrase that was wrong.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { here, onServer } from '../explanation';
import type { Circumstances, Explanation } from '../explanation';
import { serverLog, sshArguments } from '../shellCommands';

export function explainWrongAnswers(who: string, circumstances: Circumstances, l10n: Localizer): Explanation {
  return {
    steps: [
      here(l10n.t('Try again. Check the user name in {who}, and that Caps Lock is off.', { who })),
      here(
        l10n.t('Check whether ssh accepts the same answer in a terminal:'),
        untranslated`ssh ${sshArguments(circumstances, who)}`,
      ),
      onServer(
        l10n.t(
          'A server also answers like this if it does not let the user in: a locked account, DenyUsers, AllowUsers. Its log has the reason:',
        ),
        serverLog,
      ),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}

export function explainWrongPassphrase(who: string, l10n: Localizer): Explanation {
  return {
    steps: [
      here(l10n.t('Try again with the passphrase that was set when the key for {who} was created.', { who })),
      here(
        l10n.t('If it is lost, create a new key, and copy it to the server (ssh-copy-id):'),
        untranslated`ssh-keygen -t ed25519`,
      ),
    ],
    actions: ['tryAgain', 'openSshConfig', 'showLog'],
  };
}
