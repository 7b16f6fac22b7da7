// Why keys could not sign in, as part of a login's failure: problems of their files (keyOrAgent.ts), of an agent that
// doesn't sign, and of keys that turned out unusable after the server had accepted them.
import { untranslated } from '../../../util/l10n';
import type { Localizer } from '../../../util/l10n';
import { here, onServer } from '../../explanation';
import type { Circumstances, ErrorWords, Explanation, Step } from '../../explanation';
import { serverLog, word } from '../../shellCommands';
import { keyTexts } from './keyOrAgent';
import type { KeyError } from './keyOrAgent';

/** Why a key could not sign although the server would have accepted it. */
type SigningProblem =
  | {
      /** missing: it no longer has the key, or is locked. gone: it closed the connection. */
      readonly problem: 'agentRefused' | 'agentMissing' | 'agentGone';
      /** The name of its file, or the agent's comment. */
      readonly key: string;
      /** The agent's socket or pipe. */
      readonly agent: string;
      /** Whether the agent needs a security key to sign. */
      readonly onSecurityKey: boolean;
    }
  /** The agent signed with another algorithm than requested, or sent something else. `error` says what. */
  | { readonly problem: 'agentInvalid'; readonly key: string; readonly agent: string; readonly error: string }
  /** The private key in `file` belongs to another public key than the one that was offered. */
  | { readonly problem: 'mismatch'; readonly file: string }
  /** The server accepted the key, but not the signature by it. */
  | { readonly problem: 'notAdmitted'; readonly key: string; readonly onSecurityKey: boolean }
  /** Found out only when the key was to be used. */
  | { readonly problem: 'file'; readonly error: KeyError };

/** Why no key of the agent was offered. */
type AgentProblem =
  /** `ssh-add -h` limits these keys to other destinations. */
  | {
      readonly problem: 'elsewhere';
      readonly keys: readonly string[];
      readonly agent: string;
      /** The host's name in known_hosts. */
      readonly destination: string;
    }
  | { readonly problem: 'noKeys'; readonly agent: string; readonly mayBeLocked: boolean };

export type KeyProblem = KeyError | SigningProblem | AgentProblem;

/** Whether the server accepted the key, so that this problem is why the login failed. */
export function isSigningProblem(problem: KeyProblem): problem is SigningProblem {
  return 'problem' in problem && problem.problem !== 'elsewhere' && problem.problem !== 'noKeys';
}

/** Whether the agent may have the right key, but doesn't list it. */
export function mayHideKeys(problem: KeyProblem): boolean {
  return (
    'problem' in problem &&
    (problem.problem === 'elsewhere' || (problem.problem === 'noKeys' && problem.mayBeLocked))
  );
}

export function isKeyError(problem: KeyProblem): problem is KeyError {
  return 'code' in problem;
}

/** The problem as an error of its own, if it can be one. */
export function keyErrorOf(problem: KeyProblem): KeyError | undefined {
  if (isKeyError(problem)) {
    return problem;
  }
  return problem.problem === 'file' ? problem.error : undefined;
}

