// What to do about a host key that is not taken.
import { serverName, word } from '../shellCommands';
import { here, onServer } from '../explanation';
import type { Case, Explanation, Step } from '../explanation';

/** A connection could be tampered with: only the server's own console, or its administrator, knows. */
function showFingerprints(given: Case): Step {
  return onServer(
    `Ask the administrator of ${serverName(given)}, or look at its own console, which keys are its own:`,
    'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done',
  );
}

export function hostKeyUnknown(given: Case): Explanation {
  return {
    steps: [
      showFingerprints(given),
      here('Answer the question with yes only where the fingerprint is the same, letter by letter.'),
    ],
    actions: ['answer', 'tryAgain'],
  };
}

export function hostKeyChanged(given: Case): Explanation {
  const { facts, platform } = given;
  const file = facts.file === undefined ? '' : ` -f ${word(facts.file, platform)}`;
  const place =
    facts.file === undefined
      ? 'known_hosts'
      : `${facts.file}${facts.line === undefined ? '' : `, line ${facts.line}`}`;
  return {
    steps: [
      here('Do not log in by any other way either until you know why: somebody may be listening in.'),
      showFingerprints(given),
      here(
        `Only if the key was replaced on purpose: remove the old one from ${place}. After that, you are asked about the new one.`,
        `ssh-keygen -R ${word(serverName(given), platform)}${file}`,
      ),
    ],
    actions: ['openFile', 'tryAgain', 'showLog'],
  };
}

export function hostKeyRevoked(given: Case): Explanation {
  const { facts } = given;
  const place = facts.line === undefined ? '' : `, line ${facts.line}`;
  return {
    steps: [
      here(
        `Do not connect: whoever wrote ${facts.file ?? 'known_hosts'}${place} knows this key to be in wrong hands.`,
      ),
      onServer(
        `Ask the administrator of ${serverName(given)} for its new key. One is made so:`,
        'sudo ssh-keygen -A',
      ),
    ],
    actions: ['openFile', 'tryAgain'],
  };
}
