// Errors of what stands between this machine and a server: a jump host or a ProxyCommand.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { readable } from '../../util/untrustedText';
import { here, reported } from '../explanation';
import type { ErrorWords, Reported, TextsByCode } from '../explanation';
import { allowLocalNetwork, mayBeForbidden } from '../localNetwork';
import { sshArguments, sshdConfig } from '../shellCommands';

export type JumpHostError = Reported & ProxyFailed;

type ProxyFailed = { readonly code: 'ProxyFailed' } & (
  | {
      readonly proxy: 'jumpHost';
      readonly host: string;
      /** The jump host before `host`. */
      readonly jump: string;
      readonly reason: JumpFailure;
    }
  | { readonly proxy: 'command'; readonly host: string; readonly end: ProxyCommandEnd }
);

/** Why a jump host could not connect. failed: for a reason in words that are not known. */
export type JumpFailure =
  | 'notPermitted'
  | 'refused'
  | 'notFound'
  | 'noRoute'
  | 'timedOut'
  | 'shortage'
  | 'failed'
  | 'closed';

/** How a ProxyCommand ended; `notStarted` is the system's reason. outputClosed: it goes on, without a connection. */
export type ProxyCommandEnd =
  | 'outputClosed'
  | { readonly exitCode: number }
  | { readonly signal: string }
  | { readonly notStarted: string };

/** @param jump the jump host before `host`, which could not connect to it */
export function proxyFailed(host: string, jump: string, reason: JumpFailure, detail?: string): JumpHostError {
  return { code: 'ProxyFailed', proxy: 'jumpHost', host, jump, reason, ...reported(detail) };
}

/** @param detail the last lines of its standard error */
export function proxyCommandFailed(host: string, end: ProxyCommandEnd, detail?: string): JumpHostError {
  return { code: 'ProxyFailed', proxy: 'command', host, end, ...reported(detail) };
}

/** What `ssh -W` says in a ProxyCommand. */
const refusedForward = /administratively prohibited|stdio forwarding failed/;

/** Of what a ProxyCommand has written: the detail has the rest. */
const maxReasonLength = 200;

export const jumpHostTexts: TextsByCode<JumpHostError> = {
  ProxyFailed: {
    words: (error, l10n) =>
      error.proxy === 'jumpHost' ? jumpWords(error, l10n) : proxyCommandWords(error, error.detail, l10n),
    explain: ({ host, proxy, detail = '' }, circumstances, l10n) => ({
      steps: [
        ...(proxy === 'command' && mayBeForbidden(detail, circumstances.platform)
          ? [allowLocalNetwork(l10n)]
          : []),
        here(
          l10n.t('Connect to {host} in a terminal to see which host fails:', { host }),
          untranslated`ssh -v ${sshArguments(circumstances, host)}`,
        ),
        // A ProxyCommand may have nothing to do with ssh.
        ...(proxy === 'jumpHost' || refusedForward.test(detail)
          ? sshdConfig(
              l10n.t('A jump host must allow forwarding in its /etc/ssh/sshd_config:'),
              untranslated`AllowTcpForwarding yes`,
              l10n,
            )
          : []),
      ],
      actions: ['tryAgain', 'openSshConfig', 'showLog'],
    }),
  },
};

function jumpWords(
  { host, jump, reason }: Extract<ProxyFailed, { proxy: 'jumpHost' }>,
  l10n: Localizer,
): ErrorWords {
  switch (reason) {
    case 'notPermitted':
      return {
        message: l10n.t(
          "{host} can't be reached through the jump host {jump}, which does not permit this connection (AllowTcpForwarding, PermitOpen).",
          { host, jump },
        ),
        nextStep: l10n.t(
          'Ask the administrator of the jump host for "AllowTcpForwarding yes" in its sshd_config.',
        ),
      };
    case 'refused':
      return {
        message: l10n.t(
          '{host} can\'t be reached through the jump host {jump}, which got "connection refused": no SSH server listens there.',
          { host, jump },
        ),
        nextStep: l10n.t(
          'Check the host and the port as seen from the jump host, and that the SSH server is running.',
        ),
      };
    case 'notFound':
      return {
        message: l10n.t(
          "{host} can't be reached through the jump host {jump}, which can't resolve that name.",
          { host, jump },
        ),
        nextStep: l10n.t('Check that the jump host resolves the name, or use the address instead.'),
      };
    case 'noRoute':
      return {
        message: l10n.t("{host} can't be reached through the jump host {jump}, which has no route to it.", {
          host,
          jump,
        }),
        nextStep: l10n.t('Check the network and the firewalls between the jump host and the server.'),
      };
    case 'timedOut':
      return {
        message: l10n.t(
          "{host} can't be reached through the jump host {jump}, which got no answer from it in time.",
          { host, jump },
        ),
        nextStep: l10n.t('Check the network and the firewalls between the jump host and the server.'),
      };
    case 'shortage':
      return {
        message: l10n.t(
          "{host} can't be reached through the jump host {jump}, which has no room for another connection.",
          { host, jump },
        ),
        nextStep: l10n.t('Close connections through the jump host that you no longer need.'),
      };
    case 'failed':
      return {
        message: l10n.t(
          "{host} can't be reached through the jump host {jump}, which could not connect to it.",
          { host, jump },
        ),
        nextStep: l10n.t(
          'Check the host and the port as seen from the jump host, and what it answered in the details.',
        ),
      };
    case 'closed':
      return {
        message: l10n.t(
          "{host} can't be reached through the jump host {jump}, which closed the connection.",
          { host, jump },
        ),
        nextStep: l10n.t(
          'Try the same with ssh in a terminal, and check the log for the answer of the jump host.',
        ),
      };
  }
}

function proxyCommandWords(
  { host, end }: Extract<ProxyFailed, { proxy: 'command' }>,
  output: string | undefined,
  l10n: Localizer,
): ErrorWords {
  const nextStep = l10n.t('Run it in a terminal to see why; it is set in your SSH config.');
  // The last line usually has the reason.
  const line = output?.split('\n').at(-1);
  const reason = line === undefined ? undefined : readable(line, maxReasonLength).replace(/\.$/, '');
  if (end === 'outputClosed') {
    return {
      message:
        reason === undefined
          ? l10n.t('The ProxyCommand for {host} closed the connection.', { host })
          : l10n.t('The ProxyCommand for {host} closed the connection: {reason}.', { host, reason }),
      nextStep,
    };
  }
  if ('notStarted' in end) {
    return {
      message: l10n.t('The ProxyCommand for {host} could not be started: {reason}.', {
        host,
        reason: end.notStarted.replace(/\.$/, ''),
      }),
      nextStep,
    };
  }
  if ('signal' in end) {
    const { signal } = end;
    return {
      message:
        reason === undefined
          ? l10n.t('The ProxyCommand for {host} ended ({signal}).', { host, signal })
          : l10n.t('The ProxyCommand for {host} ended ({signal}): {reason}.', { host, signal, reason }),
      nextStep,
    };
  }
  const code = end.exitCode;
  return {
    message:
      reason === undefined
        ? l10n.t('The ProxyCommand for {host} ended (exit code {code}).', { host, code })
        : l10n.t('The ProxyCommand for {host} ended (exit code {code}): {reason}.', { host, code, reason }),
    nextStep,
  };
}
