// How to mend programs of the server that can't show their windows here.
import { authorizedKeys, serverName, sshdConfig } from './commands';
import { here, onServer } from './explanation';
import type { Case, Explanation } from './explanation';

export function x11Disabled(given: Case): Explanation {
  return {
    steps: [
      ...sshdConfig(`Allow X11 in /etc/ssh/sshd_config of ${serverName(given)}:`, 'X11Forwarding yes'),
      onServer(
        'See that your key is not held back there by "restrict" or "no-x11-forwarding":',
        authorizedKeys,
      ),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

export function xauthMissing(given: Case): Explanation {
  return {
    steps: [
      onServer(`Install xauth on ${serverName(given)}; on Debian and Ubuntu:`, 'sudo apt install xauth'),
      onServer('On Fedora, RHEL and their kin:', 'sudo dnf install xorg-x11-xauth'),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

export function noDisplay({ platform }: Case): Explanation {
  const texts: Readonly<Record<string, string>> = {
    darwin: 'Install XQuartz and start it, then open this window anew from within its session.',
    win32: 'Start an X server such as VcXsrv, and set DISPLAY to localhost:0.',
  };
  return {
    steps: [
      here(
        texts[platform] ?? 'Start VS Code in a desktop session: DISPLAY is empty here.',
        platform === 'win32' ? 'setx DISPLAY localhost:0' : 'echo "$DISPLAY"',
      ),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

export function programNotFound(given: Case): Explanation {
  return {
    steps: [
      onServer(
        `See whether ${serverName(given)} has the program, and finds it in the PATH of a login without a terminal:`,
        'echo "$PATH"',
      ),
      here('Write its whole path in x11Programs, if it stands elsewhere.'),
    ],
    actions: ['edit', 'tryAgain'],
  };
}
