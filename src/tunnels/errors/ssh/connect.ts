// Errors of connecting to a server: its name, its address, and the time it takes.
import { formatServer } from '../../util/address';
import type { ServerAddress } from '../../util/address';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { here, onServer, reported } from '../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported, TextsByCode } from '../explanation';
import { allowLocalNetwork } from '../localNetwork';
import { aliasOf, checkPortCommand, lookUpCommand, serverLog, sshArguments } from '../shellCommands';

export type ConnectError = Reported &
  (
    | { readonly code: 'HostNotFound'; readonly host: string }
    | { readonly code: 'ConnectionRefused'; readonly address: ServerAddress }
    | ConnectTimeout
    | HostUnreachable
  );

type ConnectTimeout = { readonly code: 'ConnectTimeout'; readonly seconds: number } & (
  | { readonly during: 'tcp' | 'handshake'; readonly address: ServerAddress }
  /** resolve: `ssh -G` did not answer. */
  | { readonly during: 'proxyCommand' | 'resolve'; readonly host: string }
);

type HostUnreachable = { readonly code: 'HostUnreachable'; readonly address: ServerAddress } &
  /** localNetwork: macOS may keep the editor from it. */
  (
    | { readonly reason: 'noRoute' | 'localNetwork' }
    /** `from`, as in BindAddress of ssh_config(5), is not an address of this machine. */
    | { readonly reason: 'bindAddress'; readonly from: string }
    /** `name`, as in BindInterface of ssh_config(5), is no interface of this machine with an address of that family. */
    | { readonly reason: 'bindInterface'; readonly name: string }
  );

export function hostNotFound(host: string, detail?: string): ConnectError {
  return { code: 'HostNotFound', host, ...reported(detail) };
}

export function connectionRefused(address: ServerAddress, detail?: string): ConnectError {
  return { code: 'ConnectionRefused', address, ...reported(detail) };
}

export function connectTimeout(
  during: 'tcp' | 'handshake',
  address: ServerAddress,
  seconds: number,
): ConnectError {
  return { code: 'ConnectTimeout', during, address, seconds };
}

/** @param detail the last lines of its standard error */
export function proxyCommandTimeout(host: string, seconds: number, detail?: string): ConnectError {
  return { code: 'ConnectTimeout', during: 'proxyCommand', host, seconds, ...reported(detail) };
}

export function hostUnreachable(address: ServerAddress, detail?: string): ConnectError {
  return { code: 'HostUnreachable', reason: 'noRoute', address, ...reported(detail) };
}

/** The host is of the local network, and this machine runs macOS, which may forbid the connection. */
export function localNetworkUnreachable(address: ServerAddress, detail?: string): ConnectError {
  return { code: 'HostUnreachable', reason: 'localNetwork', address, ...reported(detail) };
}

/** @param from BindAddress of ssh_config(5) */
export function bindAddressMissing(from: string, address: ServerAddress, detail?: string): ConnectError {
  return { code: 'HostUnreachable', reason: 'bindAddress', from, address, ...reported(detail) };
}

/** @param name BindInterface of ssh_config(5) */
export function bindInterfaceUnusable(name: string, address: ServerAddress): ConnectError {
  return { code: 'HostUnreachable', reason: 'bindInterface', name, address };
}

