// Explains the errors of signing in.
import { aliasOf, sshArguments, sshdConfig, word } from '../shellCommands';
import { here, onServer } from '../explanation';
import type { Case, Explanation } from '../explanation';

function userOf({ facts, destination }: Case): string {
  return facts.who ?? destination?.host ?? 'you';
}

export function authenticationFailed(given: Case): Explanation {
  const { facts, platform } = given;
  if (facts.tried === undefined) {
    return {
      steps: [
        here(
          `Sign in as ${userOf(given)} in a terminal, and answer the server's questions:`,
          `ssh ${sshArguments(given)}`,
        ),
      ],
      actions: ['tryAgain'],
    };
  }
  const copyKey =
    platform === 'win32'
      ? `type $env:USERPROFILE\\.ssh\\id_ed25519.pub | ssh ${sshArguments(given)} "cat >> .ssh/authorized_keys"`
      : `ssh-copy-id ${sshArguments(given)}`;
  return {
    steps: [
      here(
        `Check the user name in ${userOf(given)}. If you give none, your ssh_config or your user name on this machine decides.`,
      ),
      here('Copy your public key to the server, if you can sign in there with a password:', copyKey),
      onServer(
        'Make sure that only you can write to your authorized_keys; otherwise the server ignores them.',
        'chmod 700 ~/.ssh && chmod 600 ~/.ssh/authorized_keys',
      ),
      onServer(
        "Check the server's log for the reason: DenyUsers, AllowUsers, a revoked key or an expired one.",
        'sudo journalctl -u ssh -n 50',
      ),
    ],
    actions: ['tryAgain', 'edit', 'openSshConfig', 'showLog'],
  };
}

export function tooManyFailures(given: Case): Explanation {
  return {
    steps: [
      here(
        `Name the right key for ${userOf(given)} in your ssh_config, so that no other key is offered:`,
        `Host ${aliasOf(given)}\n    IdentityFile ~/.ssh/id_ed25519\n    IdentitiesOnly yes`,
      ),
      ...sshdConfig('Or allow more attempts in /etc/ssh/sshd_config:', 'MaxAuthTries 10'),
    ],
    actions: ['openSshConfig', 'tryAgain'],
  };
}

export function authenticationCancelled(given: Case): Explanation {
  return {
    steps: [
      here(
        `Start the tunnel and answer the question for ${userOf(given)}. With a key in the SSH agent there is no question.`,
      ),
    ],
    actions: ['answer', 'tryAgain'],
  };
}

export function keyUnreadable({ facts, platform }: Case): Explanation {
  const file = facts.file ?? '~/.ssh/id_ed25519';
  const quoted = word(file, platform);
  return {
    steps: [
      here(
        `Check who owns ${file}, and whether you can read it:`,
        platform === 'win32' ? `icacls ${quoted}` : `ls -l ${quoted}`,
      ),
      here(
        'Check whether OpenSSH can read the key; if so, this shows the public key:',
        `ssh-keygen -y -f ${quoted}`,
      ),
    ],
    actions: ['openSshConfig', 'tryAgain'],
  };
}

export function keyUnsupported({ facts, platform }: Case): Explanation {
  const file = facts.file ?? '~/.ssh/id_ed25519';
  return {
    steps: [
      here(
        `Back up ${file}, then convert it to OpenSSH's own format (you can enter the same passphrase again):`,
        `ssh-keygen -p -f ${word(file, platform)}`,
      ),
      here('Or load it into the SSH agent:', `ssh-add ${word(file, platform)}`),
    ],
    actions: ['openSshConfig', 'tryAgain'],
  };
}

export function agentUnavailable({ facts, platform }: Case): Explanation {
  const start =
    platform === 'win32'
      ? 'Get-Service ssh-agent | Set-Service -StartupType Automatic\nStart-Service ssh-agent'
      : 'eval "$(ssh-agent -s)" && ssh-add';
  return {
    steps: [
      here('Check whether an agent answers, and which keys it has:', 'ssh-add -l'),
      here('Start one, and load your key:', start),
      here(
        `If ${facts.file ?? 'that socket'} is not where your agent listens, correct IdentityAgent in your ssh_config or the setting sshTunnels.identityAgent.`,
      ),
    ],
    actions: ['tryAgain', 'openSshConfig'],
  };
}
