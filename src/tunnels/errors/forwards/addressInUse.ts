// Errors when the address of a forward on this machine is in use: by a program, a tunnel or a file.
import { formatAddress, isSocketPath } from '../../util/address';
import type { Address, SocketPath } from '../../util/address';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { here } from '../explanation';
import type { Explanation, Reported, TextsByCode } from '../explanation';
import { listenersCommand, word } from '../shellCommands';

/** A tunnel of SSH Tunnels. */
export interface TunnelHolder {
  readonly tunnel: string;
  /** The title of its window; absent: the window has none. */
  readonly window?: string;
}

/** Who has a port that a forward needs, as far as the daemon and the system know. */
export type PortHolder =
  | ({ readonly kind: 'tunnel' } & TunnelHolder)
  | { readonly kind: 'program'; readonly name: string; readonly pid: number }
  /** The daemon itself, but none of its tunnels has registered the port. */
  | { readonly kind: 'daemon' }
  /** A program of another user: the system hides its name and its id. */
  | { readonly kind: 'anotherUser' }
  | { readonly kind: 'unknown' };

export type AddressInUseError = Reported & AddressInUse;

type AddressInUse = { readonly code: 'AddressInUse' } & (
  | {
      readonly address: Address;
      readonly holder: PortHolder;
    }
  /** file: what exists at the path is no socket. deadSocket: another program's, on which nothing listens. */
  | { readonly address: SocketPath; readonly holder: { readonly kind: 'file' | 'deadSocket' } }
);

/** Another tunnel has the port. The forward is retried when that tunnel frees it. */
export function addressUsedByTunnel(address: Address, holder: TunnelHolder): AddressInUseError {
  return { code: 'AddressInUse', address, holder: { kind: 'tunnel', ...holder } };
}

export function addressInUse(address: Address, holder: PortHolder = { kind: 'unknown' }): AddressInUseError {
  return { code: 'AddressInUse', address, holder };
}

/** @param kind of what exists at the path */
export function socketPathTaken(path: string, kind: 'file' | 'deadSocket'): AddressInUseError {
  return { code: 'AddressInUse', address: { path }, holder: { kind } };
}

export const addressInUseTexts: TextsByCode<AddressInUseError> = {
  AddressInUse: {
    words: (error, l10n) => ({
      message: isSocketPath(error.address)
        ? socketInUse(error.address.path, error.holder, l10n)
        : portInUse(error.address.port, error.holder, l10n),
      nextStep: freeAddress(error, l10n),
    }),
    explain: (error, { platform }, l10n): Explanation => {
      const { address, holder } = error;
      if (holder.kind === 'tunnel') {
        return explainUsedByTunnel(address, holder, l10n);
      }
      return isSocketPath(address)
        ? explainSocketTaken(address.path, l10n)
        : explainPortTaken(address.port, holder.kind, platform, l10n);
    },
  },
};

type Holder = AddressInUse['holder'];

function portInUse(port: number, holder: Holder, l10n: Localizer): string {
  switch (holder.kind) {
    case 'tunnel':
      return holder.window === undefined
        ? l10n.t('Port {port} on this machine is used by the tunnel "{tunnel}".', {
            port,
            tunnel: holder.tunnel,
          })
        : l10n.t('Port {port} on this machine is used by the tunnel "{tunnel}" of the window "{window}".', {
            port,
            tunnel: holder.tunnel,
            window: holder.window,
          });
    case 'program':
      return l10n.t('Port {port} on this machine is used by "{program}" (process {pid}).', {
        port,
        program: holder.name,
        pid: holder.pid,
      });
    case 'daemon':
      return l10n.t('Port {port} on this machine is used by another tunnel, in this window or another one.', {
        port,
      });
    case 'anotherUser':
      return l10n.t("Port {port} on this machine is used by another user's program.", { port });
    case 'unknown':
    case 'file':
    case 'deadSocket':
      return l10n.t('Port {port} on this machine is used by another program.', { port });
  }
}

