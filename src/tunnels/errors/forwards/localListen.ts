// Errors when a forward can't listen on this machine for another reason than that its address is in use.
import { dirname } from 'node:path';
import { formatAddress, isSocketPath } from '../../util/address';
import type { Address, SocketPath, TcpAddress } from '../../util/address';
import type { PortRange } from '../../config/portHints';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { here, reported } from '../explanation';
import type { ErrorWords, Explanation, Reported, TextsByCode } from '../explanation';
import { word } from '../shellCommands';

export type LocalListenError = Reported & (AddressNotAvailable | PortPermissionDenied);

type AddressNotAvailable = { readonly code: 'AddressNotAvailable' } & (
  | { readonly reason: 'notOurs'; readonly address: TcpAddress }
  /** The cause is neither the port nor the address. */
  | { readonly reason: 'system'; readonly address: Address; readonly systemCode: string }
  | { readonly reason: 'folderMissing'; readonly address: SocketPath }
  /** `length` in bytes. */
  | { readonly reason: 'pathTooLong'; readonly address: SocketPath; readonly length: number }
);

type PortPermissionDenied = { readonly code: 'PortPermissionDenied' } & (
  | { readonly reason: 'permission'; readonly address: Address }
  /** Windows reserves a range of ports that contains this one. */
  | { readonly reason: 'reserved'; readonly address: TcpAddress; readonly range: PortRange }
);

export function addressNotAvailable(address: TcpAddress): LocalListenError {
  return { code: 'AddressNotAvailable', reason: 'notOurs', address };
}

/** The cause is neither the port nor the address. @param systemCode `EMFILE` */
export function listenImpossible(address: Address, systemCode: string): LocalListenError {
  return { code: 'AddressNotAvailable', reason: 'system', address, systemCode, detail: systemCode };
}

export function socketFolderMissing(path: string): LocalListenError {
  return { code: 'AddressNotAvailable', reason: 'folderMissing', address: { path } };
}

/** @param length in bytes */
export function socketPathTooLong(path: string, length: number): LocalListenError {
  return { code: 'AddressNotAvailable', reason: 'pathTooLong', address: { path }, length };
}

/** @param range the range reserved by Windows that contains the port */
export function portPermissionDenied(address: TcpAddress, range?: PortRange): LocalListenError {
  return range
    ? { code: 'PortPermissionDenied', reason: 'reserved', address, range }
    : { code: 'PortPermissionDenied', reason: 'permission', address };
}

export function socketPermissionDenied(path: string, detail: string): LocalListenError {
  return { code: 'PortPermissionDenied', reason: 'permission', address: { path }, ...reported(detail) };
}

export const localListenTexts: TextsByCode<LocalListenError> = {
  AddressNotAvailable: {
    words: notAvailableWords,
    explain: (error, { platform }, l10n): Explanation => {
      if (error.reason === 'system') {
        return { steps: [here(notAvailableWords(error, l10n).nextStep)], actions: ['tryAgain', 'showLog'] };
      }
      if (error.reason !== 'notOurs') {
        return explainSocketImpossible(error.address.path, notAvailableWords(error, l10n).nextStep, l10n);
      }
      const listAddresses: Readonly<Record<string, string>> = { win32: 'ipconfig', darwin: 'ifconfig' };
      return {
        steps: [
          here(
            l10n.t(
              'Remove the bind address from {address} to listen on loopback, or use an address of this machine:',
              { address: formatAddress(error.address) },
            ),
            listAddresses[platform] ?? untranslated`ip -brief address`,
          ),
        ],
        actions: ['edit', 'tryAgain'],
      };
    },
  },

  PortPermissionDenied: {
    words: deniedWords,
    explain: (error, { platform }, l10n) =>
      isSocketPath(error.address)
        ? explainSocketImpossible(error.address.path, deniedWords(error, l10n).nextStep, l10n)
        : explainDeniedPort(error.address.port, platform, l10n),
  },
};

const firstUnprivileged = 1024;
/** Characters of a path that fit into a message. */
const longestName = 120;

