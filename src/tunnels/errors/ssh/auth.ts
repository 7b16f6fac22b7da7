// Errors of signing in to a server. Those of the keys and the agent are in keyOrAgent.ts.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { quoteWords } from '../../util/shown';
import { here, onServer, reported } from '../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported, TextsByCode } from '../explanation';
import { keyTexts } from './keyOrAgent';
import type { KeyError } from './keyOrAgent';
import { aliasOf, serverLog, sshArguments, sshdConfig } from '../shellCommands';

/** What was offered to the server. */
export type Attempt =
  | { readonly method: 'password' | 'keyboard-interactive' }
  | {
      /** The name of its file, or the agent's comment. */
      readonly key: string;
      readonly inAgent?: true;
      /** Every passphrase for it was wrong. */
      readonly wrongPassphrase?: true;
    };

export type AuthError = KeyError | (Reported & (AuthenticationFailed | TooManyAuthenticationFailures));

interface Offered {
  readonly tried: readonly Attempt[];
}

/** What is known about a login that has failed. */
export interface LoginFacts {
  /** The methods that the server accepts. */
  readonly accepts: readonly string[];
  /** What the server accepted, although it requires more. */
  readonly accepted: readonly Attempt[];
  /** Why keys, or the agent, can't be used. */
  readonly problems: readonly KeyError[];
  readonly wrong?: WrongAnswers;
  /** What the server has said during the login, outside of its prompts. */
  readonly said?: string;
}

/** What was answered to the server's prompts, and not accepted. The last kind, and how often in all. */
export interface WrongAnswers {
  readonly kind: 'password' | 'code';
  readonly count: number;
}

type AuthenticationFailed = { readonly code: 'AuthenticationFailed'; readonly who: string } & (
  | ({
      readonly reason: 'rejected';
      /** In the order in which they were tried. */
      readonly tried: readonly [Attempt, ...Attempt[]];
    } & LoginFacts)
  | ({ readonly reason: 'nothingToTry' } & LoginFacts)
);

interface TooManyAuthenticationFailures {
  readonly code: 'TooManyAuthenticationFailures';
  readonly who: string;
  readonly tried: readonly Attempt[];
}

export function authenticationFailed(
  who: string,
  [first, ...others]: readonly Attempt[],
  facts: LoginFacts,
): AuthError {
  const code = 'AuthenticationFailed';
  return first
    ? { code, who, reason: 'rejected', tried: [first, ...others], ...facts }
    : { code, who, reason: 'nothingToTry', ...facts };
}

export function tooManyAuthenticationFailures(who: string, tried: readonly Attempt[]): AuthError {
  return { code: 'TooManyAuthenticationFailures', who, tried };
}

/** The name of an attempt in a list: `id_ed25519 (agent)`. */
export function describeAttempt(attempt: Attempt, l10n: Localizer): string {
  if ('method' in attempt) {
    return attempt.method;
  }
  const { key, inAgent, wrongPassphrase } = attempt;
  if (wrongPassphrase) {
    return l10n.t('{key} (wrong passphrase)', { key });
  }
  return inAgent ? l10n.t('{key} (agent)', { key }) : key;
}