function socketInUse(path: string, holder: Holder, l10n: Localizer): string {
  switch (holder.kind) {
    case 'tunnel':
      return holder.window === undefined
        ? l10n.t('The socket {path} is used by the tunnel "{tunnel}".', { path, tunnel: holder.tunnel })
        : l10n.t('The socket {path} is used by the tunnel "{tunnel}" of the window "{window}".', {
            path,
            tunnel: holder.tunnel,
            window: holder.window,
          });
    case 'file':
      return l10n.t('{path} already exists and is not a socket, so it was not replaced.', { path });
    case 'deadSocket':
      return l10n.t(
        'The socket {path} already exists. Nothing listens on it, but another program created it, so it was not replaced.',
        { path },
      );
    case 'program':
    case 'daemon':
    case 'anotherUser':
    case 'unknown':
      return l10n.t('The socket {path} is used by another program.', { path });
  }
}

function freeAddress({ address, holder }: AddressInUse, l10n: Localizer): string {
  const isSocket = isSocketPath(address);
  switch (holder.kind) {
    case 'tunnel':
      return isSocket
        ? l10n.t('Stop "{tunnel}", or pick another path.', { tunnel: holder.tunnel })
        : l10n.t('Stop "{tunnel}", or pick another local port.', { tunnel: holder.tunnel });
    case 'file':
      return l10n.t('Pick another path for the socket, or remove that file.');
    case 'deadSocket':
      return l10n.t('Remove it ("rm {path}") if it isn\'t needed, or pick another path.', {
        path: formatAddress(address),
      });
    case 'daemon':
      return l10n.t('Pick another local port, or stop that tunnel.');
    case 'program':
    case 'anotherUser':
    case 'unknown':
      return isSocket
        ? l10n.t('Pick another path, or stop that program.')
        : l10n.t('Pick another local port, or stop that program.');
  }
}

function explainUsedByTunnel(
  address: Address,
  { tunnel, window }: TunnelHolder,
  l10n: Localizer,
): Explanation {
  if (isSocketPath(address)) {
    const { path } = address;
    const text =
      window === undefined
        ? l10n.t('Stop the tunnel "{tunnel}". The forward then opens {path} at once.', { tunnel, path })
        : l10n.t(
            'Stop the tunnel "{tunnel}" of the window "{window}". The forward then opens {path} at once.',
            {
              tunnel,
              window,
              path,
            },
          );
    return { steps: [here(text)], actions: ['takeOver', 'edit', 'tryAgain'] };
  }
  const { port } = address;
  const text =
    window === undefined
      ? l10n.t('Stop the tunnel "{tunnel}". The forward then opens port {port} at once.', { tunnel, port })
      : l10n.t(
          'Stop the tunnel "{tunnel}" of the window "{window}". The forward then opens port {port} at once.',
          { tunnel, window, port },
        );
  return { steps: [here(text)], actions: ['takeOver', 'useAnotherPort', 'tryAgain', 'edit'] };
}

function explainPortTaken(
  port: number,
  kind: Holder['kind'],
  platform: string,
  l10n: Localizer,
): Explanation {
  const actions = ['useAnotherPort', 'tryAgain', 'edit'] as const;
  if (kind === 'daemon') {
    const text = l10n.t('Stop the tunnel that uses port {port}. The forward then opens within seconds.', {
      port,
    });
    return { steps: [here(text)], actions };
  }
  const list = listenersCommand(port, platform);
  return {
    steps: [
      here(
        l10n.t('Stop the program that uses port {port}. The forward then opens within seconds.', { port }),
      ),
      kind === 'anotherUser'
        ? here(
            l10n.t(
              'Find out which program uses port {port}. It belongs to another user, so this needs administrator rights:',
              { port },
            ),
            platform === 'win32' ? list : untranslated`sudo ${list}`,
          )
        : here(l10n.t('Find out which program uses port {port}:', { port }), list),
    ],
    actions,
  };
}

function explainSocketTaken(path: string, l10n: Localizer): Explanation {
  const quoted = word(path, 'linux');
  return {
    steps: [
      here(
        l10n.t('Check what {path} is, and whether a program listens on it:', { path }),
        untranslated`ls -l ${quoted}; ss -lxp src ${quoted}`,
      ),
      here(l10n.t("If it isn't needed, remove it, or listen on another path."), untranslated`rm ${quoted}`),
    ],
    actions: ['edit', 'tryAgain'],
  };
}
