// Errors of a connection that was lost: it was closed, or the server stopped responding.
import { formatServer } from '../../util/address';
import type { ServerAddress } from '../../util/address';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { quote, quoteWords } from '../../util/shown';
import { here, onServer, reported } from '../explanation';
import type { ErrorWords, Reported, TextsByCode } from '../explanation';
import { serverLog, sshArguments } from '../shellCommands';

export type ConnectionLostError = Reported &
  (
    | ConnectionLost
    | {
        readonly code: 'KeepAliveTimeout';
        readonly host: string;
        /** How long the server did not respond. */
        readonly seconds: number;
        /** It has not answered any keep-alive of this session. */
        readonly neverAnswered: boolean;
      }
  );

type ConnectionLost = { readonly code: 'ConnectionLost' } & (
  | {
      /** lostSoon: soon after the login, as the connection before. */
      readonly kind: 'dropped' | 'lostSoon';
      readonly host: string;
      /** The server has said that it ends the connection; its words are the detail. */
      readonly byServer?: true;
    }
  | { readonly kind: 'closedAtOnce'; readonly address: ServerAddress }
  /** An X11 program ended with the connection. */
  | { readonly kind: 'programEnded'; readonly host: string; readonly program: string }
);

export function connectionLost(host: string, detail?: string): ConnectionLostError {
  return { code: 'ConnectionLost', kind: 'dropped', host, ...reported(detail) };
}

/** The server has ended the connection with these words. */
export function endedByServer(host: string, words: string): ConnectionLostError {
  return { code: 'ConnectionLost', kind: 'dropped', host, byServer: true, ...reported(words) };
}

/** The connection was lost soon after the login, as the one before. */
export function lostSoon(error: ConnectionLost & Reported): ConnectionLostError {
  return error.kind === 'dropped' ? { ...error, kind: 'lostSoon' } : error;
}

/** The cause may be a firewall's proxy, hosts.deny, or a server that does not speak SSH. */
export function closedAtOnce(address: ServerAddress, detail?: string): ConnectionLostError {
  return { code: 'ConnectionLost', kind: 'closedAtOnce', address, ...reported(detail) };
}

export function programLostConnection(program: string, host: string): ConnectionLostError {
  return { code: 'ConnectionLost', kind: 'programEnded', host, program };
}

/** @param silence how long the server did not respond, and whether it has never answered a keep-alive */
export function keepAliveTimeout(
  host: string,
  silence: { readonly seconds: number; readonly neverAnswered: boolean },
): ConnectionLostError {
  return { code: 'KeepAliveTimeout', host, ...silence };
}

export const connectionLostTexts: TextsByCode<ConnectionLostError> = {
  ConnectionLost: {
    words: lostWords,
    explain: (error, circumstances, l10n) => {
      const host = 'host' in error ? error.host : error.address.host;
      const isLostSoon = error.kind === 'lostSoon';
      return {
        steps: [
          here(
            lostWords(error, l10n).nextStep,
            isLostSoon ? untranslated`ssh ${sshArguments(circumstances, host)}` : undefined,
          ),
          onServer(
            isLostSoon
              ? l10n.t(
                  'Check the log of {host}. Common reasons: a limit of sessions, the owner of a ChrootDirectory, a time-out for unused connections.',
                  { host },
                )
              : l10n.t('Check the log of {host} for the reason:', { host }),
            serverLog,
          ),
        ],
        actions: ['tryAgain', 'showLog'],
      };
    },
  },

  KeepAliveTimeout: {
    words: ({ host, seconds, neverAnswered }, l10n) => ({
      message: neverAnswered
        ? l10n.t(
            '{host} did not respond for {seconds} s and has answered no keep-alive since it was connected, so the connection was closed.',
            { host, seconds },
          )
        : l10n.t('{host} did not respond for {seconds} s, so the connection was closed.', { host, seconds }),
      nextStep: l10n.t('Check that the network and the VPN are connected.'),
    }),
    explain: ({ host, neverAnswered }, _circumstances, l10n) => ({
      steps: [
        ...(neverAnswered
          ? [
              here(
                l10n.t(
                  'If this happens whenever the connection is idle, {host} answers no keep-alives. Turn them off in this tunnel:',
                  { host },
                ),
                '"serverAliveInterval": 0',
              ),
            ]
          : []),
        here(
          l10n.t('Check that the network and the VPN are connected: {host} stopped responding.', { host }),
        ),
        here(
          l10n.t(
            'If the network pauses for longer at times, allow more time without an answer in this tunnel:',
          ),
          '"serverAliveInterval": 30,\n"serverAliveCountMax": 5',
        ),
      ],
      actions: ['tryAgain', 'edit'],
    }),
  },
};

function lostWords(error: ConnectionLost & Reported, l10n: Localizer): ErrorWords {
  switch (error.kind) {
    case 'dropped':
      return {
        message: error.byServer
          ? l10n.t('{host} ended the connection and said {words}.', {
              host: error.host,
              words: quoteWords(error.detail ?? ''),
            })
          : l10n.t('The connection to {host} was lost.', { host: error.host }),
        nextStep: l10n.t('Start the tunnel again if it does not come back, and check the log.'),
      };
    case 'lostSoon':
      return {
        message: error.byServer
          ? l10n.t('{host} ended the connection soon after the sign-in and said {words}.', {
              host: error.host,
              words: quoteWords(error.detail ?? ''),
            })
          : l10n.t('{host} accepts the sign-in, but the connection is lost soon after it.', {
              host: error.host,
            }),
        nextStep: l10n.t('Check in a terminal whether `ssh` stays connected, and what the server says.'),
      };
    case 'closedAtOnce':
      return {
        message: l10n.t('{address} accepted the connection, but closed it at once.', {
          address: formatServer(error.address),
        }),
        nextStep: l10n.t(
          "Check that an SSH server listens on that port; if so, its log shows why it rejects this machine's address.",
        ),
      };
    case 'programEnded':
      return {
        message: l10n.t(
          "{program} ended when the connection to {host} was lost; X11 windows can't survive that.",
          { program: quote(error.program), host: error.host },
        ),
        nextStep: l10n.t('Run it again when you need it.'),
      };
  }
}
