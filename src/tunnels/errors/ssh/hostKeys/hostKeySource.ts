// Errors of what host keys are read from: known_hosts files, lists of revoked keys, KnownHostsCommand.
import { programPath } from '../../../config/commandLine/commandProgram';
import { untranslated } from '../../../util/l10n';
import type { Localizer } from '../../../util/l10n';
import { here, reported } from '../../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported } from '../../explanation';
import { word } from '../../shellCommands';

export type HostKeySourceUnusable = Reported & { readonly code: 'HostKeyUnknown' } & (
    | { readonly reason: HostKeyFileProblem; readonly file: string }
    /** A KnownHostsCommand. */
    | { readonly reason: CommandProblem; readonly command: string }
  );

/**
 * What is wrong with a known_hosts file or a list of revoked keys. notAFile: it is a folder, a pipe or the like.
 * notText: it contains NUL characters, as a binary file or UTF-16 does.
 */
export type HostKeyFileProblem =
  | 'fileUnreadable'
  | 'notAFile'
  | 'fileTooLarge'
  | 'notText'
  | 'notRevocationList';

/** commandRelative: its path is not absolute. */
type CommandProblem = 'commandFailed' | 'commandInvalid' | 'commandRelative';

export function hostKeyFileUnusable(
  reason: HostKeyFileProblem,
  file: string,
  detail?: string,
): HostKeySourceUnusable {
  return { code: 'HostKeyUnknown', reason, file, ...reported(detail) };
}

export function knownHostsCommandFailed(
  reason: CommandProblem,
  command: string,
  detail?: string,
): HostKeySourceUnusable {
  return { code: 'HostKeyUnknown', reason, command, ...reported(detail) };
}

export function unusableSourceWords(error: HostKeySourceUnusable, l10n: Localizer): ErrorWords {
  switch (error.reason) {
    case 'fileUnreadable':
      return {
        message: l10n.t("{file} can't be read, so the host key can't be verified.", { file: error.file }),
        nextStep: l10n.t('Fix the file or its permissions, or remove it from your SSH config.'),
      };
    case 'notAFile':
      return {
        message: l10n.t("{file} is not a regular file, so the host key can't be verified.", {
          file: error.file,
        }),
        nextStep: l10n.t('Remove it, or its name from your SSH config.'),
      };
    case 'fileTooLarge':
      return {
        message: l10n.t("{file} is too large, so the host key can't be verified.", { file: error.file }),
        nextStep: l10n.t('Remove the lines that you no longer need.'),
      };
    case 'notText':
      return {
        message: l10n.t("{file} is not a text file, so the host key can't be verified.", {
          file: error.file,
        }),
        nextStep: l10n.t('Restore it from a backup, or save it as UTF-8.'),
      };
    case 'notRevocationList':
      return {
        message: l10n.t("{file} is not a list of revoked keys, so the host key can't be verified.", {
          file: error.file,
        }),
        nextStep: l10n.t('Fix the file or its permissions, or remove it from your SSH config.'),
      };
    case 'commandFailed':
      return {
        message: l10n.t('The KnownHostsCommand "{command}" failed, so the host key can\'t be verified.', {
          command: programPath(error.command),
        }),
        nextStep: l10n.t('Run it in a terminal to see why, or remove it from your SSH config.'),
      };
    case 'commandRelative':
      return {
        message: l10n.t(
          'The path of the KnownHostsCommand "{command}" is not absolute, so the host key can\'t be verified.',
          { command: programPath(error.command) },
        ),
        nextStep: l10n.t('Write its whole path in your SSH config.'),
      };
    case 'commandInvalid':
      return {
        message: l10n.t(
          'The KnownHostsCommand "{command}" can\'t be parsed, so the host key can\'t be verified.',
          { command: programPath(error.command) },
        ),
        nextStep: l10n.t('Run it in a terminal to see why, or remove it from your SSH config.'),
      };
  }
}

export function explainUnusableSource(
  error: HostKeySourceUnusable,
  circumstances: Circumstances,
  l10n: Localizer,
): Explanation {
  return 'file' in error
    ? explainFile(error.file, circumstances, l10n)
    : {
        steps: [here(unusableSourceWords(error, l10n).nextStep)],
        actions: ['openSshConfig', 'tryAgain', 'showLog'],
      };
}

function explainFile(file: string, { platform }: Circumstances, l10n: Localizer): Explanation {
  const quoted = word(file, platform);
  return {
    steps: [
      here(
        l10n.t('Check what {file} is, who owns it, and whether you can read it:', { file }),
        platform === 'win32' ? untranslated`icacls ${quoted}` : untranslated`ls -ld ${quoted}`,
      ),
      here(
        l10n.t(
          'It may contain the key of this host, or say that the key is revoked. Without it, a changed key would look like a new one.',
        ),
      ),
    ],
    actions: ['openSshConfig', 'tryAgain'],
  };
}
