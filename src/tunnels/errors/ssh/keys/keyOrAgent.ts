// Errors of the keys and of the SSH agent that a login needs.
import { untranslated } from '../../../util/l10n';
import type { Localizer } from '../../../util/l10n';
import { here, onServer, reported } from '../../explanation';
import type { Circumstances, ErrorWords, Reported, Step, TextsByCode } from '../../explanation';
import { aliasOf, word } from '../../shellCommands';
import { agentUnavailableWords, explainAgentUnavailable } from './agentUnavailable';
import type { AgentUnavailable } from './agentUnavailable';
import { unreadableKeySteps } from './unreadableKey';
import { formatDefectSteps, formatDefectWords } from './keyFormat';
import type { FormatDefect } from './keyFormat';

/** Why a key file can't be read. */
export type KeyFileProblem =
  | { readonly reason: 'missing' | 'folder' | 'tooLarge' | 'notAKeyFile' | 'noPermission' }
  /** A certificate without its private key. */
  | { readonly reason: 'noPrivateKey' }
  /** Only the public key was found, and the agent doesn't have the private one. */
  | { readonly reason: 'onlyPublicKey' }
  /** `mode` as in chmod(1): `0644`. */
  | { readonly reason: 'othersCanRead'; readonly mode: string }
  /** The system's error when it was read, or the library's when it was parsed. */
  | { readonly reason: 'readError' | 'parseError'; readonly error: string };

/** Why a key can't be used with any passphrase. */
export type KeyDefect =
  | FormatDefect
  | { readonly defect: 'onSecurityKey' }
  | { readonly defect: 'keyType'; readonly type: string }
  /** RequiredRSASize requires more bits. */
  | { readonly defect: 'rsaTooShort'; readonly bits: number; readonly minimum: number }
  | { readonly defect: 'rsaTooLong'; readonly bits: number; readonly maximum: number }
  | ({
      readonly defect: 'noAlgorithm';
      readonly type: string;
      /** `user@host:port` */
      readonly who: string;
    } & (
      | { readonly none: 'server' }
      /** PubkeyAcceptedAlgorithms lacks an algorithm that the server supports. sha1: the server may support no other. */
      | { readonly none: 'sha1' | 'config'; readonly add: string }
    ))
  /** `error` is what the library reported. */
  | { readonly defect: 'damaged'; readonly error?: string };

export type KeyError = Reported & {
  /** The methods that the server accepts, when there was nothing else to try. */
  readonly accepts?: readonly string[];
} & (KeyUnreadable | KeyUnsupported | AgentUnavailable);

type KeyUnreadable = { readonly code: 'KeyUnreadable'; readonly file: string } & KeyFileProblem;
type KeyUnsupported = { readonly code: 'KeyUnsupported'; readonly file: string } & KeyDefect;

export function keyUnreadable(file: string, problem: KeyFileProblem): KeyError {
  return { code: 'KeyUnreadable', file, ...problem };
}

export function keyUnsupported(file: string, defect: KeyDefect): KeyError {
  return { code: 'KeyUnsupported', file, ...defect };
}

export const keyTexts: TextsByCode<KeyError> = {
  KeyUnreadable: {
    words: (error, l10n) => ({ ...unreadableWords(error, l10n), ...detailOf(error, l10n) }),
    explain: ({ file, reason }, { platform }, l10n) => ({
      steps: unreadableKeySteps(reason, file, platform, l10n),
      actions: ['openSshConfig', 'tryAgain'],
    }),
  },

  KeyUnsupported: {
    words: (error, l10n) => ({ ...unsupportedWords(error, l10n), ...detailOf(error, l10n) }),
    explain: (error, circumstances, l10n) => ({
      steps: unsupportedSteps(error, circumstances, l10n),
      actions: ['openSshConfig', 'tryAgain'],
    }),
  },

  AgentUnavailable: {
    words: (error, l10n) => ({ ...agentUnavailableWords(error, l10n), ...detailOf(error, l10n) }),
    explain: explainAgentUnavailable,
  },
};

function detailOf({ accepts = [], detail }: KeyError, l10n: Localizer): Pick<ErrorWords, 'detail'> {
  const list =
    accepts.length > 0 ? [l10n.t('The server accepts: {methods}.', { methods: accepts.join(', ') })] : [];
  return reported([...list, ...(detail === undefined ? [] : [detail])].join(' '));
}

