// Errors when an X11 program of the server can't run.
import { programPath } from '../../config/commandLine/commandProgram';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { quote } from '../../util/shown';
import { here, onServer, reported } from '../explanation';
import type { Reported, TextsByCode } from '../explanation';
import { sshArguments, word } from '../shellCommands';

export type ProgramError = Reported & (ProgramNotFound | ProgramFailed);

interface ProgramNotFound {
  readonly code: 'ProgramNotFound';
  readonly host: string;
  readonly command: string;
}

interface ProgramFailed {
  readonly code: 'ProgramFailed';
  readonly host: string;
  readonly command: string;
  readonly end: ProgramOutcome;
}

/** How a program ended; a signal is without "SIG". */
export type ProgramFailureEnd = { readonly exitCode: number } | { readonly signal: string } | 'unknown';

/** notStarted: the server runs no programs for this user, or none at all. */
type ProgramOutcome = ProgramFailureEnd | 'notStarted';

export function programNotFound(command: string, host: string, detail?: string): ProgramError {
  return { code: 'ProgramNotFound', host, command, ...reported(detail) };
}

/** @param detail the last line of its output */
export function programFailed(
  command: string,
  host: string,
  end: ProgramFailureEnd,
  detail?: string,
): ProgramError {
  return { code: 'ProgramFailed', host, command, end, ...reported(detail) };
}

export function programNotPermitted(command: string, host: string, detail?: string): ProgramError {
  return { code: 'ProgramFailed', host, command, end: 'notStarted', ...reported(detail) };
}

export const programTexts: TextsByCode<ProgramError> = {
  ProgramNotFound: {
    words: ({ host, command }, l10n) => ({
      message: l10n.t("{host} can't find or run {program}.", { host, program: quote(programPath(command)) }),
      nextStep: l10n.t('Install it there, or use its full path.'),
    }),
    explain: ({ host }, _circumstances, l10n) => ({
      steps: [
        onServer(
          l10n.t('Check that {host} has the program, in the PATH of a session without a terminal:', { host }),
          'echo "$PATH"',
        ),
        here(l10n.t('If it is in another folder, use its full path in x11Programs.')),
      ],
      actions: ['edit', 'tryAgain'],
    }),
  },

  ProgramFailed: {
    words: (error, l10n) => ({
      message: failedMessage(error, l10n),
      nextStep:
        error.end === 'notStarted'
          ? l10n.t('Ask the administrator whether your account can run programs on that server.')
          : error.detail === undefined
            ? l10n.t('Run it in a terminal of the server to see why.')
            : l10n.t('Fix the problem that it reports; run it in a terminal of the server to see more.'),
    }),
    explain: ({ host, command }, circumstances, l10n) => ({
      steps: [
        here(
          l10n.t('Run it with ssh and read its output:'),
          untranslated`ssh -X ${sshArguments(circumstances, host)} ${word(withoutArguments(command), circumstances.platform)}`,
        ),
        here(l10n.t('If it fails because it is untrusted, run it in a nested display ("nested").')),
        here(
          l10n.t(
            'Some programs pass the request to an instance that is already running: close that one, or request a new instance.',
          ),
        ),
      ],
      actions: ['tryAgain', 'edit', 'showLog'],
    }),
  },
};

/** The explanation can be copied, and language models read it: passwords may be among the arguments. */
function withoutArguments(command: string): string {
  const program = programPath(command);
  return program === command ? command : `${program} …`;
}

function failedMessage({ command, host, end }: ProgramFailed, l10n: Localizer): string {
  const program = quote(programPath(command));
  if (end === 'notStarted') {
    return l10n.t('{host} does not run {program}: it does not let you run programs.', { program, host });
  }
  if (end === 'unknown') {
    return l10n.t('{program} ended at once on {host}, for an unknown reason, and showed no window.', {
      program,
      host,
    });
  }
  return 'signal' in end
    ? l10n.t('{program} ended at once on {host}, by signal {signal}, and showed no window.', {
        program,
        host,
        signal: end.signal,
      })
    : l10n.t('{program} ended at once on {host}, with exit code {code}, and showed no window.', {
        program,
        host,
        code: end.exitCode,
      });
}
