// Errors when the server can't listen for a remote forward.
import { formatListen } from '../../config/forward';
import type { Listen, TcpListen } from '../../config/forward';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import type { TunnelHolder } from './addressInUse';
import { here, onServer, reported } from '../explanation';
import type { ErrorWords, Explanation, Reported, Step, TextsByCode } from '../explanation';
import { listenersCommand, sshdConfig, word } from '../shellCommands';

export type RemoteListenError = Reported & RemoteListenRefused;

type RemoteListenRefused = {
  readonly code: 'RemoteListenRefused';
  readonly host: string;
  readonly listen: Listen;
} & (
  | {
      /**
       * unknown: OpenSSH reports no reason when bind(2) fails. stillUsed: by our own lost connection, which the server
       * considers alive. program: another one there.
       */
      readonly reason: 'unknown' | 'stillUsed' | 'program';
    }
  /** Another tunnel has the port. The forward is retried when that tunnel frees it. */
  | { readonly reason: 'tunnel'; readonly holder: TunnelHolder }
);

export function remoteListenRefused(
  reason: 'unknown' | 'stillUsed' | 'program',
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

/** On a Unix server, only root can listen on lower ports. */
const firstUnprivileged = 1024;

type Refused = Extract<RemoteListenRefused, { readonly reason: 'unknown' | 'stillUsed' | 'program' }>;
type UsedByTunnel = Extract<RemoteListenRefused, { readonly reason: 'tunnel' }>;

function socketWords(reason: Refused['reason'], path: string, host: string, l10n: Localizer): ErrorWords {
  switch (reason) {
    case 'unknown':
      return {
        message: l10n.t(
          "{host} could not create the socket {path}: it already exists, its folder doesn't exist, or your user can't write there.",
          { host, path },
        ),
        nextStep: l10n.t(
          'Remove it on the server if it is not needed, pick another path, or ask the administrator for "StreamLocalBindUnlink yes" in its sshd_config.',
        ),
      };
    case 'stillUsed':
      return {
        message: l10n.t('{host} still uses {path} for the connection that was lost.', { host, path }),
        nextStep: untilFreed(l10n),
      };
    case 'program':
      return {
        message: l10n.t('{host} could not listen on {path}: another program there uses it.', { host, path }),
        nextStep: l10n.t(
          'Pick another path, or stop that program on the server; until then it is retried automatically.',
        ),
      };
  }
}

function portWords(reason: Refused['reason'], listen: TcpListen, host: string, l10n: Localizer): ErrorWords {
  const { port } = listen;
  // `*:9000`; undefined: only a port was requested.
  const address = listen.bind === undefined ? undefined : formatListen(listen);
  switch (reason) {
    case 'unknown':
      return port > 0 && port < firstUnprivileged
        ? {
            message:
              address === undefined
                ? l10n.t(
                    '{host} could not listen on port {port}: ports below 1024 are for root only, or it is in use there.',
                    { host, port },
                  )
                : l10n.t(
                    '{host} could not listen on {address}: ports below 1024 are for root only, or it is in use there.',
                    { host, address },
                  ),
            nextStep: l10n.t('Pick a remote port of 1024 or above.'),
          }
        : {
            message:
              address === undefined
                ? l10n.t(
                    '{host} could not listen on port {port}: it is in use there, or not an address of that machine.',
                    { host, port },
                  )
                : l10n.t(
                    '{host} could not listen on {address}: it is in use there, or not an address of that machine.',
                    { host, address },
                  ),
            nextStep: l10n.t(
              'Pick another remote port, or 0 for any free one; until then it is retried automatically.',
            ),
          };
    case 'stillUsed':
      return {
        message:
          address === undefined
            ? l10n.t('{host} still uses port {port} for the connection that was lost.', { host, port })
            : l10n.t('{host} still uses {address} for the connection that was lost.', { host, address }),
        nextStep: untilFreed(l10n),
      };
    case 'program':
      return {
        message:
          address === undefined
            ? l10n.t('{host} could not listen on port {port}: another program there uses it.', { host, port })
            : l10n.t('{host} could not listen on {address}: another program there uses it.', {
                host,
                address,
              }),
        nextStep: l10n.t(
          'Pick another remote port, or stop that program on the server; until then it is retried automatically.',
        ),
      };
  }
}

function untilFreed(l10n: Localizer): string {
  return l10n.t(
    'Retrying automatically until the server frees it; "ClientAliveInterval 15" in its sshd_config makes that faster.',
  );
}

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
  if ('path' in listen) {
    const { path } = listen;
    const look = onServer(
      l10n.t('Check what {path} is; an earlier connection may have left it behind:', { path }),
      untranslated`ls -l ${word(path, 'linux')}`,
    );
    return { steps: [look, ...allowListening(error, [], l10n)], actions };
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
      ...allowListening(error, [], l10n),
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
        l10n.t(
          'Allow listening on {address}, in /etc/ssh/sshd_config of {host}. The last line lets the client choose the address:',
          { address: formatListen(listen), host },
        ),
        lines(
          untranslated`PermitListen ${listen.port === 0 ? 'any' : listen.port}`,
          untranslated`GatewayPorts clientspecified`,
        ),
        l10n,
      );
}