function unreadableWords(error: KeyUnreadable, l10n: Localizer): ErrorWords {
  const { file } = error;
  switch (error.reason) {
    case 'missing':
      return {
        message: l10n.t("The key {file} can't be used: the file doesn't exist.", { file }),
        nextStep: l10n.t('Correct IdentityFile in your SSH config.'),
      };
    case 'folder':
      return {
        message: l10n.t("The key {file} can't be used: it is a folder.", { file }),
        nextStep: l10n.t('Set IdentityFile in your SSH config to a key file.'),
      };
    case 'tooLarge':
      return {
        message: l10n.t("The key {file} can't be used: the file is too large for a key.", { file }),
        nextStep: l10n.t('Set IdentityFile in your SSH config to a key file.'),
      };
    case 'notAKeyFile':
      return {
        message: l10n.t("The key {file} can't be used: it is not a key file.", { file }),
        nextStep: l10n.t('Set IdentityFile in your SSH config to a key file.'),
      };
    case 'noPermission':
      return {
        message: l10n.t("The key {file} can't be used: you don't have permission to read it.", { file }),
        nextStep: l10n.t('Check its owner and permissions.'),
      };
    case 'noPrivateKey':
      return {
        message: l10n.t("The key {file} can't be used: its private key was not found.", { file }),
        nextStep: l10n.t('Add that key to IdentityFile in your SSH config.'),
      };
    case 'onlyPublicKey':
      return {
        message: l10n.t(
          "The key {file} can't be used: only its public key was found, and it isn't in the SSH agent.",
          { file },
        ),
        nextStep: l10n.t('Load it into your SSH agent.'),
      };
    case 'othersCanRead':
      return {
        message: l10n.t(
          "The key {file} can't be used: other users can read it (mode {mode}), so it is ignored, as in ssh.",
          { file, mode: error.mode },
        ),
        nextStep: l10n.t('Run "chmod 600 {file}" in a terminal.', { file }),
      };
    case 'readError':
      return {
        message: l10n.t("The key {file} can't be used: {error}.", { file, error: error.error }),
        nextStep: l10n.t('Check its owner and permissions.'),
      };
    case 'parseError':
      return {
        message: l10n.t("The key {file} can't be used: {error}.", { file, error: error.error }),
        nextStep: l10n.t('Check the file.'),
      };
  }
}

function unsupportedWords(error: KeyUnsupported, l10n: Localizer): ErrorWords {
  const { file } = error;
  switch (error.defect) {
    case 'notAKey':
    case 'cipher':
    case 'cost':
    case 'puttyFormat':
      return formatDefectWords(file, error, l10n);
    case 'onSecurityKey':
      return {
        message: l10n.t("The key {file} can't be used: its private key is on a security key.", { file }),
        nextStep: l10n.t(
          'Plug in the security key and load it into your SSH agent with "ssh-add {file}", or with "ssh-add -K" if the key was stored on it.',
          { file },
        ),
      };
    case 'keyType':
      return {
        message: l10n.t("The key {file} can't be used: its type {type} is not supported.", {
          file,
          type: error.type,
        }),
        nextStep: l10n.t('Make a new key with "ssh-keygen -t ed25519".'),
      };
    case 'rsaTooShort':
      return {
        message: l10n.t(
          "The key {file} can't be used: it is an RSA key of {bits} bits, and at least {minimum} are required.",
          { file, bits: error.bits, minimum: error.minimum },
        ),
        nextStep: l10n.t('Make a new key with "ssh-keygen -t ed25519".'),
      };
    case 'rsaTooLong':
      return {
        message: l10n.t(
          "The key {file} can't be used: it is an RSA key of {bits} bits, and at most {maximum} are supported, as in ssh.",
          { file, bits: error.bits, maximum: error.maximum },
        ),
        nextStep: l10n.t('Make a new key with "ssh-keygen -t ed25519".'),
      };
    case 'noAlgorithm':
      return noAlgorithmWords(file, error, l10n);
    case 'damaged':
      return {
        message:
          error.error === undefined
            ? l10n.t("The key {file} can't be used: it is damaged.", { file })
            : l10n.t("The key {file} can't be used: it is damaged ({error}).", { file, error: error.error }),
        nextStep: l10n.t('Restore it from a backup.'),
      };
  }
}

