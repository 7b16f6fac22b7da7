// Words for key files in a format that can't be read, or that are no SSH keys, and how to convert them.
import { untranslated } from '../../../util/l10n';
import type { Localizer } from '../../../util/l10n';
import { here } from '../../explanation';
import type { ErrorWords, Step } from '../../explanation';
import { word } from '../../shellCommands';

/** `pem` includes PKCS#8. */
export type KeyFormat = 'openssh' | 'pem' | 'putty';

/** What a file is that isn't an SSH key. `sshCom`: a private key in the format of ssh.com; `der`: one in binary. */
export type OtherFormat =
  | 'empty'
  | 'publicKey'
  | 'certificate'
  | 'pkcs12'
  | 'der'
  | 'sshCom'
  | 'ssh1'
  | 'jwk'
  | 'age'
  | 'openPgp';

export type FormatDefect =
  | { readonly defect: 'notAKey'; readonly format?: OtherFormat }
  | { readonly defect: 'cipher'; readonly cipher: string; readonly format: KeyFormat }
  /** To make a key from its passphrase would take too long, or too much memory. `kdf`: bcrypt, Argon2id, PBKDF2, … */
  | { readonly defect: 'cost'; readonly kdf: string; readonly format: KeyFormat }
  | { readonly defect: 'puttyFormat'; readonly version: string; readonly encryption: string };

export function formatDefectWords(file: string, defect: FormatDefect, l10n: Localizer): ErrorWords {
  switch (defect.defect) {
    case 'notAKey':
      return otherFormatWords(file, defect.format, l10n);
    case 'cipher':
      return {
        message: l10n.t(
          "The key {file} can't be used: it is encrypted with {cipher}, which is not supported.",
          { file, cipher: defect.cipher },
        ),
        nextStep: encryptAgain(file, defect.format, l10n),
      };
    case 'cost':
      return {
        message: l10n.t(
          "The key {file} can't be used: to open it with {kdf} as the file demands would take too much time or memory.",
          { file, kdf: defect.kdf },
        ),
        nextStep: encryptAgain(file, defect.format, l10n),
      };
    case 'puttyFormat':
      return {
        message: l10n.t(
          "The key {file} can't be used: PuTTY's format in version {version} with the encryption {encryption} is not supported.",
          { file, version: defect.version, encryption: defect.encryption },
        ),
        nextStep: encryptAgain(file, 'putty', l10n),
      };
  }
}

export function formatDefectSteps(
  file: string,
  defect: FormatDefect,
  platform: string,
  l10n: Localizer,
): readonly Step[] {
  const key = word(file, platform);
  const newFile = word(`${file}.new`, platform);
  const format = defect.defect === 'puttyFormat' ? 'putty' : defect.format;
  switch (format) {
    case 'openssh':
      return [
        here(
          l10n.t('Back up {file}, then encrypt it again (you can enter the same passphrase):', { file }),
          untranslated`ssh-keygen -p -a 24 -Z aes256-ctr -f ${key}`,
        ),
        here(l10n.t('Or load it into the SSH agent:'), untranslated`ssh-add ${key}`),
      ];
    case 'pem':
      return [
        here(
          l10n.t(
            'Encrypt it again with OpenSSL 3, which Git for Windows contains, and set IdentityFile to the new file:',
          ),
          untranslated`openssl pkey -provider legacy -provider default -in ${key} -aes256 -out ${newFile}`,
        ),
      ];
    case 'der':
      return [
        here(
          l10n.t(
            'Convert it with OpenSSL, which Git for Windows contains, and set IdentityFile to the new file:',
          ),
          untranslated`openssl pkey -inform DER -in ${key} -out ${newFile}`,
        ),
      ];
    case 'pkcs12':
      return [
        here(
          l10n.t(
            'Take the key out of it with OpenSSL, which Git for Windows contains, and set IdentityFile to the new file:',
          ),
          untranslated`openssl pkcs12 -in ${key} -nocerts -out ${newFile}`,
        ),
        here(
          l10n.t('If that fails because of an old encryption:'),
          untranslated`openssl pkcs12 -legacy -in ${key} -nocerts -out ${newFile}`,
        ),
      ];
    case 'putty':
    case 'sshCom':
      return [
        platform === 'win32'
          ? here(
              l10n.t(
                'Open it in PuTTYgen (Conversions > Import key), choose Conversions > Export OpenSSH key, and set IdentityFile to the new file.',
              ),
            )
          : here(
              l10n.t("Convert it to OpenSSH's own format, and set IdentityFile to the new file:"),
              untranslated`puttygen ${key} -O private-openssh -o ${newFile}`,
            ),
      ];
    case 'openPgp':
      return [
        here(
          l10n.t(
            'To use an OpenPGP key, let gpg-agent serve as the SSH agent. This command prints the path of its socket:',
          ),
          untranslated`gpgconf --list-dirs agent-ssh-socket`,
        ),
      ];
    case 'ssh1':
    case 'jwk':
    case 'age':
    case 'empty':
      return [
        here(
          l10n.t('Make a new key, and copy it to the server while you can still sign in there:'),
          untranslated`ssh-keygen -t ed25519`,
        ),
      ];
    default:
      return [
        here(
          l10n.t('Check whether OpenSSH can read the key; if so, this shows the public key:'),
          untranslated`ssh-keygen -y -f ${key}`,
        ),
      ];
  }
}

