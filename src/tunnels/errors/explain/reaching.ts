// How to mend a server that can't be reached, or was lost.
import { aliasOf, knock, lookUp, serverName, sshArguments, sshdConfig, whoListens } from '../shellCommands';
import { here, onServer } from '../explanation';
import type { Case, Explanation } from '../explanation';

const sshPort = 22;

function address({ facts, destination }: Case): { readonly host: string; readonly port: number } {
  const host = facts.host ?? destination?.host ?? 'HOST';
  return { host, port: facts.port ?? destination?.port ?? sshPort };
}

export function hostNotFound(given: Case): Explanation {
  const name = serverName(given);
  return {
    steps: [
      here(
        `See whether this machine finds the name ${name}; a VPN often brings its own names.`,
        lookUp(name, given.platform),
      ),
      here(
        `If ${aliasOf(given)} is meant as an alias, give it a Host block in your ssh_config.`,
        `Host ${aliasOf(given)}\n    HostName server.example.org`,
      ),
    ],
    actions: ['tryAgain', 'openSshConfig', 'edit'],
  };
}

export function connectionRefused(given: Case): Explanation {
  const { host, port } = address(given);
  return {
    steps: [
      here(
        `Check the host and the port: this machine came through to ${host}, and nobody listens on port ${port}.`,
      ),
      onServer('See whether the SSH server runs:', 'systemctl status ssh'),
      onServer('See on which ports it listens:', 'sudo ss -ltnp | grep sshd'),
    ],
    actions: ['tryAgain', 'edit', 'openSshConfig'],
  };
}

export function connectTimeout(given: Case): Explanation {
  const { host, port } = address(given);
  return {
    steps: [
      here(
        `See whether port ${port} of ${host} can be reached at all. If not, look at the VPN and the firewalls.`,
        knock(host, port, given.platform),
      ),
      here('For a server that is just slow, allow more seconds in this tunnel:', '"connectTimeout": 30'),
      onServer(`See that its firewall lets port ${port} in.`, 'sudo nft list ruleset'),
    ],
    actions: ['tryAgain', 'edit'],
  };
}

export function hostUnreachable(given: Case): Explanation {
  const { host, port } = address(given);
  const routes: Readonly<Record<string, string>> = { win32: 'route print', darwin: 'netstat -rn' };
  return {
    steps: [
      here(
        `This machine knows no way to ${host}, port ${port}: see whether the network and the VPN are up.`,
        routes[given.platform] ?? 'ip route',
      ),
    ],
    actions: ['tryAgain', 'edit'],
  };
}

export function connectionLost(given: Case): Explanation {
  return {
    steps: [
      here(given.error.nextStep),
      onServer(
        `See what ${serverName(given)} has to say about the end of the connection:`,
        'sudo journalctl -u ssh -n 50',
      ),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

export function keepAliveTimeout(given: Case): Explanation {
  return {
    steps: [
      here(
        `See whether the network and the VPN are up: nothing has come from ${serverName(given)} any more.`,
      ),
      here(
        'On a network that pauses for longer, allow more silence in this tunnel:',
        '"serverAliveInterval": 30,\n"serverAliveCountMax": 5',
      ),
    ],
    actions: ['tryAgain', 'edit'],
  };
}

export function serverBusy(given: Case): Explanation {
  return {
    steps: [
      here(`Nothing: ${serverName(given)} is tried again by itself, less and less often.`),
      ...sshdConfig(
        `If ${serverName(given)} has that many users, allow more logins at a time in its /etc/ssh/sshd_config:`,
        'MaxStartups 100:30:200',
      ),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

export function addressPenalised(given: Case): Explanation {
  return {
    steps: [
      here(
        'Wait a few minutes, and mend what made the logins fail before: each new try makes the wait longer.',
      ),
      ...sshdConfig(
        `To free an address from it, name it in /etc/ssh/sshd_config of ${serverName(given)}:`,
        'PerSourcePenaltyExemptList 192.0.2.0/24',
      ),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

export function notAnSshServer(given: Case): Explanation {
  const { host, port } = address(given);
  if (given.facts.host !== undefined && given.facts.port === undefined) {
    return protocolBroken(given);
  }
  return {
    steps: [
      here(`Check the port: what answers on port ${port} of ${host} speaks another protocol.`),
      onServer(`See which program listens on port ${port}:`, `sudo ${whoListens(port, 'linux')}`),
    ],
    actions: ['edit', 'openSshConfig', 'tryAgain'],
  };
}

/** It speaks SSH, though not by its rules. */
function protocolBroken(given: Case): Explanation {
  return {
    steps: [
      here(
        `Check that ${serverName(given)} is the server you mean: one that breaks the rules of SSH is broken, or means harm.`,
      ),
      here('See whether ssh gets on with it:', `ssh -v ${sshArguments(given)}`),
      onServer('See which SSH server it is, and bring it up to date:', 'ssh -V'),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

export function proxyFailed(given: Case): Explanation {
  return {
    steps: [
      here(
        `Try the same way in a terminal, which shows where on the way to ${serverName(given)} it ends:`,
        `ssh -v ${sshArguments(given)}`,
      ),
      ...sshdConfig(
        'A jump host must allow connections to be forwarded, in its /etc/ssh/sshd_config:',
        'AllowTcpForwarding yes',
      ),
    ],
    actions: ['tryAgain', 'openSshConfig', 'showLog'],
  };
}

export function noCommonAlgorithm(given: Case): Explanation {
  const { cure } = given.facts;
  const allow =
    cure?.side === 'server'
      ? sshdConfig(
          `Allow one that is known here, in /etc/ssh/sshd_config of ${serverName(given)}:`,
          cure.line,
        )
      : [
          here(
            cure
              ? 'Allow one more in a Host block of your ssh_config:'
              : "Allow one of the server's in a Host block of your ssh_config. For an old server with an RSA key, say:",
            `Host ${aliasOf(given)}\n    ${cure?.line ?? 'HostKeyAlgorithms +ssh-rsa\n    PubkeyAcceptedAlgorithms +ssh-rsa'}`,
          ),
        ];
  return {
    steps: [
      ...allow,
      here(
        'See what each side offers, in the lines that begin with "kex":',
        `ssh -vv ${sshArguments(given)}`,
      ),
      onServer(`Better: bring the SSH server of ${serverName(given)} up to date.`),
    ],
    actions: ['openSshConfig', 'tryAgain', 'showLog'],
  };
}
