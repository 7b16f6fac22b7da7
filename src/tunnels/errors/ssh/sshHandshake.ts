// Errors of the SSH handshake: whether the server speaks SSH, and accepts us now.
import { programPath } from '../../config/commandLine/commandProgram';
import { formatServer } from '../../util/address';
import type { ServerAddress } from '../../util/address';
import { untranslated } from '../../util/l10n';
import { quote } from '../../util/shown';
import { here, onServer, reported } from '../explanation';
import type { Explanation, Reported, TextsByCode } from '../explanation';
import { listenersCommand, sshArguments, sshdConfig } from '../shellCommands';

export type SshHandshakeError = Reported & (NotAnSshServer | ServerBusy | AddressPenalised);

type NotAnSshServer = { readonly code: 'NotAnSshServer' } & (
  | { readonly reason: 'otherProtocol'; readonly address: ServerAddress }
  /** The server speaks SSH, but violates the protocol; `violation` is technical English: a verb phrase. */
  | { readonly reason: 'violation'; readonly host: string; readonly violation: string }
);

type ServerBusy = { readonly code: 'ServerBusy'; readonly host: string } & (
  | { readonly limit: 'MaxStartups' }
  /** It is booting or shutting down, and accepts no logins yet, or anymore. */
  | { readonly limit: 'nologin' }
  | { readonly limit: 'MaxSessions'; readonly command: string }
);

interface AddressPenalised {
  readonly code: 'AddressPenalised';
  readonly host: string;
}

export function notAnSshServer(address: ServerAddress, detail?: string): SshHandshakeError {
  return { code: 'NotAnSshServer', reason: 'otherProtocol', address, ...reported(detail) };
}

/**
 * The server speaks SSH, but violates the protocol. No retry: it is broken or malicious.
 * @param violation what the server did, a verb phrase: "sent more data on a channel than allowed"
 */
export function protocolBroken(host: string, violation: string, detail?: string): SshHandshakeError {
  return { code: 'NotAnSshServer', reason: 'violation', host, violation, ...reported(detail) };
}

export function serverBusy(host: string, detail?: string): SshHandshakeError {
  return { code: 'ServerBusy', limit: 'MaxStartups', host, ...reported(detail) };
}

export function serverStartingOrStopping(host: string, detail: string): SshHandshakeError {
  return { code: 'ServerBusy', limit: 'nologin', host, ...reported(detail) };
}

export function programRefused(command: string, host: string, detail?: string): SshHandshakeError {
  return { code: 'ServerBusy', limit: 'MaxSessions', host, command, ...reported(detail) };
}

export function addressPenalised(host: string, detail?: string): SshHandshakeError {
  return { code: 'AddressPenalised', host, ...reported(detail) };
}

export const sshHandshakeTexts: TextsByCode<SshHandshakeError> = {
  NotAnSshServer: {
    words: (error, l10n) =>
      error.reason === 'otherProtocol'
        ? {
            message: l10n.t('The service at {address} is not an SSH server.', {
              address: formatServer(error.address),
            }),
            nextStep: l10n.t('Check the host and the port; SSH servers usually listen on port 22.'),
          }
        : {
            message: l10n.t(
              'The connection to {host} was closed because the server violates the SSH protocol: it {violation}.',
              { host: error.host, violation: error.violation },
            ),
            nextStep: l10n.t(
              'Check that this is the right server and that it works with ssh, then start the tunnel again.',
            ),
          },
    explain: (error, circumstances, l10n) => {
      if (error.reason === 'violation') {
        const { host } = error;
        return {
          steps: [
            here(
              l10n.t(
                'Check that {host} is the right server: one that violates the SSH protocol is broken or malicious.',
                { host },
              ),
            ),
            here(
              l10n.t('Check whether ssh can connect to it:'),
              untranslated`ssh -v ${sshArguments(circumstances, host)}`,
            ),
            onServer(l10n.t('Find out which SSH server it runs, and update it:'), 'ssh -V'),
          ],
          actions: ['tryAgain', 'showLog'],
        };
      }
      const { host, port } = error.address;
      return {
        steps: [
          here(
            l10n.t('Check the port: the service on port {port} of {host} speaks another protocol.', {
              host,
              port,
            }),
          ),
          onServer(
            l10n.t('Find out which program listens on port {port}:', { port }),
            untranslated`sudo ${listenersCommand(port, 'linux')}`,
          ),
        ],
        actions: ['edit', 'openSshConfig', 'tryAgain'],
      };
    },
  },

  ServerBusy: {
    words: (error, l10n) => {
      const { host } = error;
      switch (error.limit) {
        case 'MaxStartups':
          return {
            message: l10n.t(
              '{host} has too many pending sign-ins and accepts no more for now (MaxStartups).',
              { host },
            ),
            nextStep: l10n.t(
              'Wait a moment; if it keeps failing, ask the administrator to raise MaxStartups in its sshd_config.',
            ),
          };
        case 'nologin':
          return {
            message: l10n.t('{host} is booting or shutting down, and accepts no sign-ins for now.', { host }),
            nextStep: l10n.t('Wait until it is back; then it accepts sign-ins again.'),
          };
        case 'MaxSessions':
          return {
            message: l10n.t("{host} can't run {command}: it allows no more sessions.", {
              host,
              command: quote(programPath(error.command)),
            }),
            nextStep: l10n.t(
              'Close some programs, or ask the administrator to raise MaxSessions in its sshd_config.',
            ),
          };
      }
    },
    explain: (error, _circumstances, l10n): Explanation => {
      const { host } = error;
      if (error.limit === 'nologin') {
        return {
          steps: [
            here(l10n.t('Nothing to do: the tunnel reconnects to {host} automatically.', { host })),
            onServer(
              l10n.t('If it takes too long, check whether one of these files was left there:'),
              'ls -l /etc/nologin /run/nologin',
            ),
          ],
          actions: ['tryAgain', 'showLog'],
        };
      }
      const steps =
        error.limit === 'MaxStartups'
          ? [
              here(l10n.t('Nothing to do: the tunnel reconnects to {host} automatically.', { host })),
              ...sshdConfig(
                l10n.t(
                  'If {host} has many users, allow more sign-ins at the same time in its /etc/ssh/sshd_config:',
                  { host },
                ),
                'MaxStartups 100:30:200',
                l10n,
              ),
            ]
          : [
              here(l10n.t('Close programs that you no longer need, then run this one again.')),
              ...sshdConfig(
                l10n.t('Or allow more sessions in /etc/ssh/sshd_config of {host}:', { host }),
                'MaxSessions 30',
                l10n,
              ),
            ];
      return { steps, actions: ['tryAgain', 'showLog'] };
    },
  },

  AddressPenalised: {
    words: ({ host }, l10n) => ({
      message: l10n.t(
        "{host} blocks this machine's address for a while after failed sign-ins (PerSourcePenalties).",
        { host },
      ),
      nextStep: l10n.t('Wait a few minutes, fix what made the sign-ins fail, and start the tunnel again.'),
    }),
    explain: ({ host }, _circumstances, l10n) => ({
      steps: [
        here(
          l10n.t(
            'Wait a few minutes, and fix what made the sign-ins fail: each failed attempt makes the wait longer.',
          ),
        ),
        ...sshdConfig(
          l10n.t('To exempt an address, add it to /etc/ssh/sshd_config of {host}:', { host }),
          'PerSourcePenaltyExemptList 192.0.2.0/24',
          l10n,
        ),
      ],
      actions: ['tryAgain', 'showLog'],
    }),
  },
};
