// Errors of signing in to a server. Those of the keys and the agent are in keyOrAgent.ts.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { quoteWords } from '../../util/shown';
import { here, onServer, reported } from '../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported, TextsByCode } from '../explanation';
import { keyTexts } from './keys/keyOrAgent';
import type { KeyError } from './keys/keyOrAgent';
import {
  explainKeyProblem,
  isKeyError,
  isSigningProblem,
  keyProblemWords,
  problemSentences,
} from './keys/keyProblem';
import type { KeyProblem } from './keys/keyProblem';
import { explainWrongAnswers, explainWrongPassphrase } from './wrongAnswers';
import { hasOnlyLockedKeys, listAttempts } from './loginFacts';
import type { Attempt, LoginFacts, Offered } from './loginFacts';
import { aliasOf, serverLog, sshArguments, sshdConfig } from '../shellCommands';
import {
  afterTrying,
  decisiveProblem,
  isKerberos,
  loadIntoAgent,
  requiresMore,
  wasNotAsked,
  withoutMethod,
} from './signInSteps';
import type { TriedFacts } from './signInSteps';

export type AuthError = KeyError | (Reported & (AuthenticationFailed | TooManyAuthenticationFailures));

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

export const authTexts: TextsByCode<AuthError> = {
  ...keyTexts,

  AuthenticationFailed: {
    words: (error, l10n) => {
      const { who } = error;
      const main = mainProblem(error);
      if (main) {
        return { ...keyProblemWords(main, who, l10n), ...detailOf(error, l10n) };
      }
      if (error.reason === 'rejected') {
        return {
          message: rejectedMessage(error, l10n),
          nextStep: loadIntoAgent(error, l10n) ?? afterTrying(error, l10n),
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
        nextStep: loadIntoAgent(error, l10n) ?? withoutMethod(error.accepts, l10n),
        ...detailOf(error, l10n),
      };
    },
    explain: (error, circumstances, l10n) => {
      if (error.wrong) {
        return explainWrongAnswers(error.who, circumstances, l10n);
      }
      return error.reason === 'rejected' && hasOnlyLockedKeys(error.tried)
        ? explainWrongPassphrase(error.who, l10n)
        : explainFailure(error, circumstances, l10n);
    },
  },

  TooManyAuthenticationFailures: {
    words: ({ who, tried }, l10n) => ({
      message: l10n.t(
        'The server rejected the sign-in for {who} after too many attempts. Tried: {methods}.',
        { who, methods: listAttempts(tried, l10n) },
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
  error: Extract<AuthenticationFailed, { reason: 'rejected' }>,
  l10n: Localizer,
): string {
  const { who, tried, wrong, said, accepts } = error;
  if (wrong && said !== undefined) {
    // A locked account, an approval that was declined: the answer itself may have been right.
    return l10n.t('The server did not accept the answers for {who} and said {words}.', {
      who,
      words: quoteWords(said),
    });
  }
  if (requiresMore(error)) {
    return l10n.t('The server accepted {tried} for {who}, but also requires: {methods}.', {
      who,
      tried: listAttempts(tried, l10n),
      methods: accepts.join(', '),
    });
  }
  if (wrong === undefined) {
    return l10n.t('Sign-in failed for {who}. Tried: {methods}.', { who, methods: listAttempts(tried, l10n) });
  }
  if (wrong.kind === 'code') {
    return l10n.t('The server did not accept the answers for {who}.', { who });
  }
  return wrong.count === 1
    ? l10n.t('Wrong password for {who}.', { who })
    : l10n.t('Wrong password for {who}, {count} times.', { who, count: wrong.count });
}

/** What the message is about, if it isn't about what was tried. */
function mainProblem({ reason, problems, wrong }: AuthenticationFailed): KeyProblem | undefined {
  return wrong
    ? undefined
    : problems.find(
        (problem) => isSigningProblem(problem) || (reason === 'nothingToTry' && !isKeyError(problem)),
      );
}

/** Whole sentences about the login. */
function detailOf(error: AuthenticationFailed, l10n: Localizer): Pick<ErrorWords, 'detail'> {
  const { who, accepts, accepted, problems, unused = {}, wrong, said } = error;
  const main = mainProblem(error);
  const sentences = [
    // Otherwise the message has it.
    ...(said === undefined || wrong ? [] : [l10n.t('The server said {text}.', { text: quoteWords(said) })]),
    ...((main || wrong) && error.reason === 'rejected'
      ? [l10n.t('Tried: {methods}.', { methods: listAttempts(error.tried, l10n) })]
      : []),
    ...(accepts.length > 0
      ? [l10n.t('The server accepts: {methods}.', { methods: accepts.join(', ') })]
      : []),
    ...(accepted.length > 0
      ? [l10n.t('Already accepted: {methods}.', { methods: listAttempts(accepted, l10n) })]
      : []),
    ...(accepts.some(isKerberos)
      ? [l10n.t('Kerberos (GSSAPI) is not supported: sign in with a key or a password.')]
      : []),
    ...(unused.hostbased === true
      ? [l10n.t('HostbasedAuthentication is not supported: sign in with a key or a password.')]
      : []),
    ...problemSentences(
      problems.filter((problem) => problem !== main),
      who,
      l10n,
    ),
  ];
  return reported(sentences.join(' '));
}

function explainUnfinished(
  error: AuthenticationFailed & TriedFacts,
  circumstances: Circumstances,
  l10n: Localizer,
): Explanation {
  return {
    steps: [
      here(afterTrying(error, l10n)),
      here(
        l10n.t('Check whether ssh is let in:'),
        untranslated`ssh ${sshArguments(circumstances, error.who)}`,
      ),
      onServer(l10n.t("The server's log has the reason:"), serverLog),
    ],
    actions: ['tryAgain', 'edit', 'openSshConfig', 'showLog'],
  };
}

function explainFailure(
  error: AuthenticationFailed,
  circumstances: Circumstances,
  l10n: Localizer,
): Explanation {
  const { who } = error;
  const main = mainProblem(error);
  if (main) {
    return explainKeyProblem(main, circumstances, l10n);
  }
  if (error.reason === 'rejected' && (requiresMore(error) || wasNotAsked(error))) {
    return explainUnfinished(error, circumstances, l10n);
  }
  const problem =
    (error.reason === 'rejected' ? decisiveProblem(error) : undefined) ??
    error.problems.find((other) => !isKeyError(other));
  const first = problem ? explainKeyProblem(problem, circumstances, l10n).steps : [];
  const login = sshArguments(circumstances, who);
  const copyKey =
    circumstances.platform === 'win32'
      ? untranslated`type $env:USERPROFILE\\.ssh\\id_ed25519.pub | ssh ${login} "cat >> .ssh/authorized_keys"`
      : untranslated`ssh-copy-id ${login}`;
  return {
    steps: [
      ...first,
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
