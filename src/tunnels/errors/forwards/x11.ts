// Errors of the display on which programs of the server show their windows.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { quote } from '../../util/parsing';
import { here, reported } from '../explanation';
import type { Circumstances, ErrorWords, Reported, Step, TextsByCode } from '../explanation';
import { word } from '../shellCommands';

export type DisplayError = Reported & (NoDisplay | DisplayRefused);

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

export function noDisplay(platform: string): DisplayError {
  return { code: 'NoDisplay', reason: 'none', platform };
}

/** The value of DISPLAY is not a valid display name. */
export function displayInvalid(display: string): DisplayError {
  return { code: 'NoDisplay', reason: 'invalid', display };
}

export function displayUnreachable(display: string, detail?: string): DisplayError {
  return { code: 'NoDisplay', reason: 'unreachable', display, ...reported(detail) };
}

export function displayRefused(display: string, reason: string): DisplayError {
  return { code: 'DisplayRefused', refuses: 'everyone', display, ...reported(reason) };
}

export function untrustedImpossible(display: string, detail?: string): DisplayError {
  return { code: 'DisplayRefused', refuses: 'untrusted', display, ...reported(detail) };
}

export function xephyrMissing(): DisplayError {
  return { code: 'NoDisplay', reason: 'noNestedServer' };
}

export function nestedFailed(program: string, detail?: string): DisplayError {
  return { code: 'NoDisplay', reason: 'nestedServerEnded', program, ...reported(detail) };
}

/** The X server has ended, or the user has closed the nested display. */
export function displayClosed(program: string, display: string): DisplayError {
  return { code: 'NoDisplay', reason: 'closed', program, display };
}

const actions = ['tryAgain', 'showLog'] as const;

export const displayTexts: TextsByCode<DisplayError> = {
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