function otherFormatWords(file: string, format: OtherFormat | undefined, l10n: Localizer): ErrorWords {
  const otherFile = l10n.t('Set IdentityFile in your SSH config to the file with the private key.');
  switch (format) {
    case undefined:
      return {
        message: l10n.t("The key {file} can't be used: it contains no private key in a supported format.", {
          file,
        }),
        nextStep: otherFile,
      };
    case 'empty':
      return {
        message: l10n.t("The key {file} can't be used: the file is empty.", { file }),
        nextStep: otherFile,
      };
    case 'publicKey':
      return {
        message: l10n.t("The key {file} can't be used: it contains only a public key.", { file }),
        nextStep: otherFile,
      };
    case 'certificate':
      return {
        message: l10n.t(
          "The key {file} can't be used: it contains an X.509 certificate and no private key.",
          { file },
        ),
        nextStep: otherFile,
      };
    case 'pkcs12':
      return {
        message: l10n.t("The key {file} can't be used: it is a PKCS#12 file (.p12, .pfx).", { file }),
        nextStep: l10n.t(
          'Convert it with "openssl pkcs12 -in {file} -nocerts -out NEW" and set IdentityFile to the new file.',
          { file },
        ),
      };
    case 'der':
      return {
        message: l10n.t("The key {file} can't be used: it is in binary (DER) instead of PEM.", { file }),
        nextStep: l10n.t(
          'Convert it with "openssl pkey -inform DER -in {file} -out NEW" and set IdentityFile to the new file.',
          { file },
        ),
      };
    case 'sshCom':
      return {
        message: l10n.t("The key {file} can't be used: it is in the format of ssh.com.", { file }),
        nextStep: convertWithPuttygen(l10n),
      };
    case 'ssh1':
      return {
        message: l10n.t("The key {file} can't be used: it is for version 1 of SSH.", { file }),
        nextStep: newKey(l10n),
      };
    case 'jwk':
      return {
        message: l10n.t("The key {file} can't be used: it is a JSON Web Key.", { file }),
        nextStep: newKey(l10n),
      };
    case 'age':
      return {
        message: l10n.t("The key {file} can't be used: it is for age, not for SSH.", { file }),
        nextStep: otherFile,
      };
    case 'openPgp':
      return {
        message: l10n.t("The key {file} can't be used: it is for OpenPGP, not for SSH.", { file }),
        nextStep: l10n.t(
          'Set IdentityFile in your SSH config to the file with the private key, or let gpg-agent serve as the SSH agent.',
        ),
      };
  }
}

function encryptAgain(file: string, format: KeyFormat, l10n: Localizer): string {
  switch (format) {
    case 'openssh':
      return l10n.t('Encrypt it again with "ssh-keygen -p -a 24 -Z aes256-ctr -f {file}".', { file });
    case 'pem':
      return l10n.t(
        'Encrypt it again with "openssl pkey -provider legacy -provider default -in {file} -aes256 -out NEW" and set IdentityFile to the new file.',
        { file },
      );
    case 'putty':
      return convertWithPuttygen(l10n);
  }
}

function convertWithPuttygen(l10n: Localizer): string {
  return l10n.t(
    "Convert it to OpenSSH's format with PuTTYgen (in its window: Conversions > Export OpenSSH key) and set IdentityFile to the new file.",
  );
}

function newKey(l10n: Localizer): string {
  return l10n.t('Make a new key with "ssh-keygen -t ed25519".');
}
