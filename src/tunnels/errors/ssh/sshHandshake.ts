// Errors of the SSH handshake: whether the server speaks SSH, accepts us now, and has an algorithm in common with us.
import { programPath } from '../../config/commandLine/x11Forwarding';
import { formatAddress } from '../../util/address';
import type { TcpAddress } from '../../util/address';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { quote } from '../../util/shown';
import { here, onServer, reported } from '../explanation';
import type { ErrorWords, Explanation, Reported, Step, TextsByCode } from '../explanation';
import { aliasOf, listenersCommand, sshArguments, sshdConfig } from '../shellCommands';

export type SshHandshakeError = Reported &
  (NotAnSshServer | ServerBusy | AddressPenalised | NoCommonAlgorithm);

type NotAnSshServer = { readonly code: 'NotAnSshServer' } & (
  | { readonly reason: 'otherProtocol'; readonly address: TcpAddress }
  /** The server speaks SSH, but violates the protocol; `violation` is technical English: a verb phrase. */
  | { readonly reason: 'violation'; readonly host: string; readonly violation: string }
);

type ServerBusy = { readonly code: 'ServerBusy'; readonly host: string } & (
  | { readonly limit: 'MaxStartups' }
  | { readonly limit: 'MaxSessions'; readonly command: string }
);

interface AddressPenalised {
  readonly code: 'AddressPenalised';
  readonly host: string;
}

type NoCommonAlgorithm = { readonly code: 'NoCommonAlgorithm'; readonly host: string } & (
  | { readonly reason: 'unknown' }
  | ({ readonly reason: 'server' } & Mismatch)
  /** ssh_config allows only `names`, of which none is supported here. */
  | {
      readonly reason: 'config';
      readonly keyword: AlgorithmKeyword;
      readonly names: readonly string[];
      /** One that is supported here, and by every current server. */
      readonly common: string;
    }
);

/** The lists of algorithms, the same in ssh_config(5) and in sshd_config(5). */
export type AlgorithmKeyword = 'KexAlgorithms' | 'HostKeyAlgorithms' | 'Ciphers' | 'MACs';

/** A list in which the two sides have nothing in common. */
export interface Mismatch {
  readonly keyword: AlgorithmKeyword;
  /** The first that the server offers, and how many more: its list may be long. */
  readonly theirs: readonly string[];
  readonly more: number;
  /** What would help: here, one of `theirs` that is supported but not offered by default; or one for the server. */
  readonly add: { readonly side: 'here' | 'server'; readonly algorithm: string };
}

