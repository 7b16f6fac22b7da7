// Errors when a program of the server can't run, or its server can't forward its windows.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { quote } from '../../util/parsing';
import { here, onServer, reported } from '../explanation';
import type { Explanation, Reported, TextsByCode } from '../explanation';
import { authorizedKeys, sshArguments, sshdConfig, word } from '../shellCommands';

export type X11Error = Reported & (X11Disabled | XauthMissing | ProgramNotFound | ProgramFailed);

interface X11Disabled {
  readonly code: 'X11Disabled';
  readonly host: string;
  /** By sshd_config, or by the options of the key that the user signs in with. */
  readonly by: 'server' | 'key';
}

type XauthMissing = { readonly code: 'XauthMissing' } & (
  | { readonly side: 'server'; readonly host: string }
  /** Without xauth there is no cookie for an untrusted program. `program` is where it was expected. */
  | { readonly side: 'here'; readonly program: string }
);

interface ProgramNotFound {
  readonly code: 'ProgramNotFound';
  readonly host: string;
  readonly command: string;
}

interface ProgramFailed {
  readonly code: 'ProgramFailed';
  readonly host: string;
  readonly command: string;
  readonly end: ProgramFailureEnd;
}

/** How a program ended; a signal is without "SIG". */
export type ProgramFailureEnd = { readonly exitCode: number } | { readonly signal: string } | 'unknown';

export function x11Disabled(by: 'server' | 'key', host: string, detail?: string): X11Error {
  return { code: 'X11Disabled', by, host, ...reported(detail) };
}

export function xauthMissingThere(host: string, detail?: string): X11Error {
  return { code: 'XauthMissing', side: 'server', host, ...reported(detail) };
}

export function xauthMissingHere(program: string): X11Error {
  return { code: 'XauthMissing', side: 'here', program };
}

export function programNotFound(command: string, host: string, detail?: string): X11Error {
  return { code: 'ProgramNotFound', host, command, ...reported(detail) };
}

/** @param detail the last line of its output */
export function programFailed(
  command: string,
  host: string,
  end: ProgramFailureEnd,
  detail?: string,
): X11Error {
  return { code: 'ProgramFailed', host, command, end, ...reported(detail) };
}

const actions = ['tryAgain', 'showLog'] as const;

export const x11Texts: TextsByCode<X11Error> = {
  X11Disabled: {
    words: ({ by, host }, l10n) =>
      by === 'server'
        ? {
            message: l10n.t('{host} does not forward X11, so no program there can show a window here.', {
              host,
            }),
            nextStep: l10n.t('Ask the administrator for "X11Forwarding yes" in its sshd_config.'),
          }
        : {
            message: l10n.t('{host} does not forward X11 for the key that you sign in with.', { host }),
            nextStep: l10n.t(
              'Remove "restrict" or "no-X11-forwarding" before that key in authorized_keys there, or use another key.',
            ),
          },
    explain: ({ by, host }, _circumstances, l10n) => {
      const ofKey = onServer(
        l10n.t(
          'Check that your key there is not restricted by "restrict" or "no-x11-forwarding"; after "restrict" it needs "X11-forwarding":',
        ),
        authorizedKeys,
      );
      const ofServer = sshdConfig(
        l10n.t('Allow X11 in /etc/ssh/sshd_config of {host}:', { host }),
        untranslated`X11Forwarding yes`,
        l10n,
      );
      return { steps: by === 'key' ? [ofKey] : [...ofServer, ofKey], actions };
    },
  },

  XauthMissing: {
    words: (error, l10n) =>
      error.side === 'server'
        ? {
            message: l10n.t('{host} has no xauth, which its SSH server needs to forward X11.', {
              host: error.host,
            }),
            nextStep: l10n.t('Install xauth there; the package is called xauth or xorg-x11-xauth.'),
          }
        : {
            message: l10n.t(
              'This machine has no {program}, which untrusted programs need to use your display.',
              { program: error.program },
            ),
            nextStep: l10n.t(
              'Install xauth here; the package is called xauth or xorg-x11-xauth, and XQuartz includes it.',
            ),
          },
    explain: (error, { platform }, l10n): Explanation => {
      if (error.side === 'here' && platform === 'darwin') {
        return {
          steps: [
            here(l10n.t('Install XQuartz, which includes xauth:'), untranslated`brew install --cask xquartz`),
          ],
          actions,
        };
      }
      const step = error.side === 'server' ? onServer : here;
      return {
        steps: [
          step(
            error.side === 'server'
              ? l10n.t('Install xauth on {host}; on Debian and Ubuntu:', { host: error.host })
              : l10n.t('Install xauth on this machine; on Debian and Ubuntu:'),
            untranslated`sudo apt install xauth`,
          ),
          step(l10n.t('On Fedora and RHEL:'), untranslated`sudo dnf install xorg-x11-xauth`),
        ],
        actions,
      };
    },
  },

  ProgramNotFound: {
    words: ({ host, command }, l10n) => ({
      message: l10n.t("{host} can't find or run the program of {command}.", {
        host,
        command: quote(command),
      }),
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
        error.detail === undefined
          ? l10n.t('Run it in a terminal of the server to see why.')
          : l10n.t('Fix the problem that it reports; run it in a terminal of the server to see more.'),
    }),
    explain: ({ host, command }, circumstances, l10n) => ({
      steps: [
        here(
          l10n.t('Run it with ssh and read its output:'),
          untranslated`ssh -X ${sshArguments(circumstances, host)} ${word(command, circumstances.platform)}`,
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

function failedMessage({ command, host, end }: ProgramFailed, l10n: Localizer): string {
  const program = quote(command);
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
