// Errors of X11 forwarding: the server does not forward windows, or the display here can't show them.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { quote } from '../../util/shown';
import { here, onServer, reported } from '../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported, Step, TextsByCode } from '../explanation';
import { authorizedKeys, sshdConfig, word } from '../shellCommands';

export type X11Error = Reported & (X11Disabled | XauthMissing | NoDisplay | DisplayRefused);

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

type NoDisplay = { readonly code: 'NoDisplay' } &
  /** DISPLAY is not set, and no X server is at the usual place; `platform` as in process.platform. */
  (
    | { readonly reason: 'none'; readonly platform: string }
    /** DISPLAY is not a valid display name, or no X server answers there. */
    | { readonly reason: 'invalid' | 'unreachable'; readonly display: string }
    /** Neither Xephyr nor Xnest, of which a nested display needs one. */
    | { readonly reason: 'noNestedServer' }
    | { readonly reason: 'nestedServerEnded'; readonly program: string }
    /** The X server has ended while a program ran. */
    | { readonly reason: 'closed'; readonly program: string; readonly display: string }
  );

interface DisplayRefused {
  readonly code: 'DisplayRefused';
  readonly display: string;
  /** everyone: the programs of this machine. untrusted: programs that are not trusted. */
  readonly refuses: 'everyone' | 'untrusted';
}

export function x11Disabled(by: 'server' | 'key', host: string, detail?: string): X11Error {
  return { code: 'X11Disabled', by, host, ...reported(detail) };
}

export function xauthMissingThere(host: string, detail?: string): X11Error {
  return { code: 'XauthMissing', side: 'server', host, ...reported(detail) };
}

export function xauthMissingHere(program: string): X11Error {
  return { code: 'XauthMissing', side: 'here', program };
}

export function noDisplay(platform: string): X11Error {
  return { code: 'NoDisplay', reason: 'none', platform };
}

/** The value of DISPLAY is not a valid display name. */
export function displayInvalid(display: string): X11Error {
  return { code: 'NoDisplay', reason: 'invalid', display };
}

export function displayUnreachable(display: string, detail?: string): X11Error {
  return { code: 'NoDisplay', reason: 'unreachable', display, ...reported(detail) };
}

export function displayRefused(display: string, reason: string): X11Error {
  return { code: 'DisplayRefused', refuses: 'everyone', display, ...reported(reason) };
}

export function untrustedImpossible(display: string, detail?: string): X11Error {
  return { code: 'DisplayRefused', refuses: 'untrusted', display, ...reported(detail) };
}

export function xephyrMissing(): X11Error {
  return { code: 'NoDisplay', reason: 'noNestedServer' };
}

export function nestedFailed(program: string, detail?: string): X11Error {
  return { code: 'NoDisplay', reason: 'nestedServerEnded', program, ...reported(detail) };
}

/** The X server has ended, or the user has closed the nested display. */
export function displayClosed(program: string, display: string): X11Error {
  return { code: 'NoDisplay', reason: 'closed', program, display };
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

  NoDisplay: {
    words: noDisplayWords,
    explain: (error, circumstances, l10n) => ({
      steps: displaySteps('display' in error ? error.display : undefined, circumstances, l10n),
      actions,
    }),
  },

  DisplayRefused: {
    words: ({ display, refuses }, l10n) =>
      refuses === 'everyone'
        ? {
            message: l10n.t('The display {display} rejects the programs of this machine.', {
              display: quote(display),
            }),
            nextStep: l10n.t(
              'Check with "xauth list" that there is a cookie for this display, and that XAUTHORITY names the right file.',
            ),
          }
        : {
            message: l10n.t('The display {display} does not support untrusted programs.', {
              display: quote(display),
            }),
            nextStep: l10n.t(
              'Run it in a nested display ("nested"), or as "trusted" if you trust the server.',
            ),
          },
    explain: ({ display }, { platform }, l10n) => ({
      steps: [
        here(l10n.t('List the cookies for displays:'), untranslated`xauth list`),
        here(
          l10n.t('Check whether a program on this machine can connect to the display:'),
          untranslated`xdpyinfo -display ${word(display, platform)}`,
        ),
        here(
          l10n.t(
            'An X server without the SECURITY extension (on Wayland, and XQuartz by default) can\'t restrict untrusted programs: use "nested", or "trusted" if you trust the server.',
          ),
        ),
      ],
      actions,
    }),
  },
};

