// The words of a remote forward that the server doesn't listen for, by what is known of the reason.
import { formatListen } from '../../config/forward';
import type { TcpListen } from '../../config/forward';
import type { Localizer } from '../../util/l10n';
import type { ErrorWords } from '../explanation';

/**
 * unknown: OpenSSH reports no reason when bind(2) fails. unexplained: another server gives none for whatever it refuses.
 * noAnswer: it doesn't answer the request. stillUsed: probably by our own lost connection, which the server considers
 * alive. program: another one there. silent: by somebody who says nothing, which may be either.
 */
export type RefusalReason = 'unknown' | 'unexplained' | 'noAnswer' | 'stillUsed' | 'program' | 'silent';

/** On a Unix server, only root can listen on lower ports. */
const firstUnprivileged = 1024;

export function socketWords(reason: RefusalReason, path: string, host: string, l10n: Localizer): ErrorWords {
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
    case 'unexplained':
      return {
        message: l10n.t(
          '{host} refuses to create the socket {path}: it may already exist, or this server may not allow it.',
          { host, path },
        ),
        nextStep: l10n.t('Pick another path; until then it is retried automatically.'),
      };
    case 'noAnswer':
      return {
        message: l10n.t('{host} did not answer the request to create the socket {path}.', { host, path }),
        nextStep: l10n.t('Retrying automatically; the log of the server may say more.'),
      };
    case 'stillUsed':
      return {
        message: l10n.t('{host} still uses {path}, probably for the connection that was lost.', {
          host,
          path,
        }),
        nextStep: untilFreed(l10n),
      };
    case 'silent':
      return {
        message: l10n.t(
          '{host} could not listen on {path}: another program there uses it, or an earlier connection of yours that the server has not closed yet.',
          { host, path },
        ),
        nextStep: l10n.t(
          'Wait until the server frees it, or pick another path; until then it is retried automatically.',
        ),
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

export function portWords(
  reason: RefusalReason,
  listen: TcpListen,
  host: string,
  l10n: Localizer,
): ErrorWords {
  const { port } = listen;
  // `*:9000`; undefined: only a port was requested.
  const address = listen.bind === undefined ? undefined : formatListen(listen);
  switch (reason) {
    case 'unknown':
      return port === 0 ? anyPortWords(listen, host, l10n) : unknownPortWords(port, address, host, l10n);
    case 'unexplained':
      if (port === 0) {
        return anyPortWords(listen, host, l10n);
      }
      return {
        message:
          address === undefined
            ? l10n.t(
                '{host} refuses to listen on port {port}: it may be in use there, or this server may not allow it.',
                { host, port },
              )
            : l10n.t(
                '{host} refuses to listen on {address}: it may be in use there, or this server may not allow it.',
                { host, address },
              ),
        nextStep: anotherPort(l10n),
      };
    case 'noAnswer':
      return {
        message:
          address === undefined
            ? l10n.t('{host} did not answer the request to listen on port {port}.', { host, port })
            : l10n.t('{host} did not answer the request to listen on {address}.', { host, address }),
        nextStep: l10n.t('Retrying automatically; the log of the server may say more.'),
      };
    case 'stillUsed':
      return {
        message:
          address === undefined
            ? l10n.t('{host} still uses port {port}, probably for the connection that was lost.', {
                host,
                port,
              })
            : l10n.t('{host} still uses {address}, probably for the connection that was lost.', {
                host,
                address,
              }),
        nextStep: untilFreed(l10n),
      };
    case 'silent':
      return {
        message:
          address === undefined
            ? l10n.t(
                '{host} could not listen on port {port}: another program there uses it, or an earlier connection of yours that the server has not closed yet.',
                { host, port },
              )
            : l10n.t(
                '{host} could not listen on {address}: another program there uses it, or an earlier connection of yours that the server has not closed yet.',
                { host, address },
              ),
        nextStep: l10n.t(
          'Wait until the server frees it, or pick another remote port; until then it is retried automatically.',
        ),
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

/** @param address undefined: only a port was requested */
function unknownPortWords(
  port: number,
  address: string | undefined,
  host: string,
  l10n: Localizer,
): ErrorWords {
  if (port < firstUnprivileged) {
    return {
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
    };
  }
  return {
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
    nextStep: anotherPort(l10n),
  };
}

function anotherPort(l10n: Localizer): string {
  return l10n.t('Pick another remote port, or 0 for any free one; until then it is retried automatically.');
}

/** For any free port of one address: there is always one. */
function anyPortWords({ bind = 'localhost' }: TcpListen, host: string, l10n: Localizer): ErrorWords {
  return {
    message: l10n.t(
      '{host} could not listen on any port of {address}: it may not be an address of that machine, or not be allowed.',
      { host, address: bind },
    ),
    nextStep: l10n.t('Pick another bind address; until then it is retried automatically.'),
  };
}

function untilFreed(l10n: Localizer): string {
  return l10n.t(
    'Retrying automatically until the server frees it; "ClientAliveInterval 15" in its sshd_config makes that faster.',
  );
}