/** @param who `user@host:port` */
export function keyProblemWords(problem: KeyProblem, who: string, l10n: Localizer): ErrorWords {
  if (isKeyError(problem)) {
    return keyErrorWords(problem, l10n);
  }
  switch (problem.problem) {
    case 'file':
      return keyErrorWords(problem.error, l10n);
    case 'agentRefused':
    case 'agentMissing':
    case 'agentGone':
      return agentWords(problem, who, l10n);
    case 'agentInvalid':
      return {
        message: l10n.t(
          'The SSH agent at {agent} sent no valid signature with the key {key} for {who}: {error}.',
          { key: problem.key, agent: problem.agent, error: problem.error, who },
        ),
        nextStep: l10n.t('Update the agent, or use an Ed25519 key.'),
      };
    case 'mismatch':
      return {
        message: l10n.t(
          "The key {file} can't be used for {who}: the server accepts the public key in {publicFile}, but {file} holds the private key of another one.",
          { file: problem.file, publicFile: publicFileOf(problem.file), who },
        ),
        nextStep: l10n.t('Restore the right private key, or write its own public key to {publicFile}.', {
          publicFile: publicFileOf(problem.file),
        }),
      };
    case 'notAdmitted':
      return {
        message: l10n.t('The server accepts the key {key} for {who}, but did not let you in with it.', {
          key: problem.key,
          who,
        }),
        nextStep: problem.onSecurityKey
          ? l10n.t(
              'Ask the administrator for the reason: the server may require a touch or a PIN (verify-required) that this security key was made without.',
            )
          : l10n.t(
              'Ask the administrator for the reason: the account may be locked, or this user may not sign in from here.',
            ),
      };
    case 'elsewhere':
      return {
        message: l10n.t(
          'The SSH agent at {agent} doesn\'t use these keys for {who}, because "ssh-add -h" limits them to other destinations: {keys}.',
          { agent: problem.agent, who, keys: problem.keys.join(', ') },
        ),
        nextStep: l10n.t(
          'Add the key again with "ssh-add -h {destination}", and with all its other destinations.',
          {
            destination: problem.destination,
          },
        ),
      };
    case 'noKeys':
      return problem.mayBeLocked
        ? {
            message: l10n.t('The SSH agent at {agent} has no keys, or is locked.', { agent: problem.agent }),
            nextStep: l10n.t('Unlock the agent with "ssh-add -X", or add your key with ssh-add.'),
          }
        : {
            message: l10n.t('The SSH agent at {agent} has no keys.', { agent: problem.agent }),
            nextStep: l10n.t('Add your key with ssh-add.'),
          };
  }
}

type AgentSigning = Extract<SigningProblem, { readonly agent: string; readonly onSecurityKey: boolean }>;

function agentWords(
  { problem, key, agent, onSecurityKey }: AgentSigning,
  who: string,
  l10n: Localizer,
): ErrorWords {
  const facts = { key, agent, who };
  switch (problem) {
    case 'agentRefused':
      return {
        message: l10n.t('The SSH agent at {agent} refused to sign with the key {key} for {who}.', facts),
        nextStep: onSecurityKey
          ? touchKey(l10n)
          : l10n.t(
              'Start the tunnel again, and confirm it if the agent asks; if the key was added with "ssh-add -h", add it again for this user and host.',
            ),
      };
    case 'agentMissing':
      return {
        message: l10n.t(
          'The SSH agent at {agent} did not sign with the key {key} for {who}: it is locked, or no longer has the key.',
          facts,
        ),
        nextStep: l10n.t(
          'Unlock the agent with "ssh-add -X", or add the key again with ssh-add; then start the tunnel again.',
        ),
      };
    case 'agentGone':
      return {
        message: l10n.t(
          'The SSH agent at {agent} ended when it was to sign with the key {key} for {who}.',
          facts,
        ),
        nextStep: l10n.t('Start the agent, add the key with ssh-add, then start the tunnel again.'),
      };
  }
}

function touchKey(l10n: Localizer): string {
  return l10n.t('Plug in the security key, start the tunnel again, and touch it when it blinks.');
}

/** What to do about it. */
export function explainKeyProblem(
  problem: KeyProblem,
  circumstances: Circumstances,
  l10n: Localizer,
): Explanation {
  if (isKeyError(problem)) {
    return explainKeyError(problem, circumstances, l10n);
  }
  return problem.problem === 'file'
    ? explainKeyError(problem.error, circumstances, l10n)
    : { steps: stepsFor(problem, circumstances, l10n), actions: ['tryAgain', 'openSshConfig', 'showLog'] };
}

