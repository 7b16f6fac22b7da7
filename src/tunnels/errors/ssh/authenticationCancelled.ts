// Errors of a login that needs a person who is not there, or did not answer.
import type { Localizer } from '../../util/l10n';
import { here, reported } from '../explanation';
import type { ErrorWords, Reported, TextsByCode } from '../explanation';
import { loadKeychainCommand } from '../shellCommands';
import { explainKeyProblem, problemSentences } from './keys/keyProblem';
import type { KeyProblem } from './keys/keyProblem';

export type AuthenticationCancelledError = Reported & AuthenticationCancelled;

type AuthenticationCancelled = {
  readonly code: 'AuthenticationCancelled';
  /** Keys that would have made the question unnecessary, but did not sign. */
  readonly problems?: readonly KeyProblem[];
} & (
  | { readonly needs: 'hostKey' | 'password' | 'code'; readonly who: string }
  /** The tunnel was stopped while it was starting. No code says that exactly; this is the closest. */
  | { readonly needs: 'nothing' }
  | { readonly needs: 'passphrase'; readonly who: string; readonly keyFile: string }
  /** The network failed while the server was checking a login. Another one may ask the person again. */
  | { readonly needs: 'again'; readonly who: string }
);

/** @param question that was not answered */
export function authenticationCancelled(
  question: { readonly who: string } & (
    | { readonly kind: 'hostKey' | 'password' | 'code' }
    | { readonly kind: 'passphrase'; readonly keyFile: string }
  ),
): AuthenticationCancelledError {
  const { who, kind } = question;
  return kind === 'passphrase'
    ? { code: 'AuthenticationCancelled', needs: kind, who, keyFile: question.keyFile }
    : { code: 'AuthenticationCancelled', needs: kind, who };
}

/** The network failed during a login that may have asked the person for something. It is not repeated without them. */
export function loginInterrupted(who: string, detail?: string): AuthenticationCancelledError {
  return { code: 'AuthenticationCancelled', needs: 'again', who, ...reported(detail) };
}

export function startCancelled(): AuthenticationCancelledError {
  return { code: 'AuthenticationCancelled', needs: 'nothing' };
}

export const authenticationCancelledTexts: TextsByCode<AuthenticationCancelledError> = {
  AuthenticationCancelled: {
    words: (error, l10n) => ({
      ...cancelledWords(error, l10n),
      ...reported(
        error.needs === 'nothing'
          ? undefined
          : [
              ...(error.detail === undefined ? [] : [error.detail]),
              ...problemSentences(error.problems ?? [], error.who, l10n),
            ].join(' '),
      ),
    }),
    explain: (error, circumstances, l10n) => ({
      steps: [
        ...(error.problems ?? []).flatMap((problem) => explainKeyProblem(problem, circumstances, l10n).steps),
        here(
          error.needs === 'nothing' || error.needs === 'again'
            ? cancelledWords(error, l10n).nextStep
            : l10n.t(
                'Start the tunnel and answer the question for {who}. With a key in the SSH agent there is no question.',
                { who: error.who },
              ),
        ),
        ...(error.needs === 'passphrase' && circumstances.platform === 'darwin'
          ? [
              here(
                l10n.t(
                  "If the passphrase is in the keychain (UseKeychain), which only Apple's own programs can read, load the key into the SSH agent:",
                ),
                loadKeychainCommand,
              ),
            ]
          : []),
      ],
      actions: error.needs === 'nothing' ? ['tryAgain'] : ['answer', 'tryAgain'],
    }),
  },
};

function cancelledWords(error: AuthenticationCancelled, l10n: Localizer): ErrorWords {
  const nextStep = l10n.t('Start the tunnel to answer.');
  switch (error.needs) {
    case 'nothing':
      return {
        message: l10n.t('The tunnel was stopped before it was connected.'),
        nextStep: l10n.t('Start it again when you need it.'),
      };
    case 'again':
      return {
        message: l10n.t('The connection for {who} was lost while the server was checking the sign-in.', {
          who: error.who,
        }),
        nextStep: l10n.t(
          'Start the tunnel to sign in again; it is not done automatically, because you may be asked to approve it again.',
        ),
      };
    case 'hostKey':
      return {
        message: l10n.t("Signing in as {who} needs you to confirm the server's host key.", {
          who: error.who,
        }),
        nextStep,
      };
    case 'password':
      return { message: l10n.t('Signing in as {who} needs your password.', { who: error.who }), nextStep };
    case 'code':
      return {
        message: l10n.t("Signing in as {who} needs your answer to the server's question.", {
          who: error.who,
        }),
        nextStep,
      };
    case 'passphrase':
      return {
        message: l10n.t('Signing in as {who} needs the passphrase of the key {file}.', {
          who: error.who,
          file: error.keyFile,
        }),
        nextStep,
      };
  }
}
