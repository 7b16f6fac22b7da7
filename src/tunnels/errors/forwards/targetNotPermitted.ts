// Errors when a target is one that may not be connected to: by the server, or, for a reverse proxy, by PermitRemoteOpen.
import { formatAddress, isSocketPath } from '../../util/address';
import type { Address, TcpAddress } from '../../util/address';
import { untranslated } from '../../util/l10n';
import { quote } from '../../util/shown';
import { here, onServer, reported } from '../explanation';
import type { ErrorTexts, Reported } from '../explanation';
import { addToList, aliasOf, authorizedKeys, sshdConfig } from '../shellCommands';

export type TargetNotPermitted = Reported & { readonly code: 'TargetNotPermitted'; readonly host: string } & (
    | { readonly by: 'server'; readonly target: Address }
    /** `host` is the alias. */
    | { readonly by: 'PermitRemoteOpen'; readonly target: TcpAddress }
  );

export function targetNotPermitted(target: Address, host: string, detail?: string): TargetNotPermitted {
  return { code: 'TargetNotPermitted', by: 'server', target, host, ...reported(detail) };
}

/** @param alias the host whose PermitRemoteOpen in ssh_config(5) doesn't list the target */
export function targetNotPermittedHere(target: TcpAddress, alias: string): TargetNotPermitted {
  return { code: 'TargetNotPermitted', by: 'PermitRemoteOpen', target, host: alias };
}

/** Of a server that has words of its own. OpenSSH's are the same for all: server_input_channel_open() in serverloop.c. */
function ownWords({ by, detail = '' }: TargetNotPermitted): string | undefined {
  return by === 'PermitRemoteOpen' || /^(open failed)?$/.test(detail) ? undefined : detail;
}

export const targetNotPermittedTexts: ErrorTexts<TargetNotPermitted> = {
  words: (error, l10n) => {
    const { target, host } = error;
    const reason = ownWords(error);
    const facts = { host, target: formatAddress(target) };
    if (reason !== undefined) {
      return {
        message: l10n.t('{host} does not permit a forward to {target}; it reports {reason}.', {
          ...facts,
          reason: quote(reason),
        }),
        nextStep: l10n.t('Ask the administrator of the server whether it can be permitted.'),
      };
    }
    return error.by === 'server'
      ? {
          message: l10n.t('{host} does not permit a forward to {target}.', facts),
          nextStep: l10n.t(
            'Ask the administrator of the server to permit it: AllowTcpForwarding, DisableForwarding or PermitOpen in its sshd_config forbids it, or the options of your key.',
          ),
        }
      : {
          message: l10n.t(
            'PermitRemoteOpen in your SSH config does not let {host} connect to {target}.',
            facts,
          ),
          nextStep: l10n.t(
            'Add {target} to PermitRemoteOpen in your SSH config if programs on the server may reach it.',
            facts,
          ),
        };
  },
  explain: (error, circumstances, l10n) => {
    const { by, target, host } = error;
    const text = formatAddress(target);
    if (ownWords(error) !== undefined) {
      const ask = l10n.t('Ask the administrator of {host} whether it can permit a forward to {target}.', {
        host,
        target: text,
      });
      return { steps: [here(ask)], actions: ['tryAgain', 'edit', 'showLog'] };
    }
    if (by === 'PermitRemoteOpen') {
      const allow = here(
        l10n.t('If programs on the server may reach it, allow it in the Host block of your SSH config:'),
        untranslated`Host ${aliasOf(circumstances, host)}\n    PermitRemoteOpen ${text}`,
      );
      return { steps: [allow], actions: ['openSshConfig', 'tryAgain', 'showLog'] };
    }
    const allowed = l10n.t('Allow {target} in /etc/ssh/sshd_config of {host}:', { target: text, host });
    return {
      steps: [
        ...(isSocketPath(target)
          ? sshdConfig(
              allowed,
              untranslated`DisableForwarding no\nAllowTcpForwarding yes\nAllowStreamLocalForwarding yes`,
              l10n,
            )
          : [
              onServer(allowed, untranslated`DisableForwarding no\nAllowTcpForwarding yes`),
              ...addToList('PermitOpen', text, host, l10n),
            ]),
        onServer(
          l10n.t(
            'Check that your key there is not restricted by "restrict", "no-port-forwarding" or "permitopen":',
          ),
          authorizedKeys,
        ),
      ],
      actions: ['tryAgain', 'edit', 'showLog'],
    };
  },
};