export const authTexts: TextsByCode<AuthError> = {
  ...keyTexts,

  AuthenticationFailed: {
    words: (error, l10n) => {
      const { who } = error;
      if (error.reason === 'rejected') {
        return {
          message: rejectedMessage(error, l10n),
          nextStep: afterTrying(error, l10n),
          ...detailOf(error, l10n),
        };
      }
      return {
        message:
          error.accepts.length > 0
            ? l10n.t('Sign-in failed for {who}. There was no method to try; the server accepts: {methods}.', {
                who,
                methods: error.accepts.join(', '),
              })
            : l10n.t('Sign-in failed for {who}. There was no method to try.', { who }),
        nextStep: withoutMethod(error.accepts, l10n),
        ...detailOf(error, l10n),
      };
    },
    explain: (error, circumstances, l10n) => {
      if (error.wrong) {
        return explainWrongAnswers(error.who, circumstances, l10n);
      }
      return error.reason === 'rejected' && hasOnlyLockedKeys(error.tried)
        ? explainWrongPassphrase(error.who, l10n)
        : explainFailure(error.who, circumstances, l10n);
    },
  },

  TooManyAuthenticationFailures: {
    words: ({ who, tried }, l10n) => ({
      message: l10n.t(
        'The server rejected the sign-in for {who} after too many attempts. Tried: {methods}.',
        { who, methods: listOf(tried, l10n) },
      ),
      nextStep: l10n.t(
        'Set IdentityFile to the right key and IdentitiesOnly to "yes" for this host in your SSH config.',
      ),
    }),
    explain: ({ who }, circumstances, l10n) => ({
      steps: [
        here(
          l10n.t('Set the right key for {who} in your SSH config, so that no other key is offered:', {
            who,
          }),
          untranslated`Host ${aliasOf(circumstances, 'HOST')}\n    IdentityFile ~/.ssh/id_ed25519\n    IdentitiesOnly yes`,
        ),
        ...sshdConfig(l10n.t('Or allow more attempts in /etc/ssh/sshd_config:'), 'MaxAuthTries 10', l10n),
      ],
      actions: ['openSshConfig', 'tryAgain'],
    }),
  },
};

/** Whether the person has only answered wrong: the next start asks again. */
export function isCorrectable(error: { readonly code: string } & Partial<LoginFacts & Offered>): boolean {
  return (
    error.wrong !== undefined || (error.code === 'AuthenticationFailed' && hasOnlyLockedKeys(error.tried))
  );
}

function rejectedMessage(
  { who, tried, wrong }: Extract<AuthenticationFailed, { reason: 'rejected' }>,
  l10n: Localizer,
): string {
  if (wrong === undefined) {
    return l10n.t('Sign-in failed for {who}. Tried: {methods}.', { who, methods: listOf(tried, l10n) });
  }
  if (wrong.kind === 'code') {
    return l10n.t('The server did not accept the answers for {who}.', { who });
  }
  return wrong.count === 1
    ? l10n.t('Wrong password for {who}.', { who })
    : l10n.t('Wrong password for {who}, {count} times.', { who, count: wrong.count });
}

function listOf(tried: readonly Attempt[], l10n: Localizer): string {
  return tried.map((attempt) => describeAttempt(attempt, l10n)).join(', ');
}

/** Whole sentences about the login. */
function detailOf(error: LoginFacts & Partial<Offered>, l10n: Localizer): Pick<ErrorWords, 'detail'> {
  const { accepts, accepted, problems, wrong, said, tried } = error;
  const sentences = [
    ...(said === undefined ? [] : [l10n.t('The server said: {text}', { text: quoteWords(said) })]),
    ...(wrong && tried ? [l10n.t('Tried: {methods}.', { methods: listOf(tried, l10n) })] : []),
    ...(accepts.length > 0
      ? [l10n.t('The server accepts: {methods}.', { methods: accepts.join(', ') })]
      : []),
    ...(accepted.length > 0
      ? [l10n.t('Already accepted: {methods}.', { methods: listOf(accepted, l10n) })]
      : []),
    ...(accepts.includes('gssapi-with-mic') ? [l10n.t('Kerberos (gssapi-with-mic) is not supported.')] : []),
    ...problems.map((problem) => keyProblem(problem, l10n)),
  ];
  return reported(sentences.join(' '));
}

/** A key's problem as part of a login's failure. */
function keyProblem(problem: KeyError, l10n: Localizer): string {
  const words = wordsOfKey(problem, l10n);
  return `${words.message} ${words.nextStep}`;
}

function wordsOfKey(problem: KeyError, l10n: Localizer): ErrorWords {
  switch (problem.code) {
    case 'KeyUnreadable':
      return keyTexts.KeyUnreadable.words(problem, l10n);
    case 'KeyUnsupported':
      return keyTexts.KeyUnsupported.words(problem, l10n);
    case 'AgentUnavailable':
      return keyTexts.AgentUnavailable.words(problem, l10n);
  }
}