export function notAnSshServer(address: TcpAddress, detail?: string): SshHandshakeError {
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

export function programRefused(command: string, host: string, detail?: string): SshHandshakeError {
  return { code: 'ServerBusy', limit: 'MaxSessions', host, command, ...reported(detail) };
}

export function addressPenalised(host: string, detail?: string): SshHandshakeError {
  return { code: 'AddressPenalised', host, ...reported(detail) };
}

export function noCommonAlgorithm(host: string, detail?: string, mismatch?: Mismatch): SshHandshakeError {
  const code = 'NoCommonAlgorithm';
  return mismatch
    ? { code, reason: 'server', host, ...mismatch, ...reported(detail) }
    : { code, reason: 'unknown', host, ...reported(detail) };
}

/** @param common a supported one */
export function algorithmsNotSupported(
  host: string,
  keyword: AlgorithmKeyword,
  names: readonly string[],
  common: string,
): SshHandshakeError {
  return { code: 'NoCommonAlgorithm', reason: 'config', host, keyword, names, common };
}

export const sshHandshakeTexts: TextsByCode<SshHandshakeError> = {
  NotAnSshServer: {
    words: (error, l10n) =>
      error.reason === 'otherProtocol'
        ? {
            message: l10n.t('The service at {address} is not an SSH server.', {
              address: formatAddress(error.address),
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
      return error.limit === 'MaxStartups'
        ? {
            message: l10n.t(
              '{host} has too many pending sign-ins and accepts no more for now (MaxStartups).',
              { host },
            ),
            nextStep: l10n.t('Reconnecting automatically.'),
          }
        : {
            message: l10n.t("{host} can't run {command}: it allows no more sessions.", {
              host,
              command: quote(programPath(error.command)),
            }),
            nextStep: l10n.t(
              'Close some programs, or ask the administrator to raise MaxSessions in its sshd_config.',
            ),
          };
    },
    explain: (error, _circumstances, l10n): Explanation => {
      const { host } = error;
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

  NoCommonAlgorithm: {
    words: algorithmWords,
    explain: (error, circumstances, l10n) => {
      const { host } = error;
      const compare = here(
        l10n.t('Compare what each side offers, in the lines that contain "kex":'),
        untranslated`ssh -vv ${sshArguments(circumstances, host)}`,
      );
      const update = onServer(l10n.t('Better: update the SSH server of {host}.', { host }));
      return {
        steps: [...allowSteps(error, aliasOf(circumstances, host), l10n), compare, update],
        actions: ['openSshConfig', 'tryAgain', 'showLog'],
      };
    },
  },
};

function algorithmWords(error: NoCommonAlgorithm, l10n: Localizer): ErrorWords {
  const { host } = error;
  switch (error.reason) {
    case 'unknown':
      return {
        message: l10n.t('{host} and this machine have no algorithm in common.', { host }),
        nextStep: l10n.t(
          'Ask the administrator to update the server, or allow another algorithm in your SSH config.',
        ),
      };
    case 'config': {
      const { keyword, common } = error;
      const shown = error.names.slice(0, 3);
      const names = listOf(shown, error.names.length - shown.length, l10n);
      return {
        message: l10n.t('{keyword} for {host} contains no supported algorithm: {names}.', {
          keyword,
          host,
          names,
        }),
        nextStep: l10n.t('Add a supported one, such as {common}, to {keyword} in your SSH config.', {
          common,
          keyword,
        }),
      };
    }
    case 'server': {
      const { keyword } = error;
      const { side, algorithm } = error.add;
      return {
        message: mismatchMessage(error, l10n),
        nextStep:
          side === 'here'
            ? l10n.t(
                'Add "{line}" to the Host block in your SSH config, or ask the administrator to update the server.',
                { line: `${keyword} +${algorithm}` },
              )
            : l10n.t(
                "Ask the administrator to add a supported one, such as {algorithm}, to {keyword} in the server's sshd_config.",
                { algorithm, keyword },
              ),
      };
    }
  }
}

function mismatchMessage(
  { host, keyword, theirs, more }: { host: string } & Mismatch,
  l10n: Localizer,
): string {
  const facts = { host, names: listOf(theirs, more, l10n) };
  switch (keyword) {
    case 'KexAlgorithms':
      return l10n.t(
        '{host} and this machine have no key exchange in common: the server offers only {names}.',
        facts,
      );
    case 'HostKeyAlgorithms':
      return l10n.t(
        '{host} and this machine have no host key type in common: the server offers only {names}.',
        facts,
      );
    case 'Ciphers':
      return l10n.t(
        '{host} and this machine have no cipher in common: the server offers only {names}.',
        facts,
      );
    case 'MACs':
      return l10n.t('{host} and this machine have no MAC in common: the server offers only {names}.', facts);
  }
}

function listOf(names: readonly string[], more: number, l10n: Localizer): string {
  const shown = names.join(', ') || l10n.t('none');
  return more > 0 ? l10n.t('{names} and {count} more', { names: shown, count: more }) : shown;
}

function allowSteps(error: NoCommonAlgorithm, alias: string, l10n: Localizer): readonly Step[] {
  if (error.reason === 'server' && error.add.side === 'server') {
    return sshdConfig(
      l10n.t('Allow a supported one in /etc/ssh/sshd_config of {host}:', { host: error.host }),
      `${error.keyword} +${error.add.algorithm}`,
      l10n,
    );
  }
  if (error.reason === 'unknown') {
    return [
      here(
        l10n.t(
          "Allow one of the server's algorithms in a Host block of your SSH config. For an old server with an RSA key:",
        ),
        untranslated`Host ${alias}\n    HostKeyAlgorithms +ssh-rsa\n    PubkeyAcceptedAlgorithms +ssh-rsa`,
      ),
    ];
  }
  const added = error.reason === 'server' ? error.add.algorithm : error.common;
  return [
    here(
      l10n.t('Allow another algorithm in a Host block of your SSH config:'),
      untranslated`Host ${alias}\n    ${error.keyword} +${added}`,
    ),
  ];
}
