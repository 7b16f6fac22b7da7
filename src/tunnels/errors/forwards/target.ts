// Errors when the target of a forward can't be connected to. The server connects to it; for a remote forward, this
// machine does.
import { formatAddress } from '../../util/address';
import type { SocketPath, TcpAddress } from '../../util/address';
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { quote } from '../../util/shown';
import { here, onServer, reported } from '../explanation';
import { allowLocalNetwork, mayBeForbidden } from '../localNetwork';
import { targetNotPermittedTexts } from './targetNotPermitted';
import type { TargetNotPermitted } from './targetNotPermitted';
import type { Circumstances, ErrorWords, Explanation, Reported, Step, TextsByCode } from '../explanation';
import { checkPortCommand, listenersCommand, lookUpCommand, sshdConfig, word } from '../shellCommands';

/** The machine that connects to a target: an SSH server, by its host name, or this one. */
export type Connector = { readonly host: string } | 'thisMachine';

/** Why a target is unreachable: what proxy protocols can report. */
export type UnreachableCause = 'timedOut' | 'networkUnreachable' | 'hostUnreachable' | 'other';

export type TargetError = Reported &
  (
    | TargetNotPermitted
    | { readonly code: 'TargetRefused'; readonly target: TcpAddress; readonly from: Connector }
    | { readonly code: 'TargetNotFound'; readonly target: TcpAddress; readonly from: Connector }
    | TargetUnreachable
  );

type TargetUnreachable = { readonly code: 'TargetUnreachable'; readonly from: Connector } & (
  | { readonly target: TcpAddress; readonly cause: UnreachableCause }
  /** OpenSSH does not report why it can't open a socket. */
  | { readonly target: SocketPath; readonly cause: 'socket' }
);

export function targetRefused(target: TcpAddress, from: Connector, detail?: string): TargetError {
  return { code: 'TargetRefused', target, from, ...reported(detail) };
}

export function targetNotFound(target: TcpAddress, from: Connector, detail?: string): TargetError {
  return { code: 'TargetNotFound', target, from, ...reported(detail) };
}

export function targetUnreachable(
  target: TcpAddress,
  from: Connector,
  cause: UnreachableCause,
  detail?: string,
): TargetError {
  return { code: 'TargetUnreachable', target, from, cause, ...reported(detail) };
}

export function targetSocketUnusable(target: SocketPath, from: Connector, detail?: string): TargetError {
  return { code: 'TargetUnreachable', target, from, cause: 'socket', ...reported(detail) };
}

export const targetTexts: TextsByCode<TargetError> = {
  TargetNotPermitted: targetNotPermittedTexts,
  TargetRefused: {
    words: ({ target, from }, l10n) => {
      const text = formatAddress(target);
      return from === 'thisMachine'
        ? {
            message: l10n.t('{target} refused the connection from this machine: nothing listens there.', {
              target: text,
            }),
            nextStep: l10n.t(
              'Start the service on this machine, or correct the target of the remote forward; SSH itself works.',
            ),
          }
        : {
            message: l10n.t('{target} refused the connection from {host}: nothing listens there.', {
              target: text,
              host: from.host,
            }),
            nextStep: l10n.t(
              'Check the port of the target, and that the service is running; SSH itself works.',
            ),
          };
    },
    explain: ({ target, from }, circumstances, l10n) => {
      const { platform, step, sudo } = connectorFacts(from, circumstances);
      return {
        steps: [
          here(
            from === 'thisMachine'
              ? l10n.t(
                  'Check the target {target}, as seen from this machine: "localhost" is this machine itself.',
                  { target: formatAddress(target) },
                )
              : l10n.t('Check the target {target}, as seen from {host}: "localhost" is the server itself.', {
                  target: formatAddress(target),
                  host: from.host,
                }),
          ),
          step(
            l10n.t('Check whether the service listens on port {port}, on the machine where it runs:', {
              port: target.port,
            }),
            `${sudo}${listenersCommand(target.port, platform)}`,
          ),
          step(
            from === 'thisMachine'
              ? l10n.t('Check whether this machine can reach it:')
              : l10n.t('Check whether {host} can reach it:', { host: from.host }),
            checkPortCommand(target.host, target.port, platform),
          ),
        ],
        actions: ['edit', 'showLog'],
      };
    },
  },

  TargetNotFound: {
    words: ({ target, from }, l10n) => {
      const text = formatAddress(target);
      return from === 'thisMachine'
        ? {
            message: l10n.t("This machine can't resolve the name in {target}.", { target: text }),
            nextStep: l10n.t('Check the name, which is resolved on this machine; SSH itself works.'),
          }
        : {
            message: l10n.t("{host} can't resolve the name in {target}.", { host: from.host, target: text }),
            nextStep: l10n.t('Check the name, which is resolved on the server; SSH itself works.'),
          };
    },
    explain: ({ target, from }, circumstances, l10n) => {
      const { platform, step } = connectorFacts(from, circumstances);
      return {
        steps: [
          step(
            l10n.t('The name in {target} is resolved there. Check whether it resolves:', {
              target: formatAddress(target),
            }),
            lookUpCommand(target.host, platform),
          ),
          here(
            from === 'thisMachine'
              ? l10n.t('Use a name that this machine can resolve, or an address.')
              : l10n.t('Use a name that {host} can resolve, or an address.', { host: from.host }),
          ),
        ],
        actions: ['edit', 'showLog'],
      };
    },
  },

  TargetUnreachable: {
    words: unreachableWords,
    explain: (error, circumstances, l10n): Explanation => {
      const { from } = error;
      const { platform, step } = connectorFacts(from, circumstances);
      const target = formatAddress(error.target);
      if (error.cause === 'socket') {
        return { steps: socketSteps(error.target, from, step, l10n), actions: ['edit', 'showLog'] };
      }
      const isForbidden = from === 'thisMachine' && mayBeForbidden(error.detail ?? '', platform);
      return {
        steps: [
          ...(isForbidden ? [allowLocalNetwork(l10n)] : []),
          step(
            from === 'thisMachine'
              ? l10n.t(
                  'Check whether this machine can reach {target}; if not, check the network and the firewalls between the two.',
                  { target },
                )
              : l10n.t(
                  'Check whether {host} can reach {target}; if not, check the network and the firewalls between the two.',
                  { host: from.host, target },
                ),
            checkPortCommand(error.target.host, error.target.port, platform),
          ),
          here(l10n.t('Check the target: {target}.', { target })),
        ],
        actions: ['edit', 'showLog'],
      };
    },
  },
};