function explainSocketImpossible(path: string, nextStep: string, l10n: Localizer): Explanation {
  const folder = dirname(path);
  return {
    steps: [
      here(nextStep),
      here(
        l10n.t('Check whether {folder} exists, and whether you can write to it:', { folder }),
        untranslated`ls -ld ${word(folder, 'linux')}`,
      ),
    ],
    actions: ['edit', 'tryAgain'],
  };
}

function explainDeniedPort(port: number, platform: string, l10n: Localizer): Explanation {
  const steps = [
    here(l10n.t('Use a port that needs no privileges instead of {port}, usually 1024 or above.', { port })),
  ];
  if (platform === 'win32') {
    steps.push(
      here(
        l10n.t('Check whether port {port} is in a range that Windows reserves; no program can use those:', {
          port,
        }),
        untranslated`netsh interface ipv4 show excludedportrange protocol=tcp`,
      ),
    );
  }
  if (platform === 'linux') {
    steps.push(
      here(
        l10n.t('Or allow every program on this machine to use port {port} and above:', { port }),
        untranslated`sudo sysctl net.ipv4.ip_unprivileged_port_start=${port}`,
      ),
    );
  }
  return { steps, actions: ['useAnotherPort', 'edit', 'tryAgain'] };
}

function notAvailableWords(error: AddressNotAvailable, l10n: Localizer): ErrorWords {
  switch (error.reason) {
    case 'notOurs':
      return {
        message: l10n.t(
          "{address} is not an address of this machine, so port {port} can't be opened on it.",
          { address: error.address.host, port: error.address.port },
        ),
        nextStep: l10n.t(
          'Pick a bind address that this machine has, or remove it to listen on loopback only.',
        ),
      };
    case 'system':
      return systemWords(error.address, error.systemCode, l10n);
    case 'folderMissing':
      return {
        message: l10n.t("The socket {path} can't be created: the folder {folder} doesn't exist.", {
          path: error.address.path,
          folder: dirname(error.address.path),
        }),
        nextStep: l10n.t('Create that folder, or pick another path.'),
      };
    case 'pathTooLong': {
      const { path } = error.address;
      return {
        message: l10n.t('The path of the socket {path} is too long: {length} bytes.', {
          path: path.length > longestName ? `${path.slice(0, longestName)}…` : path,
          length: error.length,
        }),
        nextStep: l10n.t('Pick a path of at most 103 bytes.'),
      };
    }
  }
}

function systemWords(address: Address, code: string, l10n: Localizer): ErrorWords {
  if (code === 'EMFILE' || code === 'ENFILE') {
    return {
      message: isSocketPath(address)
        ? l10n.t("The socket {path} can't be opened: too many files and connections are open.", {
            path: address.path,
          })
        : l10n.t("Port {port} on this machine can't be opened: too many files and connections are open.", {
            port: address.port,
          }),
      nextStep: l10n.t(
        "Stop tunnels that you don't need, or raise the limit of open files (ulimit -n) and restart the editor.",
      ),
    };
  }
  return {
    message: isSocketPath(address)
      ? l10n.t("The socket {path} can't be opened (system error {code}).", { path: address.path, code })
      : l10n.t("Port {port} on this machine can't be opened (system error {code}).", {
          port: address.port,
          code,
        }),
    nextStep: l10n.t('Check the log, then try again.'),
  };
}

function deniedWords(error: PortPermissionDenied, l10n: Localizer): ErrorWords {
  const address = formatAddress(error.address);
  if (error.reason === 'reserved') {
    return {
      message: l10n.t('Windows reserves ports {from} to {to}, so no program can listen on {address}.', {
        from: error.range.from,
        to: error.range.to,
        address,
      }),
      nextStep: l10n.t('Pick a port outside that range.'),
    };
  }
  if (isSocketPath(error.address)) {
    return {
      message: l10n.t("You don't have permission to create the socket {path}.", { path: address }),
      nextStep: l10n.t('Pick a folder that you can write to.'),
    };
  }
  return error.address.port < firstUnprivileged
    ? {
        message: l10n.t(
          "You don't have permission to listen on {address}: ports below 1024 are for administrators.",
          { address },
        ),
        nextStep: l10n.t('Pick a port of 1024 or above.'),
      }
    : {
        message: l10n.t("You don't have permission to listen on {address}.", { address }),
        nextStep: l10n.t('Pick another port.'),
      };
}
