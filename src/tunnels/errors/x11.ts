// Errors when a program of the server can't show its windows on this machine.
import type { TunnelError } from './errors';
import { quote } from '../util/text';
import { failure } from './errors';

const again = 'Run it again when you need it.';

export function x11Disabled(host: string, detail?: string): TunnelError {
  return failure(
    'X11Disabled',
    `${host} does not forward X11, so no program there can show a window here.`,
    'Ask the administrator for "X11Forwarding yes" in its sshd_config.',
    detail,
    { host, fix: { side: 'server', line: 'X11Forwarding yes' } },
  );
}

export function x11ForbiddenByKey(host: string, detail?: string): TunnelError {
  return failure(
    'X11Disabled',
    `${host} does not forward X11 for the key that you sign in with.`,
    'Remove "restrict" or "no-X11-forwarding" before that key in authorized_keys there, or use another key.',
    detail,
    { host, fix: { side: 'server', line: 'restrict,X11-forwarding' } },
  );
}

export function xauthMissingThere(host: string, detail?: string): TunnelError {
  return failure(
    'XauthMissing',
    `${host} has no xauth, which its SSH server needs to forward X11.`,
    'Install xauth there; the package is called xauth or xorg-x11-xauth.',
    detail,
    { host },
  );
}

/** On this machine. Without xauth there is no cookie for an untrusted program. */
export function xauthMissingHere(program: string, detail?: string): TunnelError {
  return failure(
    'XauthMissing',
    `This machine has no ${program}, which untrusted programs need to use your display.`,
    'Install xauth here; the package is called xauth or xorg-x11-xauth, and XQuartz includes it.',
    detail,
  );
}

export function noDisplay(platform: string): TunnelError {
  const texts: Readonly<Record<string, readonly [string, string]>> = {
    darwin: ['no X server is running on this Mac', 'Install XQuartz and start it.'],
    win32: ['no X server is running on this machine', 'Install VcXsrv or X410 and start it.'],
  };
  const [what, nextStep] = texts[platform] ?? [
    'DISPLAY is not set',
    'Start VS Code in a desktop session, or start an X server and set DISPLAY.',
  ];
  return failure('NoDisplay', `There is no display for its windows: ${what}.`, nextStep);
}

/** The value of DISPLAY is not a valid display name. */
export function displayInvalid(display: string): TunnelError {
  return failure(
    'NoDisplay',
    `DISPLAY is ${quote(display)}, which is not a valid display name.`,
    'Set it to a value such as ":0" or "localhost:10.0", and reload this window.',
    undefined,
    { display },
  );
}

export function displayUnreachable(display: string, detail?: string): TunnelError {
  return failure(
    'NoDisplay',
    `No X server answers at ${quote(display)}, the value of DISPLAY.`,
    'Check that the X server is running; if DISPLAY has changed, reload this window.',
    detail,
    { display },
  );
}

export function displayRefused(display: string, reason: string): TunnelError {
  return failure(
    'DisplayRefused',
    `The display ${quote(display)} rejects the programs of this machine.`,
    'Check with "xauth list" that there is a cookie for this display, and that XAUTHORITY names the right file.',
    reason,
    { display },
  );
}

export function untrustedImpossible(display: string, detail?: string): TunnelError {
  return failure(
    'DisplayRefused',
    `The display ${quote(display)} does not support untrusted programs.`,
    'Run it in a nested display ("nested"), or as "trusted" if you trust the server.',
    detail,
    { display },
  );
}

/** A nested display needs one of the two. */
export function xephyrMissing(): TunnelError {
  return failure(
    'NoDisplay',
    'This machine has neither Xephyr nor Xnest; a nested display needs one of them.',
    'Install Xephyr (the package is called xserver-xephyr or xorg-x11-server-Xephyr), or remove "nested".',
  );
}

export function nestedFailed(program: string, detail?: string): TunnelError {
  return failure(
    'NoDisplay',
    `${program} ended before its nested display was ready.`,
    'Check its output in the log.',
    detail,
  );
}

export function programNotFound(command: string, host: string, detail?: string): TunnelError {
  return failure(
    'ProgramNotFound',
    `${host} can't find or run the program of ${quote(command)}.`,
    'Install it there, or use its full path.',
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
      : 'Fix the problem that it reports; run it in a terminal of the server to see more.',
    detail,
    { host, command },
  );
}

export function programRefused(command: string, host: string, detail?: string): TunnelError {
  return failure(
    'ServerBusy',
    `${host} can't run ${quote(command)}: it allows no more sessions.`,
    'Close some programs, or ask the administrator to raise MaxSessions in its sshd_config.',
    detail,
    { host, command },
  );
}

export function programLostConnection(name: string, host: string): TunnelError {
  return failure(
    'ConnectionLost',
    `${quote(name)} ended when the connection to ${host} was lost; X11 windows can't survive that.`,
    again,
    undefined,
    { host },
  );
}

/** The X server has ended, or the user has closed the nested display. */
export function displayClosed(name: string, display: string): TunnelError {
  return failure(
    'NoDisplay',
    `${quote(name)} ended because its display ${quote(display)} was closed.`,
    again,
    undefined,
    { display },
  );
}
