// Explains the errors of connecting to a server, and of a lost connection.
import {
  aliasOf,
  checkPortCommand,
  lookUpCommand,
  serverName,
  sshArguments,
  sshdConfig,
  listenersCommand,
} from '../shellCommands';
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
      here(`Check whether ${name} resolves. Some names need a VPN.`, lookUpCommand(name, given.platform)),
      here(
        `If ${aliasOf(given)} is an alias, add a Host block for it to your ssh_config.`,
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
      here(`Check the host and the port: ${host} answers, but no program listens on port ${port}.`),
      onServer('Check whether the SSH server is running:', 'systemctl status ssh'),
      onServer('Check which ports it listens on:', 'sudo ss -ltnp | grep sshd'),
    ],
    actions: ['tryAgain', 'edit', 'openSshConfig'],
  };
}

export function connectTimeout(given: Case): Explanation {
  const { host, port } = address(given);
  return {
    steps: [
      here(
        `Check whether port ${port} of ${host} can be reached. If not, check the VPN and the firewalls.`,
        checkPortCommand(host, port, given.platform),
      ),
      here(
        'If the server is just slow, set a longer time-out (in seconds) for this tunnel:',
        '"connectTimeout": 30',
      ),
      onServer(`Check that its firewall allows connections to port ${port}.`, 'sudo nft list ruleset'),
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
        `No route to ${host}, port ${port}. Check that the network and the VPN are connected.`,
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
      onServer(`Check the log of ${serverName(given)} for the reason:`, 'sudo journalctl -u ssh -n 50'),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

export function keepAliveTimeout(given: Case): Explanation {
  return {
    steps: [
      here(`Check that the network and the VPN are connected: ${serverName(given)} stopped responding.`),
      here(
        'If the network pauses for longer at times, allow more time without an answer in this tunnel:',
        '"serverAliveInterval": 30,\n"serverAliveCountMax": 5',
      ),
    ],
    actions: ['tryAgain', 'edit'],
  };
}

export function serverBusy(given: Case): Explanation {
  return {
    steps: [
      here(`Nothing to do: the tunnel reconnects to ${serverName(given)} automatically.`),
      ...sshdConfig(
        `If ${serverName(given)} has many users, allow more sign-ins at the same time in its /etc/ssh/sshd_config:`,
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
        'Wait a few minutes, and fix what made the sign-ins fail: each failed attempt makes the wait longer.',
      ),
      ...sshdConfig(
        `To exempt an address, add it to /etc/ssh/sshd_config of ${serverName(given)}:`,
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
      here(`Check the port: the service on port ${port} of ${host} speaks another protocol.`),
      onServer(`Find out which program listens on port ${port}:`, `sudo ${listenersCommand(port, 'linux')}`),
    ],
    actions: ['edit', 'openSshConfig', 'tryAgain'],
  };
}

/** The server speaks SSH, but violates the protocol. */
function protocolBroken(given: Case): Explanation {
  return {
    steps: [
      here(
        `Check that ${serverName(given)} is the right server: one that violates the SSH protocol is broken or malicious.`,
      ),
      here('Check whether ssh can connect to it:', `ssh -v ${sshArguments(given)}`),
      onServer('Find out which SSH server it runs, and update it:', 'ssh -V'),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}

export function proxyFailed(given: Case): Explanation {
  return {
    steps: [
      here(
        `Connect to ${serverName(given)} in a terminal to see which host fails:`,
        `ssh -v ${sshArguments(given)}`,
      ),
      ...sshdConfig(
        'A jump host must allow forwarding in its /etc/ssh/sshd_config:',
        'AllowTcpForwarding yes',
      ),
    ],
    actions: ['tryAgain', 'openSshConfig', 'showLog'],
  };
}

export function noCommonAlgorithm(given: Case): Explanation {
  const { fix } = given.facts;
  const allow =
    fix?.side === 'server'
      ? sshdConfig(`Allow a supported one in /etc/ssh/sshd_config of ${serverName(given)}:`, fix.line)
      : [
          here(
            fix
              ? 'Allow another algorithm in a Host block of your ssh_config:'
              : "Allow one of the server's algorithms in a Host block of your ssh_config. For an old server with an RSA key:",
            `Host ${aliasOf(given)}\n    ${fix?.line ?? 'HostKeyAlgorithms +ssh-rsa\n    PubkeyAcceptedAlgorithms +ssh-rsa'}`,
          ),
        ];
  return {
    steps: [
      ...allow,
      here(
        'Compare what each side offers, in the lines that contain "kex":',
        `ssh -vv ${sshArguments(given)}`,
      ),
      onServer(`Better: update the SSH server of ${serverName(given)}.`),
    ],
    actions: ['openSshConfig', 'tryAgain', 'showLog'],
  };
}