interface ConnectorFacts {
  readonly platform: string;
  readonly step: typeof here;
  /** Before a command that needs it to show everything. */
  readonly sudo: string;
}

function connectorFacts(from: Connector, { platform }: Circumstances): ConnectorFacts {
  return from === 'thisMachine'
    ? { platform, step: here, sudo: '' }
    : { platform: 'linux', step: onServer, sudo: 'sudo ' };
}

function unreachableWords(error: Reported & TargetUnreachable, l10n: Localizer): ErrorWords {
  const { from } = error;
  const target = formatAddress(error.target);
  if (error.cause === 'socket') {
    return from === 'thisMachine'
      ? {
          message: l10n.t(
            "This machine can't open the socket {path}: it doesn't exist, nothing listens on it, or you don't have permission.",
            { path: target },
          ),
          nextStep: l10n.t(
            'Start the service that creates the socket, or correct the path; SSH itself works.',
          ),
        }
      : {
          message: l10n.t(
            "{host} can't open the socket {path}: it doesn't exist, nothing listens on it, or it is forbidden.",
            { host: from.host, path: target },
          ),
          nextStep: l10n.t(
            'Check on the server that the socket exists and that your user can access it, and that AllowStreamLocalForwarding, AllowTcpForwarding and PermitOpen in its sshd_config allow it.',
          ),
        };
  }
  if (error.cause === 'other' && from !== 'thisMachine') {
    return otherWords(target, from.host, error.detail, l10n);
  }
  return from === 'thisMachine'
    ? {
        message: l10n.t("This machine can't reach {target}.", { target }),
        nextStep: l10n.t('Check the network between this machine and the target; SSH itself works.'),
      }
    : {
        message: l10n.t("{host} can't reach {target}.", { host: from.host, target }),
        nextStep: l10n.t(
          'Check the network and the firewalls between the server and the target; SSH itself works.',
        ),
      };
}

/** The server has connected to nothing, for a reason in words that are not known. */
function otherWords(target: string, host: string, said: string | undefined, l10n: Localizer): ErrorWords {
  return {
    message:
      said === undefined
        ? l10n.t('{host} could not connect to {target}.', { host, target })
        : l10n.t('{host} could not connect to {target}; it reports {reason}.', {
            host,
            target,
            reason: quote(said),
          }),
    nextStep: l10n.t(
      'Check that the service runs, and that the server can resolve and reach the target; SSH itself works.',
    ),
  };
}

function socketSteps(
  { path }: SocketPath,
  from: Connector,
  step: typeof here,
  l10n: Localizer,
): readonly Step[] {
  const check = step(
    l10n.t('Check whether the socket exists, and whether you can access it:'),
    untranslated`ls -l ${word(path, 'linux')}`,
  );
  return from === 'thisMachine'
    ? [check]
    : [
        check,
        ...sshdConfig(
          l10n.t('Allow sockets in /etc/ssh/sshd_config of {host}:', { host: from.host }),
          untranslated`AllowTcpForwarding yes\nAllowStreamLocalForwarding yes`,
          l10n,
        ),
      ];
}