function noAlgorithmWords(
  file: string,
  error: Extract<KeyDefect, { defect: 'noAlgorithm' }>,
  l10n: Localizer,
): ErrorWords {
  const facts = { file, who: error.who };
  switch (error.none) {
    case 'server':
      return {
        message: l10n.t(
          "The key {file} can't be used for {who}: the server doesn't support its type {type}.",
          { ...facts, type: error.type },
        ),
        nextStep: l10n.t('Make a new key with "ssh-keygen -t ed25519".'),
      };
    case 'sha1':
      return {
        message: l10n.t(
          "The key {file} can't be used for {who}: the server doesn't offer RSA signatures with SHA-2, and those with SHA-1 are disabled, as in ssh.",
          facts,
        ),
        nextStep: l10n.t(
          'Use an Ed25519 key, have the server updated, or allow SHA-1 with "{line}" in the Host block of your SSH config.',
          { line: acceptLine(error.add) },
        ),
      };
    case 'config':
      return {
        message: l10n.t(
          "The key {file} can't be used for {who}: PubkeyAcceptedAlgorithms in your SSH config doesn't allow {algorithm}.",
          { ...facts, algorithm: error.add },
        ),
        nextStep: l10n.t('Use another key, or add "{line}" to the Host block of your SSH config.', {
          line: acceptLine(error.add),
        }),
      };
  }
}

function unsupportedSteps(
  error: KeyUnsupported,
  circumstances: Circumstances,
  l10n: Localizer,
): readonly Step[] {
  const { file } = error;
  const { platform } = circumstances;
  const newKey = here(
    l10n.t('Make a new key, and copy it to the server while you can still sign in there:'),
    untranslated`ssh-keygen -t ed25519`,
  );
  const intoAgent = here(
    l10n.t('Or load it into the SSH agent:'),
    untranslated`ssh-add ${word(file, platform)}`,
  );
  switch (error.defect) {
    case 'rsaTooShort':
    case 'rsaTooLong':
      return [newKey];
    case 'keyType':
      // The agent may support a type that is newer than this code, and of other programs' types none.
      return error.type.endsWith('@openssh.com') ? [newKey, intoAgent] : [newKey];
    case 'damaged':
      return [
        here(
          l10n.t('Check whether OpenSSH can read the key; if so, this shows the public key:'),
          untranslated`ssh-keygen -y -f ${word(file, platform)}`,
        ),
        newKey,
      ];
    case 'onSecurityKey':
      return [
        here(
          l10n.t('Plug in the security key, and load its key into the SSH agent:'),
          untranslated`ssh-add ${word(file, platform)}`,
        ),
        here(l10n.t('Or load all keys that were stored on it (resident keys):'), untranslated`ssh-add -K`),
        // Apple builds its OpenSSH without the built-in provider for security keys.
        ...(platform === 'darwin'
          ? [
              here(
                l10n.t(
                  "If ssh-add knows no provider for security keys, as macOS's own: install another OpenSSH, and set SSH_AUTH_SOCK or IdentityAgent to its ssh-agent.",
                ),
                untranslated`brew install openssh`,
              ),
            ]
          : []),
      ];
    case 'notAKey':
    case 'cipher':
    case 'cost':
    case 'puttyFormat':
      return formatDefectSteps(file, error, platform, l10n);
    case 'noAlgorithm': {
      const host = aliasOf(circumstances, 'HOST');
      const allow =
        error.none === 'server'
          ? []
          : [
              here(
                error.none === 'sha1'
                  ? l10n.t(
                      'Or allow SHA-1 for this host in your SSH config. It is weak, so only if you must:',
                    )
                  : l10n.t('Or allow it for this host in your SSH config:'),
                untranslated`Host ${host}\n    ${acceptLine(error.add)}`,
              ),
            ];
      return error.none === 'sha1'
        ? [newKey, onServer(l10n.t('Or update the SSH server of {host}.', { host: error.who })), ...allow]
        : [newKey, ...allow];
    }
  }
}

function acceptLine(algorithm: string): string {
  return `PubkeyAcceptedAlgorithms +${algorithm}`;
}
