// Explains the errors of programs on the server that can't show their windows here.
import { authorizedKeys, serverName, sshArguments, sshdConfig, word } from '../shellCommands';
import { here, onServer } from '../explanation';
import type { Case, Explanation, Step } from '../explanation';

const actions = ['tryAgain', 'showLog'] as const;

export function x11Disabled(given: Case): Explanation {
  const isOfKey = given.facts.fix?.line.startsWith('restrict') === true;
  const ofKey = onServer(
    'Check that your key there is not restricted by "restrict" or "no-x11-forwarding"; after "restrict" it needs "X11-forwarding":',
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
    return {
      steps: [here('Install XQuartz, which includes xauth:', 'brew install --cask xquartz')],
      actions,
    };
  }
  return {
    steps: [
      step(`Install xauth on ${where}; on Debian and Ubuntu:`, 'sudo apt install xauth'),
      step('On Fedora and RHEL:', 'sudo dnf install xorg-x11-xauth'),
    ],
    actions,
  };
}

export function noDisplay({ platform, facts }: Case): Explanation {
  const steps: Readonly<Record<string, readonly Step[]>> = {
    darwin: [
      here('Install XQuartz and start it:', 'brew install --cask xquartz && open -a XQuartz'),
      here('Log out and in again after the first installation, so that DISPLAY is set.'),
    ],
    win32: [
      here('Start an X server such as VcXsrv or X410, with access control enabled.'),
      here("If it isn't on the first display, set DISPLAY:", 'setx DISPLAY localhost:1'),
    ],
  };
  return {
    steps: steps[platform] ?? [
      here(
        facts.display === undefined
          ? 'Start VS Code in a desktop session. This shows the value of DISPLAY:'
          : `Check whether an X server answers at ${facts.display}:`,
        facts.display === undefined
          ? 'echo "$DISPLAY"'
          : `xdpyinfo -display ${word(facts.display, platform)}`,
      ),
      here('In a remote window, the display must be on the machine where the extension runs.'),
    ],
    actions,
  };
}

export function displayRefused({ platform, facts }: Case): Explanation {
  const display = facts.display ?? ':0';
  return {
    steps: [
      here('List the cookies for displays:', 'xauth list'),
      here(
        'Check whether a program on this machine can connect to the display:',
        `xdpyinfo -display ${word(display, platform)}`,
      ),
      here(
        'An X server without the SECURITY extension (on Wayland, and XQuartz by default) can\'t restrict untrusted programs: use "nested", or "trusted" if you trust the server.',
      ),
    ],
    actions,
  };
}

export function programNotFound(given: Case): Explanation {
  return {
    steps: [
      onServer(
        `Check that ${serverName(given)} has the program, in the PATH of a session without a terminal:`,
        'echo "$PATH"',
      ),
      here('If it is in another folder, use its full path in x11Programs.'),
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
        'Run it with ssh and read its output:',
        `ssh -X ${sshArguments(given)} ${word(command, platform)}`,
      ),
      here('If it fails because it is untrusted, run it in a nested display ("nested").'),
      here(
        'Some programs pass the request to an instance that is already running: close that one, or request a new instance.',
      ),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}
