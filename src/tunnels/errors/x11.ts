// Why a program of the server can't show its windows here.
import type { TunnelError } from './errors';
import { quote } from '../util/text';
import { failure } from './errors';

const again = 'Run it again when you need it.';

export function x11Disabled(host: string, detail?: string): TunnelError {
  return failure(
    'X11Disabled',
    `${host} does not forward X11, so no program there can show a window here.`,
    'Have "X11Forwarding yes" set in its sshd_config.',
    detail,
    { host, cure: { side: 'server', line: 'X11Forwarding yes' } },
  );
}

export function x11ForbiddenByKey(host: string, detail?: string): TunnelError {
  return failure(
    'X11Disabled',
    `${host} does not forward X11 for the key that you log in with.`,
    'Have "restrict" or "no-X11-forwarding" before that key in authorized_keys changed there, or use another key.',
    detail,
    { host, cure: { side: 'server', line: 'restrict,X11-forwarding' } },
  );
}

export function xauthMissingThere(host: string, detail?: string): TunnelError {
  return failure(
    'XauthMissing',
    `${host} has no xauth, without which its SSH server forwards no X11.`,
    'Install xauth there: its package is called xauth, or xorg-x11-xauth.',
    detail,
    { host },
  );
}

/** Of this machine: without it there is no cookie for a program that is not trusted. */
export function xauthMissingHere(program: string, detail?: string): TunnelError {
  return failure(
    'XauthMissing',
    `This machine has no ${program}, which makes the key with which an untrusted program may use your display.`,
    'Install xauth here: its package is called xauth, or xorg-x11-xauth; XQuartz brings its own.',
    detail,
  );
}

export function noDisplay(platform: string): TunnelError {
  const texts: Readonly<Record<string, readonly [string, string]>> = {
    darwin: ['no X server runs on this Mac', 'Install XQuartz and start it.'],
    win32: ['no X server runs on this machine', 'Install VcXsrv or X410 and start it.'],
  };
  const [what, nextStep] = texts[platform] ?? [
    'DISPLAY is not set',
    'Start VS Code in a desktop session, or start an X server and set DISPLAY.',
  ];
  return failure('NoDisplay', `There is no display to show its windows on: ${what}.`, nextStep);
}

/** DISPLAY says something that can't be one. */
export function displayMisnamed(display: string): TunnelError {
  return failure(
    'NoDisplay',
    `DISPLAY is ${quote(display)}, which does not name a display.`,
    'Set it as in ":0" or "localhost:10.0", and reload this window.',
    undefined,
    { display },
  );
}

export function displayUnreachable(display: string, detail?: string): TunnelError {
  return failure(
    'NoDisplay',
    `Nothing answers at the display ${quote(display)}, which DISPLAY names.`,
    'See that its X server runs; if it has changed, reload this window, so that DISPLAY is read anew.',
    detail,
    { display },
  );
}

export function displayRefused(display: string, reason: string): TunnelError {
  return failure(
    'DisplayRefused',
    `The display ${quote(display)} does not let this machine's programs in.`,
    'See with "xauth list" whether it has a key for it, and that XAUTHORITY names the right file.',
    reason,
    { display },
  );
}

export function untrustedImpossible(display: string, detail?: string): TunnelError {
  return failure(
    'DisplayRefused',
    `The display ${quote(display)} gives out no keys for untrusted programs.`,
    'Run it in a window of its own ("nested"), or as "trusted" if you trust the server.',
    detail,
    { display },
  );
}

/** Of a nested display. */
export function xephyrMissing(): TunnelError {
  return failure(
    'NoDisplay',
    'This machine has neither Xephyr nor Xnest, which make the window for a nested display.',
    'Install Xephyr: its package is called xserver-xephyr, or xorg-x11-server-Xephyr; or leave "nested" out.',
  );
}

export function nestedFailed(program: string, detail?: string): TunnelError {
  return failure(
    'NoDisplay',
    `${program} ended before its nested display could be used.`,
    'The log has what it said.',
    detail,
  );
}

export function programNotFound(command: string, host: string, detail?: string): TunnelError {
  return failure(
    'ProgramNotFound',
    `${host} does not find the program of ${quote(command)}, or may not run it.`,
    'Install it there, or write its whole path.',
    detail,
    { host, command },
  );
}

/** @param how "with exit code 1" */
export function programFailed(command: string, host: string, how: string, detail?: string): TunnelError {
  return failure(
    'ProgramFailed',
    `${quote(command)} ended at once on ${host}, ${how}, and showed no window.`,
    detail === undefined
      ? 'Run it in a terminal of the server to see why.'
      : 'Mend what it complains of; run it in a terminal of the server to see more.',
    detail,
    { host, command },
  );
}

export function programRefused(command: string, host: string, detail?: string): TunnelError {
  return failure(
    'ServerBusy',
    `${host} does not run ${quote(command)}: it opens no further session.`,
    'Close some programs, or have MaxSessions raised in its sshd_config.',
    detail,
    { host, command },
  );
}

export function programCutOff(name: string, host: string): TunnelError {
  return failure(
    'ConnectionLost',
    `${quote(name)} ended when the connection to ${host} was lost: windows of X11 can't outlive it.`,
    again,
    undefined,
    { host },
  );
}

/** Its display has gone: the X server has ended, or its user has closed the nested one. */
export function displayGone(name: string, display: string): TunnelError {
  return failure(
    'NoDisplay',
    `${quote(name)} ended because its display ${quote(display)} has gone.`,
    again,
    undefined,
    { display },
  );
}