function stepsFor(
  problem: Exclude<SigningProblem | AgentProblem, { problem: 'file' }>,
  { platform }: Circumstances,
  l10n: Localizer,
): readonly Step[] {
  const unlock = here(l10n.t('Unlock the agent, if you have locked it:'), 'ssh-add -X');
  const list = here(l10n.t('Check whether the agent answers, and which keys it has:'), 'ssh-add -l');
  const add = here(l10n.t('Add the key to the agent again:'), 'ssh-add');
  switch (problem.problem) {
    case 'agentRefused':
      return problem.onSecurityKey
        ? [
            here(l10n.t('Plug in the security key, and make sure that no other program waits for it.')),
            here(l10n.t('Start the tunnel again, and touch the security key when it blinks.')),
          ]
        : [
            here(l10n.t('Start the tunnel again. If the agent shows a question, confirm it.')),
            here(
              l10n.t(
                'If it shows none: a key that was added with "ssh-add -c" needs a program for the question (ssh-askpass), and a display.',
              ),
            ),
            here(
              l10n.t(
                'A key that was added with "ssh-add -h" only signs for the users and hosts named there. Add it again with the right ones.',
              ),
            ),
          ];
    case 'agentMissing':
      return [unlock, list, add];
    case 'noKeys':
      return problem.mayBeLocked ? [unlock, add] : [add];
    case 'agentGone':
      return [list, add];
    case 'agentInvalid':
      return [
        list,
        here(l10n.t('Or make a new key, and copy it to the server:'), untranslated`ssh-keygen -t ed25519`),
      ];
    case 'mismatch': {
      const file = word(problem.file, platform);
      return [
        here(
          l10n.t('See the fingerprint of the public key that the server accepts:'),
          untranslated`ssh-keygen -l -f ${word(publicFileOf(problem.file), platform)}`,
        ),
        here(
          l10n.t(
            'See the public key that belongs to the private key. If it is the right one, save it there:',
          ),
          untranslated`ssh-keygen -y -f ${file}`,
        ),
      ];
    }
    case 'notAdmitted':
      return [
        onServer(l10n.t("Check the server's log for the reason, as an administrator:"), serverLog),
        ...(problem.onSecurityKey
          ? [
              here(
                l10n.t('Make a security key that asks for a PIN, if the server requires that:'),
                untranslated`ssh-keygen -t ed25519-sk -O verify-required`,
              ),
            ]
          : []),
      ];
    case 'elsewhere':
      return [
        here(
          l10n.t(
            'Add the key again with this destination. Name all others that it needs too, each with its own -h: they replace the earlier ones.',
          ),
          untranslated`ssh-add -h ${word(problem.destination, platform)}`,
        ),
        here(
          l10n.t(
            'The agent knows a host by the keys that known_hosts had when the key was added. If the host has a new key, add the key again.',
          ),
        ),
      ];
  }
}

function publicFileOf(file: string): string {
  return `${file}.pub`;
}

function keyErrorWords(error: KeyError, l10n: Localizer): ErrorWords {
  switch (error.code) {
    case 'KeyUnreadable':
      return keyTexts.KeyUnreadable.words(error, l10n);
    case 'KeyUnsupported':
      return keyTexts.KeyUnsupported.words(error, l10n);
    case 'AgentUnavailable':
      return {
        ...keyTexts.AgentUnavailable.words(error, l10n),
        message: l10n.t('The SSH agent at {path} does not answer.', { path: error.path }),
      };
  }
}

function explainKeyError(error: KeyError, circumstances: Circumstances, l10n: Localizer): Explanation {
  switch (error.code) {
    case 'KeyUnreadable':
      return keyTexts.KeyUnreadable.explain(error, circumstances, l10n);
    case 'KeyUnsupported':
      return keyTexts.KeyUnsupported.explain(error, circumstances, l10n);
    case 'AgentUnavailable':
      return keyTexts.AgentUnavailable.explain(error, circumstances, l10n);
  }
}

/** Each problem in one or two sentences, for the details of an error about something else. */
export function problemSentences(
  problems: readonly KeyProblem[],
  who: string,
  l10n: Localizer,
): readonly string[] {
  return problems.map((problem) => {
    const { message, nextStep } = keyProblemWords(problem, who, l10n);
    return `${message} ${nextStep}`;
  });
}