export const connectTexts: TextsByCode<ConnectError> = {
  HostNotFound: {
    words: ({ host }, l10n) => ({
      message: l10n.t('The host name "{host}" could not be resolved.', { host }),
      nextStep: l10n.t(
        'Check the spelling, and that your network or VPN is connected; an alias needs a Host block in your SSH config.',
      ),
    }),
    explain: ({ host }, circumstances, l10n) => {
      const alias = aliasOf(circumstances, host);
      return {
        steps: [
          here(
            l10n.t('Check whether {host} resolves. Some names need a VPN.', { host }),
            lookUpCommand(host, circumstances.platform),
          ),
          here(
            l10n.t('If {alias} is an alias, add a Host block for it to your SSH config.', { alias }),
            untranslated`Host ${alias}\n    HostName server.example.org`,
          ),
        ],
        actions: ['tryAgain', 'openSshConfig', 'edit'],
      };
    },
  },

  ConnectionRefused: {
    words: ({ address }, l10n) => ({
      message: l10n.t('{address} refused the connection: no SSH server listens there.', {
        address: formatServer(address),
      }),
      nextStep: l10n.t('Check the host and the port, and that the SSH server is running.'),
    }),
    explain: ({ address: { host, port } }, _circumstances, l10n) => ({
      steps: [
        here(
          l10n.t('Check the host and the port: {host} answers, but no program listens on port {port}.', {
            host,
            port,
          }),
        ),
        onServer(l10n.t('Check whether the SSH server is running:'), untranslated`systemctl status ssh`),
        onServer(l10n.t('Check which ports it listens on:'), untranslated`sudo ss -ltnp | grep sshd`),
      ],
      actions: ['tryAgain', 'edit', 'openSshConfig'],
    }),
  },

  ConnectTimeout: {
    words: timeoutWords,
    explain: (error, circumstances, l10n) => {
      const { platform, destination } = circumstances;
      if (error.during === 'proxyCommand') {
        return explainProxyCommand(error, circumstances, l10n);
      }
      if (error.during === 'handshake') {
        return explainSilence(circumstances, error.address.host, l10n);
      }
      const { host, port } =
        'address' in error ? error.address : { host: error.host, port: destination?.port ?? sshPort };
      return {
        steps: [
          here(
            l10n.t(
              'Check whether port {port} of {host} can be reached. If not, check the VPN and the firewalls.',
              {
                host,
                port,
              },
            ),
            checkPortCommand(host, port, platform),
          ),
          here(
            l10n.t('If the server is just slow, set a longer time-out (in seconds) for this tunnel:'),
            '"connectTimeout": 30',
          ),
          onServer(
            l10n.t('Check that its firewall allows connections to port {port}.', { port }),
            untranslated`sudo nft list ruleset`,
          ),
        ],
        actions: ['tryAgain', 'edit'],
      };
    },
  },

  HostUnreachable: {
    words: (error, l10n) => {
      const address = formatServer(error.address);
      switch (error.reason) {
        case 'noRoute':
          return {
            message: l10n.t('No route to {address}.', { address }),
            nextStep: l10n.t(
              'Check that your network and VPN are connected, and that the address is correct.',
            ),
          };
        case 'localNetwork':
          return {
            message: l10n.t(
              "No route to {address}, or macOS blocks the editor's access to the local network.",
              {
                address,
              },
            ),
            nextStep: l10n.t(
              'Allow the editor in System Settings > Privacy & Security > Local Network, and check that your network and VPN are connected.',
            ),
          };
        case 'bindAddress':
          return {
            message: l10n.t(
              "Can't connect to {address} from {from} (BindAddress), which is not an address of this machine.",
              { address, from: error.from },
            ),
            nextStep: l10n.t(
              'Correct BindAddress in your SSH config, or connect the network that has this address.',
            ),
          };
        case 'bindInterface':
          return {
            message: l10n.t(
              "Can't connect to {address} from the interface {name} (BindInterface): it is down, or has no suitable address.",
              { address, name: error.name },
            ),
            nextStep: l10n.t('Correct BindInterface in your SSH config, or connect that network.'),
          };
      }
    },
    explain: ({ reason, address: { host, port } }, { platform }, l10n) => {
      const routes: Readonly<Record<string, string>> = {
        win32: untranslated`route print`,
        darwin: 'netstat -rn',
      };
      return {
        steps: [
          ...(reason === 'localNetwork' ? [allowLocalNetwork(l10n)] : []),
          here(
            l10n.t('No route to {host}, port {port}. Check that the network and the VPN are connected.', {
              host,
              port,
            }),
            routes[platform] ?? untranslated`ip route`,
          ),
        ],
        actions: ['tryAgain', 'edit'],
      };
    },
  },
};

const sshPort = 22;

function explainProxyCommand(
  { host, seconds }: Extract<ConnectTimeout, { host: string }>,
  circumstances: Circumstances,
  l10n: Localizer,
): Explanation {
  return {
    steps: [
      here(
        l10n.t('See in a terminal what the ProxyCommand waits for. It may want you to sign in:'),
        untranslated`ssh -v ${sshArguments(circumstances, host)}`,
      ),
      here(
        l10n.t(
          'If it needs longer than {seconds} s, raise the time-out (ConnectTimeout in your SSH config, or connectTimeout) or remove it: then there is no limit.',
          { seconds },
        ),
      ),
    ],
    actions: ['tryAgain', 'openSshConfig', 'edit', 'showLog'],
  };
}

/** It was reached, so no firewall is in the way. */
function explainSilence(circumstances: Circumstances, host: string, l10n: Localizer): Explanation {
  return {
    steps: [
      here(
        l10n.t('Check how far ssh gets. An SSH server begins with a line such as "SSH-2.0-OpenSSH":'),
        untranslated`ssh -v ${sshArguments(circumstances, host)}`,
      ),
      onServer(l10n.t('Check its load, and what its log says:'), serverLog),
      here(
        l10n.t('If the server is just slow, set a longer time-out (in seconds) for this tunnel:'),
        '"connectTimeout": 30',
      ),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}

function timeoutWords(error: ConnectTimeout, l10n: Localizer): ErrorWords {
  const { seconds } = error;
  const address = 'address' in error ? formatServer(error.address) : '';
  const host = 'host' in error ? error.host : '';
  switch (error.during) {
    case 'tcp':
      return {
        message: l10n.t('{address} did not answer within {seconds} s.', { address, seconds }),
        nextStep: l10n.t('Check the host, your network, your VPN and the firewalls in between.'),
      };
    case 'handshake':
      return {
        message: l10n.t(
          '{address} accepted the connection, but did not finish the SSH handshake within {seconds} s.',
          { address, seconds },
        ),
        nextStep: l10n.t('Check that an SSH server listens on that port, and that it is not overloaded.'),
      };
    case 'proxyCommand':
      return {
        message: l10n.t('The ProxyCommand for {host} got no answer from an SSH server within {seconds} s.', {
          host,
          seconds,
        }),
        nextStep: l10n.t('Run it in a terminal to see what it waits for; it is set in your SSH config.'),
      };
    case 'resolve':
      return {
        message: l10n.t('ssh did not resolve "{host}" within {seconds} s.', { host, seconds }),
        nextStep: l10n.t(
          'Check your SSH config for a slow Match exec, or for CanonicalizeHostname with a slow name server.',
        ),
      };
  }
}
