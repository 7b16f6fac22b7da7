// Errors when the server does not forward at all, or not what is requested.
import { formatListen } from '../../config/forward';
import type { Listen } from '../../config/forward';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { here, onServer, reported } from '../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported, TextsByCode } from '../explanation';
import { allowListening } from './remoteListen';
import { addToList, authorizedKeys, sshArguments, sshdConfig } from '../shellCommands';

export type ForwardingError = Reported & ForwardingDisabled;

type ForwardingDisabled = { readonly code: 'ForwardingDisabled'; readonly host: string } &
  /** The server does not support or allow a kind of channel. */
  (
    | { readonly what: 'channels' }
    /**
     * all: it allows no listeners. one: not this one (PermitListen). unsupported: it refuses every port, or doesn't know
     * Unix sockets, and gives no reason. portNotReported: it doesn't tell which port it has chosen.
     */
    | {
        readonly what: 'allListeners' | 'oneListener' | 'unsupported' | 'portNotReported';
        readonly listen: Listen;
      }
  );

export function forwardingDisabled(host: string, detail?: string): ForwardingError {
  return { code: 'ForwardingDisabled', what: 'channels', host, ...reported(detail) };
}

export function remoteForwardingDisabled(listen: Listen, host: string, detail?: string): ForwardingError {
  return {
    code: 'ForwardingDisabled',
    what: 'allListeners',
    host,
    listen,
    ...reported(detail),
  };
}

export function remoteListenNotPermitted(listen: Listen, host: string, detail?: string): ForwardingError {
  return { code: 'ForwardingDisabled', what: 'oneListener', host, listen, ...reported(detail) };
}

/** It refuses remote forwards of this kind, whatever the port, and gives no reason. */
export function remoteForwardingUnsupported(listen: Listen, host: string): ForwardingError {
  return { code: 'ForwardingDisabled', what: 'unsupported', host, listen };
}

export function remotePortNotReported(listen: Listen, host: string): ForwardingError {
  return { code: 'ForwardingDisabled', what: 'portNotReported', host, listen };
}

export const forwardingTexts: TextsByCode<ForwardingError> = {
  ForwardingDisabled: {
    words: (error, l10n) =>
      error.what === 'channels'
        ? {
            message: l10n.t('{host} does not support or allow this kind of forwarding.', {
              host: error.host,
            }),
            nextStep: l10n.t(
              'Ask the administrator for "AllowTcpForwarding yes" in the server\'s sshd_config.',
            ),
          }
        : error.what === 'unsupported'
          ? unsupportedWords(error.listen, error.host, l10n)
          : error.what === 'portNotReported'
            ? portNotReportedWords(error.host, l10n)
            : listenersDisabledWords(error.what, error.listen, error.host, l10n),
    explain: (error, circumstances, l10n) =>
      error.what === 'channels'
        ? explainChannels(error.host, circumstances, l10n)
        : error.what === 'unsupported' || error.what === 'portNotReported'
          ? explainUnsupported(error.what, error.listen, error.host, circumstances, l10n)
          : {
              steps: [
                ...('port' in error.listen && error.what === 'oneListener'
                  ? addToList('PermitListen', formatListen(error.listen), error.host, l10n)
                  : allowListening(error, [untranslated`DisableForwarding no`], l10n)),
                onServer(
                  l10n.t(
                    'Check that your key there is not restricted by "restrict", "no-port-forwarding" or "permitlisten":',
                  ),
                  authorizedKeys,
                ),
              ],
              actions: ['tryAgain', 'edit', 'showLog'],
            },
  },
};

function unsupportedWords(listen: Listen, host: string, l10n: Localizer): ErrorWords {
  return 'path' in listen
    ? {
        message: l10n.t(
          '{host} refuses to create the socket {path}: it may not support Unix sockets in remote forwards, or not allow them.',
          { host, path: listen.path },
        ),
        nextStep: l10n.t('Use a port instead of the path, or ask the administrator of the server.'),
      }
    : {
        message:
          listen.port === 0
            ? l10n.t(
                '{host} refuses to listen on any port: it may not support remote forwards, or not allow them.',
                { host },
              )
            : l10n.t(
                '{host} refuses to listen on port {port} and on any other: it may not support remote forwards, or not allow them.',
                { host, port: listen.port },
              ),
        nextStep: l10n.t('Ask the administrator of the server whether it can do remote forwards.'),
      };
}

