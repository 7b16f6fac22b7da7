// Errors when the server does not forward at all, or not what is requested.
import { formatListen } from '../../config/forward';
import type { Listen } from '../../config/forward';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { onServer, reported } from '../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported, TextsByCode } from '../explanation';
import { allowListening } from './remoteListen';
import { authorizedKeys, sshdConfig } from '../shellCommands';

export type ForwardingError = Reported & ForwardingDisabled;

type ForwardingDisabled = { readonly code: 'ForwardingDisabled'; readonly host: string } &
  /** The server does not support or allow a kind of channel. */
  (
    | { readonly what: 'channels' }
    /** all: it allows no listeners. one: not this one (PermitListen). */
    | { readonly what: 'allListeners' | 'oneListener'; readonly listen: Listen }
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
        : listenersDisabledWords(error.what, error.listen, error.host, l10n),
    explain: (error, circumstances, l10n) =>
      error.what === 'channels'
        ? explainChannels(error.host, circumstances, l10n)
        : {
            steps: [
              ...allowListening(error, [untranslated`DisableForwarding no`], l10n),
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
