// What to do about a key file that can't be read, by its cause.
import { untranslated } from '../../../util/l10n';
import type { Localizer } from '../../../util/l10n';
import { here } from '../../explanation';
import type { Step } from '../../explanation';
import { word } from '../../shellCommands';

/** missing: also a link whose target is missing. notAKeyFile: a pipe or a device. */
export type UnreadableReason =
  | 'missing'
  | 'folder'
  | 'tooLarge'
  | 'notAKeyFile'
  | 'noPermission'
  | 'noPrivateKey'
  | 'onlyPublicKey'
  | 'othersCanRead'
  | 'readError'
  | 'parseError';

export function unreadableKeySteps(
  reason: UnreadableReason,
  file: string,
  platform: string,
  l10n: Localizer,
): readonly Step[] {
  const quoted = word(file, platform);
  const isWindows = platform === 'win32';
  // The commands for Windows are those of PowerShell.
  const look = isWindows ? untranslated`icacls ${quoted}` : untranslated`ls -ld ${quoted}`;
  switch (reason) {
    case 'missing':
      return [
        here(
          l10n.t('See which keys you have, and correct IdentityFile in your SSH config:'),
          isWindows ? untranslated`dir $env:USERPROFILE\\.ssh` : untranslated`ls -l ~/.ssh`,
        ),
      ];
    case 'folder':
    case 'tooLarge':
    case 'notAKeyFile':
      return [here(l10n.t('Check what {file} is:', { file }), look)];
    case 'noPermission':
    case 'othersCanRead':
      return [
        here(l10n.t('Check who owns {file}, and whether you can read it:', { file }), look),
        here(
          l10n.t('If it is yours, allow only yourself to read it:'),
          isWindows
            ? untranslated`icacls ${quoted} /inheritance:r /grant:r "$($env:USERNAME):R"`
            : untranslated`chmod 600 ${quoted}`,
        ),
      ];
    case 'noPrivateKey':
    case 'onlyPublicKey':
    case 'readError':
    case 'parseError':
      return [
        here(l10n.t('Check who owns {file}, and whether you can read it:', { file }), look),
        here(
          l10n.t('Check whether OpenSSH can read the key; if so, this shows the public key:'),
          untranslated`ssh-keygen -y -f ${quoted}`,
        ),
      ];
  }
}
