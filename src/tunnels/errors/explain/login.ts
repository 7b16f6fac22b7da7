// How to mend a login.
import { aliasOf, sshArguments, sshdConfig, word } from '../shellCommands';
import { here, onServer } from '../explanation';
import type { Case, Explanation } from '../explanation';

function whoOf({ facts, destination }: Case): string {
  return facts.who ?? destination?.host ?? 'you';
}

export function authenticationFailed(given: Case): Explanation {
  const { facts, platform } = given;
  if (facts.tried === undefined) {
    return {
      steps: [
        here(
          `Log in as ${whoOf(given)} in a terminal, and answer what the server asks:`,
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
        `Check the user name in ${whoOf(given)}; without one it is that of this machine, or of your ssh_config.`,
      ),
      here('Give the server your public key, if it lets you in by a password:', copyKey),
      onServer(
        'See that its owner alone may write the keys that are let in; the server passes over them otherwise.',
        'chmod 700 ~/.ssh && chmod 600 ~/.ssh/authorized_keys',
      ),
      onServer(
        'See in its log why the login was refused: DenyUsers, AllowUsers, a key that is revoked, or past its time.',
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
        `Name the one right key for ${whoOf(given)} in your ssh_config, so that no other is offered:`,
        `Host ${aliasOf(given)}\n    IdentityFile ~/.ssh/id_ed25519\n    IdentitiesOnly yes`,
      ),
      ...sshdConfig('Or allow more tries in /etc/ssh/sshd_config:', 'MaxAuthTries 10'),
    ],
    actions: ['openSshConfig', 'tryAgain'],
  };
}

export function authenticationCancelled(given: Case): Explanation {
  return {
    steps: [
      here(
        `Start the tunnel, and answer the question for ${whoOf(given)}. A key in the SSH agent is never asked about.`,
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
        `See who owns ${file}, and whether you may read it:`,
        platform === 'win32' ? `icacls ${quoted}` : `ls -l ${quoted}`,
      ),
      here(
        'See whether it is a key that OpenSSH can read; it then shows the public half:',
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
        `Keep a copy of ${file}, then have ssh-keygen write it anew in OpenSSH's own format (it asks for a passphrase, which may be the old one):`,
        `ssh-keygen -p -f ${word(file, platform)}`,
      ),
      here('Or load it into the SSH agent, which needs no file:', `ssh-add ${word(file, platform)}`),
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
      here('See whether an agent answers, and which keys it holds:', 'ssh-add -l'),
      here('Start one, and load your key:', start),
      here(
        `If ${facts.file ?? 'that socket'} is not where your agent listens, correct IdentityAgent in your ssh_config or the setting sshTunnels.identityAgent.`,
      ),
    ],
    actions: ['tryAgain', 'openSshConfig'],
  };
}
