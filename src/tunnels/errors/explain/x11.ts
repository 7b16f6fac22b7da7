// How to mend programs of the server that can't show their windows here.
import { authorizedKeys, serverName, sshArguments, sshdConfig, word } from '../shellCommands';
import { here, onServer } from '../explanation';
import type { Case, Explanation, Step } from '../explanation';

const actions = ['tryAgain', 'showLog'] as const;

export function x11Disabled(given: Case): Explanation {
  const isOfKey = given.facts.cure?.line.startsWith('restrict') === true;
  const ofKey = onServer(
    'See that your key is not held back there by "restrict" or "no-x11-forwarding"; after "restrict" it needs "X11-forwarding":',
    authorizedKeys,
  );
  const ofServer = sshdConfig(
    `Allow X11 in /etc/ssh/sshd_config of ${serverName(given)}:`,
    'X11Forwarding yes',
  );
  return { steps: isOfKey ? [ofKey] : [...ofServer, ofKey], actions };
}

export function xauthMissing(given: Case): Explanation {
  const isThere = given.facts.host !== undefined;
  const where = isThere ? serverName(given) : 'this machine';
  const step = isThere ? onServer : here;
  if (!isThere && given.platform === 'darwin') {
    return { steps: [here('Install XQuartz, which brings xauth:', 'brew install --cask xquartz')], actions };
  }
  return {
    steps: [
      step(`Install xauth on ${where}; on Debian and Ubuntu:`, 'sudo apt install xauth'),
      step('On Fedora, RHEL and their kin:', 'sudo dnf install xorg-x11-xauth'),
    ],
    actions,
  };
}

export function noDisplay({ platform, facts }: Case): Explanation {
  const steps: Readonly<Record<string, readonly Step[]>> = {
    darwin: [
      here('Install XQuartz, and start it:', 'brew install --cask xquartz && open -a XQuartz'),
      here('Log out and in again after the first installation, so that DISPLAY is set.'),
    ],
    win32: [
      here('Start an X server such as VcXsrv or X410, with its access control on.'),
      here('Where it has another display than the first, name it:', 'setx DISPLAY localhost:1'),
    ],
  };
  return {
    steps: steps[platform] ?? [
      here(
        facts.display === undefined
          ? 'Start VS Code in a desktop session; this shows what DISPLAY is:'
          : `See whether an X server answers at ${facts.display}:`,
        facts.display === undefined
          ? 'echo "$DISPLAY"'
          : `xdpyinfo -display ${word(facts.display, platform)}`,
      ),
      here('In a remote window the display is looked for on the machine where the extension runs.'),
    ],
    actions,
  };
}

export function displayRefused({ platform, facts }: Case): Explanation {
  const display = facts.display ?? ':0';
  return {
    steps: [
      here('See which keys for displays there are:', 'xauth list'),
      here(
        'See whether a program of this machine is let in:',
        `xdpyinfo -display ${word(display, platform)}`,
      ),
      here(
        'An X server without the SECURITY extension (Wayland\'s, XQuartz\' by default) can\'t hold untrusted programs back: use "nested", or "trusted" where you trust the server.',
      ),
    ],
    actions,
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

export function programFailed(given: Case): Explanation {
  const { platform, facts } = given;
  const command = facts.command ?? 'xclock';
  return {
    steps: [
      here(
        'Run it as ssh does, and read what it says:',
        `ssh -X ${sshArguments(given)} ${word(command, platform)}`,
      ),
      here(
        'A program that needs more than an untrusted one may have runs in a window of its own ("nested").',
      ),
      here('Some programs hand over to one of theirs that runs already: close that, or ask for a new one.'),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}
