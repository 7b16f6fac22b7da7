// Explains the errors of host keys.
import { serverName, word } from '../shellCommands';
import { here, onServer } from '../explanation';
import type { Case, Explanation, Step } from '../explanation';

/** Only the server's console or its administrator can confirm the key: the connection itself may be intercepted. */
function showFingerprints(given: Case): Step {
  return onServer(
    `Ask the administrator of ${serverName(given)} for its fingerprints, or run this on its own console:`,
    'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done',
  );
}

export function hostKeyUnknown(given: Case): Explanation {
  return {
    steps: [
      showFingerprints(given),
      here('Confirm the key only if every character of the fingerprint is the same.'),
    ],
    actions: ['answer', 'tryAgain'],
  };
}

export function hostKeyChanged(given: Case): Explanation {
  const { facts, platform } = given;
  const file = facts.file === undefined ? '' : ` -f ${word(facts.file, platform)}`;
  const location =
    facts.file === undefined
      ? 'known_hosts'
      : `${facts.file}${facts.line === undefined ? '' : `, line ${facts.line}`}`;
  return {
    steps: [
      here(
        "Don't connect to this host, with any program, until you know why: someone may be intercepting the connection.",
      ),
      showFingerprints(given),
      here(
        `Only if the key was replaced on purpose, remove the old one from ${location}. You are then asked to confirm the new one.`,
        `ssh-keygen -R ${word(serverName(given), platform)}${file}`,
      ),
    ],
    actions: ['openFile', 'tryAgain', 'showLog'],
  };
}

export function hostKeyRevoked(given: Case): Explanation {
  const { facts } = given;
  const location = facts.line === undefined ? '' : `, line ${facts.line}`;
  return {
    steps: [
      here(`Don't connect: ${facts.file ?? 'known_hosts'}${location} says that this key is compromised.`),
      onServer(
        `Ask the administrator of ${serverName(given)} for a new host key. This command creates one:`,
        'sudo ssh-keygen -A',
      ),
    ],
    actions: ['openFile', 'tryAgain'],
  };
}
