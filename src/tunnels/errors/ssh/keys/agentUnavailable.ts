// The error of an SSH agent that does not answer.
import { untranslated } from '../../../util/l10n';
import type { Localizer } from '../../../util/l10n';
import { here, reported } from '../../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported } from '../../explanation';

export interface AgentUnavailable {
  readonly code: 'AgentUnavailable';
  /** The agent's socket or pipe. */
  readonly path: string;
}

export function agentUnavailable(path: string, detail?: string): AgentUnavailable & Reported {
  return { code: 'AgentUnavailable', path, ...reported(detail) };
}

/** When there was no other key. */
export function agentUnavailableWords({ path }: AgentUnavailable, l10n: Localizer): ErrorWords {
  return {
    message: l10n.t('The SSH agent at {path} does not answer, and there was no other key to try.', { path }),
    nextStep: l10n.t('Start the agent, or correct IdentityAgent in your SSH config.'),
  };
}

export function explainAgentUnavailable(
  { path }: AgentUnavailable,
  { platform }: Circumstances,
  l10n: Localizer,
): Explanation {
  return {
    steps: [
      here(l10n.t('Check whether an agent answers, and which keys it has:'), 'ssh-add -l'),
      platform === 'win32'
        ? here(
            l10n.t('Start one, in PowerShell as an administrator, and load your key:'),
            untranslated`Get-Service ssh-agent | Set-Service -StartupType Automatic\nStart-Service ssh-agent\nssh-add`,
          )
        : here(l10n.t('Start one, and load your key:'), 'eval "$(ssh-agent -s)" && ssh-add'),
      ...(platform === 'win32'
        ? [
            here(
              l10n.t(
                'Or use Pageant: start it like this, and add "Include pageant.conf" at the top of your SSH config.',
              ),
              String.raw`pageant --openssh-config "$env:USERPROFILE\.ssh\pageant.conf"`,
            ),
          ]
        : []),
      here(
        l10n.t(
          'If {path} is not where your agent listens, correct IdentityAgent in your SSH config or the setting sshTunnels.identityAgent.',
          { path },
        ),
      ),
    ],
    actions: ['tryAgain', 'openSshConfig'],
  };
}