function portNotReportedWords(host: string, l10n: Localizer): ErrorWords {
  return {
    message: l10n.t('{host} listens on a port that it chose, but does not tell which.', { host }),
    nextStep: l10n.t('Pick a fixed remote port instead of 0.'),
  };
}

function explainUnsupported(
  what: 'unsupported' | 'portNotReported',
  listen: Listen,
  host: string,
  circumstances: Circumstances,
  l10n: Localizer,
): Explanation {
  const spec = 'path' in listen ? untranslated`/tmp/test.sock` : what === 'unsupported' ? '0' : '9000';
  return {
    steps: [
      here(
        l10n.t('Check whether ssh can listen on {host}, and what it says:', { host }),
        untranslated`ssh -v -N -o ExitOnForwardFailure=yes -R ${spec}:localhost:80 ${sshArguments(circumstances, host)}`,
      ),
      onServer(
        l10n.t(
          'Check the configuration of the SSH server; not every one supports remote forwards, and some need an option for them.',
        ),
      ),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}

function listenersDisabledWords(
  what: 'allListeners' | 'oneListener',
  listen: Listen,
  host: string,
  l10n: Localizer,
): ErrorWords {
  if ('path' in listen) {
    const { path } = listen;
    return what === 'allListeners'
      ? {
          message: l10n.t(
            '{host} does not allow clients to open sockets: AllowStreamLocalForwarding or DisableForwarding in its sshd_config forbids it, or the options of your key.',
            { host },
          ),
          nextStep: l10n.t(
            'Ask the administrator for "AllowStreamLocalForwarding yes" in the server\'s sshd_config, and to remove "restrict" or "no-port-forwarding" from your key there.',
          ),
        }
      : {
          // PermitListen is about ports only; OpenSSH opens no sockets either when it may not open ports.
          message: l10n.t('{host} does not permit you to listen on {path} there (AllowTcpForwarding).', {
            host,
            path,
          }),
          nextStep: l10n.t(
            'Ask the administrator for "AllowTcpForwarding yes" in the server\'s sshd_config; sockets need it too.',
          ),
        };
  }
  if (what === 'allListeners') {
    return {
      message: l10n.t(
        '{host} does not allow clients to open ports: AllowTcpForwarding or DisableForwarding in its sshd_config forbids it, or the options of your key.',
        { host },
      ),
      nextStep: l10n.t(
        'Ask the administrator for "AllowTcpForwarding yes" in the server\'s sshd_config, and to remove "restrict" or "no-port-forwarding" from your key there.',
      ),
    };
  }
  return {
    message:
      listen.bind === undefined
        ? l10n.t('{host} does not permit you to listen on port {port} there (PermitListen).', {
            host,
            port: listen.port,
          })
        : l10n.t('{host} does not permit you to listen on {address} there (PermitListen).', {
            host,
            address: formatListen(listen),
          }),
    nextStep: l10n.t(
      'Ask the administrator which ports you can listen on there, or to allow this one (PermitListen in the sshd_config, or "permitlisten" at your key).',
    ),
  };
}

function explainChannels(host: string, { forward }: Circumstances, l10n: Localizer): Explanation {
  const usesSocket = forward?.kind === 'local' && 'path' in forward.target;
  return {
    steps: [
      ...sshdConfig(
        l10n.t('Allow it in /etc/ssh/sshd_config of {host}:', { host }),
        untranslated`DisableForwarding no\n${usesSocket ? 'AllowStreamLocalForwarding yes' : 'AllowTcpForwarding yes'}`,
        l10n,
      ),
      onServer(
        l10n.t('Check that your key there is not restricted by "restrict" or "no-port-forwarding":'),
        authorizedKeys,
      ),
    ],
    actions: ['tryAgain', 'showLog'],
  };
}