function afterTrying({ tried, problems, wrong }: LoginFacts & Offered, l10n: Localizer): string {
  if (wrong) {
    return wrong.kind === 'password'
      ? l10n.t('Check the user name, then start the tunnel again and enter the correct password.')
      : l10n.t('Start the tunnel again, and answer anew; a code is valid once, and for a short time.');
  }
  const unusable = problems.find(
    (problem) =>
      problem.code === 'KeyUnsupported' &&
      (problem.defect === 'noAlgorithm' || problem.defect === 'rsaTooShort'),
  );
  if (unusable && tried.every((attempt) => 'key' in attempt)) {
    // Perhaps the right key was not even offered.
    return wordsOfKey(unusable, l10n).nextStep;
  }
  if (hasOnlyLockedKeys(tried)) {
    return l10n.t('Start the tunnel again and enter the correct passphrase.');
  }
  return tried.every((attempt) => 'method' in attempt)
    ? l10n.t('Check the user name, then start the tunnel again and enter the correct password.')
    : l10n.t(
        'Check the user name, that the server has your key (ssh-copy-id), and that it allows this user to sign in with this key.',
      );
}

function withoutMethod(accepts: readonly string[], l10n: Localizer): string {
  if (accepts.includes('publickey')) {
    return l10n.t(
      'Create a key with "ssh-keygen -t ed25519" and copy it to the server with ssh-copy-id, or set IdentityFile to your key in your SSH config.',
    );
  }
  return accepts.includes('password') || accepts.includes('keyboard-interactive')
    ? l10n.t(
        'Allow passwords in your SSH config (PasswordAuthentication, KbdInteractiveAuthentication), or ask the administrator to add your key.',
      )
    : l10n.t('Ask the administrator to allow sign-in with a key or a password.');
}

function hasOnlyLockedKeys(tried: readonly Attempt[] = []): boolean {
  return tried.length > 0 && tried.every((attempt) => 'key' in attempt && attempt.wrongPassphrase);
}

function explainWrongAnswers(who: string, circumstances: Circumstances, l10n: Localizer): Explanation {
  return {
    steps: [
      here(l10n.t('Try again. Check the user name in {who}, and that Caps Lock is off.', { who })),
      here(
        l10n.t('Check whether ssh accepts the same answer in a terminal:'),
        untranslated`ssh ${sshArguments(circumstances, who)}`,
      ),
      onServer(
        l10n.t(
          'A server also answers like this if it does not let the user in: a locked account, DenyUsers, AllowUsers. Its log has the reason:',
        ),
        serverLog,
      ),
    ],
    actions: ['tryAgain', 'edit', 'showLog'],
  };
}

function explainWrongPassphrase(who: string, l10n: Localizer): Explanation {
  return {
    steps: [
      here(l10n.t('Try again with the passphrase that was set when the key for {who} was created.', { who })),
      here(
        l10n.t('If it is lost, create a new key, and copy it to the server (ssh-copy-id):'),
        untranslated`ssh-keygen -t ed25519`,
      ),
    ],
    actions: ['tryAgain', 'openSshConfig', 'showLog'],
  };
}

function explainFailure(who: string, circumstances: Circumstances, l10n: Localizer): Explanation {
  const login = sshArguments(circumstances, who);
  const copyKey =
    circumstances.platform === 'win32'
      ? untranslated`type $env:USERPROFILE\\.ssh\\id_ed25519.pub | ssh ${login} "cat >> .ssh/authorized_keys"`
      : untranslated`ssh-copy-id ${login}`;
  return {
    steps: [
      here(
        l10n.t(
          'Check the user name in {who}. If you give none, your SSH config or your user name on this machine decides.',
          { who },
        ),
      ),
      here(l10n.t('Copy your public key to the server, if you can sign in there with a password:'), copyKey),
      onServer(
        l10n.t('Make sure that only you can write to your authorized_keys; otherwise the server ignores it.'),
        'chmod 700 ~/.ssh && chmod 600 ~/.ssh/authorized_keys',
      ),
      onServer(
        l10n.t(
          "Check the server's log for the reason: DenyUsers, AllowUsers, a revoked key or an expired one.",
        ),
        serverLog,
      ),
    ],
    actions: ['tryAgain', 'edit', 'openSshConfig', 'showLog'],
  };
}