function noDisplayWords(error: NoDisplay, l10n: Localizer): ErrorWords {
  switch (error.reason) {
    case 'none':
      return noDisplayAtAll(error.platform, l10n);
    case 'invalid':
      return {
        message: l10n.t('DISPLAY is {display}, which is not a valid display name.', {
          display: quote(error.display),
        }),
        nextStep: l10n.t('Set it to a value such as ":0" or "localhost:10.0", and reload this window.'),
      };
    case 'unreachable':
      return {
        message: l10n.t('No X server answers at {display}, the value of DISPLAY.', {
          display: quote(error.display),
        }),
        nextStep: l10n.t('Check that the X server is running; if DISPLAY has changed, reload this window.'),
      };
    case 'noNestedServer':
      return {
        message: l10n.t('This machine has neither Xephyr nor Xnest; a nested display needs one of them.'),
        nextStep: l10n.t(
          'Install Xephyr (the package is called xserver-xephyr or xorg-x11-server-Xephyr), or remove "nested".',
        ),
      };
    case 'nestedServerEnded':
      return {
        message: l10n.t('{program} ended before its nested display was ready.', { program: error.program }),
        nextStep: l10n.t('Check its output in the log.'),
      };
    case 'closed':
      return {
        message: l10n.t('{program} ended because its display {display} was closed.', {
          program: quote(error.program),
          display: quote(error.display),
        }),
        nextStep: l10n.t('Run it again when you need it.'),
      };
  }
}

function noDisplayAtAll(platform: string, l10n: Localizer): ErrorWords {
  switch (platform) {
    case 'darwin':
      return {
        message: l10n.t('There is no display for its windows: no X server is running on this Mac.'),
        nextStep: l10n.t('Install XQuartz and start it.'),
      };
    case 'win32':
      return {
        message: l10n.t('There is no display for its windows: no X server is running on this machine.'),
        nextStep: l10n.t('Install VcXsrv or X410 and start it.'),
      };
    default:
      return {
        message: l10n.t('There is no display for its windows: DISPLAY is not set.'),
        nextStep: l10n.t('Start VS Code in a desktop session, or start an X server and set DISPLAY.'),
      };
  }
}

function displaySteps(
  display: string | undefined,
  { platform }: Circumstances,
  l10n: Localizer,
): readonly Step[] {
  switch (platform) {
    case 'darwin':
      return [
        here(
          l10n.t('Install XQuartz and start it:'),
          untranslated`brew install --cask xquartz && open -a XQuartz`,
        ),
        here(l10n.t('Log out and in again after the first installation, so that DISPLAY is set.')),
      ];
    case 'win32':
      return [
        here(l10n.t('Start an X server such as VcXsrv or X410, with access control enabled.')),
        here(
          l10n.t("If it isn't on the first display, set DISPLAY:"),
          untranslated`setx DISPLAY localhost:1`,
        ),
      ];
    default:
      return [
        display === undefined
          ? here(
              l10n.t('Start VS Code in a desktop session. This shows the value of DISPLAY:'),
              'echo "$DISPLAY"',
            )
          : here(
              l10n.t('Check whether an X server answers at {display}:', { display }),
              untranslated`xdpyinfo -display ${word(display, platform)}`,
            ),
        here(l10n.t('In a remote window, the display must be on the machine where the extension runs.')),
      ];
  }
}
