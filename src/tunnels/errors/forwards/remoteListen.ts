// Errors when the server can't listen for a remote forward.
import { isWideBind } from '../../config/forward';
import type { Listen } from '../../config/forward';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import type { TunnelHolder } from './addressInUse';
import { here, onServer, reported } from '../explanation';
import type { ErrorWords, Explanation, Reported, Step, TextsByCode } from '../explanation';
import { isWildcard } from '../../util/address';
import { portWords, socketWords } from './remoteListenWords';
import type { RefusalReason } from './remoteListenWords';
import { listenersCommand, sshdConfig, word } from '../shellCommands';

export type RemoteListenError = Reported & RemoteListenRefused;

type RemoteListenRefused = {
  readonly code: 'RemoteListenRefused';
  readonly host: string;
  readonly listen: Listen;
} & (
  | { readonly reason: RefusalReason }
  /** Another tunnel has the port. The forward is retried when that tunnel frees it. */
  | { readonly reason: 'tunnel'; readonly holder: TunnelHolder }
);

export function remoteListenRefused(
  reason: RefusalReason,
  listen: Listen,
  host: string,
  detail?: string,
): RemoteListenError {
  return { code: 'RemoteListenRefused', reason, host, listen, ...reported(detail) };
}

export function remoteListenUsedByTunnel(
  listen: Listen,
  host: string,
  holder: TunnelHolder,
): RemoteListenError {
  return { code: 'RemoteListenRefused', reason: 'tunnel', host, listen, holder };
}

export const remoteListenTexts: TextsByCode<RemoteListenError> = {
  RemoteListenRefused: {
    words: (error, l10n) =>
      error.reason === 'tunnel'
        ? usedByTunnelWords(error, l10n)
        : 'path' in error.listen
          ? socketWords(error.reason, error.listen.path, error.host, l10n)
          : portWords(error.reason, error.listen, error.host, l10n),
    explain: (error, _circumstances, l10n) =>
      error.reason === 'tunnel'
        ? { steps: [here(stopTunnel(error, l10n))], actions: ['edit', 'tryAgain'] }
        : explainRefusal(error, l10n),
  },
};

type Refused = Extract<RemoteListenRefused, { readonly reason: RefusalReason }>;
type UsedByTunnel = Extract<RemoteListenRefused, { readonly reason: 'tunnel' }>;

function usedByTunnelWords({ host, listen, holder }: UsedByTunnel, l10n: Localizer): ErrorWords {
  const { tunnel, window } = holder;
  if ('path' in listen) {
    const { path } = listen;
    return {
      message:
        window === undefined
          ? l10n.t('The socket {path} on the server {host} is used by the tunnel "{tunnel}".', {
              path,
              host,
              tunnel,
            })
          : l10n.t(
              'The socket {path} on the server {host} is used by the tunnel "{tunnel}" of the window "{window}".',
              { path, host, tunnel, window },
            ),
      nextStep: l10n.t('Stop "{tunnel}", or pick another path.', { tunnel }),
    };
  }
  const { port } = listen;
  return {
    message:
      window === undefined
        ? l10n.t('Port {port} on the server {host} is used by the tunnel "{tunnel}".', { port, host, tunnel })
        : l10n.t(
            'Port {port} on the server {host} is used by the tunnel "{tunnel}" of the window "{window}".',
            { port, host, tunnel, window },
          ),
    nextStep: l10n.t('Stop "{tunnel}", or pick another remote port.', { tunnel }),
  };
}

function stopTunnel({ host, listen, holder }: UsedByTunnel, l10n: Localizer): string {
  const { tunnel, window } = holder;
  if ('path' in listen) {
    const { path } = listen;
    return window === undefined
      ? l10n.t('Stop the tunnel "{tunnel}". The forward then opens {path} of {host} at once.', {
          tunnel,
          path,
          host,
        })
      : l10n.t(
          'Stop the tunnel "{tunnel}" of the window "{window}". The forward then opens {path} of {host} at once.',
          { tunnel, window, path, host },
        );
  }
  const { port } = listen;
  return window === undefined
    ? l10n.t('Stop the tunnel "{tunnel}". The forward then opens port {port} of {host} at once.', {
        tunnel,
        port,
        host,
      })
    : l10n.t(
        'Stop the tunnel "{tunnel}" of the window "{window}". The forward then opens port {port} of {host} at once.',
        { tunnel, window, port, host },
      );
}

function explainRefusal(error: Refused, l10n: Localizer): Explanation {
  const { host, listen } = error;
  const actions = ['tryAgain', 'edit', 'showLog'] as const;
  // Its configuration isn't OpenSSH's.
  const unexplained =
    error.reason === 'unexplained'
      ? [
          onServer(
            l10n.t('Check the configuration of the SSH server of {host} for what it lets clients open.', {
              host,
            }),
          ),
        ]
      : undefined;
  if ('path' in listen) {
    const { path } = listen;
    const look = onServer(
      l10n.t('Check what {path} is; an earlier connection may have left it behind:', { path }),
      untranslated`ls -l ${word(path, 'linux')}`,
    );
    return { steps: [look, ...(unexplained ?? allowListening(error, [], l10n))], actions };
  }
  const { port } = listen;
  const look = onServer(
    l10n.t('Check which program on {host} uses port {port}; it may be your own last connection:', {
      host,
      port,
    }),
    untranslated`sudo ${listenersCommand(port, 'linux')}`,
  );
  return {
    steps: [
      ...(port === 0 ? [] : [look]),
      ...addressStep(error.listen, host, l10n),
      // OpenSSH says so if its configuration forbids the port.
      ...(unexplained ?? []),
      here(l10n.t('On the server, ports below 1024 are for root only: use a higher one.')),
    ],
    actions,
  };
}

/** Steps that make the server allow a listener. @param first lines for sshd_config before the others */
export function allowListening(
  { host, listen }: { readonly host: string; readonly listen: Listen },
  first: readonly string[],
  l10n: Localizer,
): readonly Step[] {
  const lines = (...rest: readonly string[]): string =>
    [...first, untranslated`AllowTcpForwarding yes`, ...rest].join('\n');
  return 'path' in listen
    ? sshdConfig(
        l10n.t(
          'Allow Unix sockets to be created and old ones to be replaced, in /etc/ssh/sshd_config of {host}:',
          { host },
        ),
        lines(untranslated`AllowStreamLocalForwarding yes`, untranslated`StreamLocalBindUnlink yes`),
        l10n,
      )
    : sshdConfig(
        l10n.t('Allow clients to open ports, in /etc/ssh/sshd_config of {host}:', { host }),
        lines(),
        l10n,
      );
}

/** A single address, which the server has to have. */
function addressStep(listen: Listen, host: string, l10n: Localizer): readonly Step[] {
  return 'port' in listen && isWideBind(listen) && listen.bind !== undefined && !isWildcard(listen.bind)
    ? [
        onServer(
          l10n.t('Check that {host} has the address {address}:', { host, address: listen.bind }),
          untranslated`ip address`,
        ),
      ]
    : [];
}
