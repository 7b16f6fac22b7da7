// Errors of a server that turns a user away although nothing is wrong with the key or the password: under maintenance, an
// account or a password that has expired, a limit. Its own words are the detail.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { quoteWords } from '../../util/shown';
import { here, onServer, reported } from '../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported, Step, TextsByCode } from '../explanation';
import { serverLog, sshArguments } from '../shellCommands';
import { listAttempts } from './loginFacts';
import type { Attempt } from './loginFacts';

export type LoginRefusedError = Reported & LoginRefused;

type LoginRefused = { readonly code: 'LoginRefused'; readonly who: string } & (
  | { readonly reason: RefusalReason }
  /** It closed the connection and gave no reason. */
  | {
      readonly reason: 'closed';
      readonly tried: readonly Attempt[];
      /** Those of them that it had accepted. */
      readonly accepted: readonly Attempt[];
      /** A password, an answer or a touch was needed: another login may ask for it again. */
      readonly mayHaveAskedPerson: boolean;
    }
);

/** said: the server's words are the only reason that is known. */
export type RefusalReason = 'said' | 'accountExpired' | 'passwordExpired' | 'answerTooLate';

/** @param detail the server's words */
export function loginRefused(who: string, reason: RefusalReason, detail?: string): LoginRefusedError {
  return { code: 'LoginRefused', reason, who, ...reported(detail) };
}

/** @param detail what the library reported */
export function closedAfterOffer(
  who: string,
  offer: Pick<Extract<LoginRefused, { reason: 'closed' }>, 'tried' | 'accepted' | 'mayHaveAskedPerson'>,
  detail?: string,
): LoginRefusedError {
  return { code: 'LoginRefused', reason: 'closed', who, ...offer, ...reported(detail) };
}

export const loginRefusedTexts: TextsByCode<LoginRefusedError> = {
  LoginRefused: {
    words,
    explain: (error, circumstances, l10n): Explanation => ({
      steps: stepsFor(error, circumstances, l10n),
      actions: ['tryAgain', 'edit', 'showLog'],
    }),
  },
};

function words(error: LoginRefusedError, l10n: Localizer): ErrorWords {
  const { who, detail } = error;
  switch (error.reason) {
    case 'said':
      return {
        message: l10n.t('The server refuses the sign-in for {who} and says {words}.', {
          who,
          words: quoteWords(detail ?? ''),
        }),
        nextStep: l10n.t('Start the tunnel again when the server lets you in, or ask its administrator.'),
      };
    case 'accountExpired':
      return {
        message: l10n.t('The account of {who} has expired.', { who }),
        nextStep: l10n.t('Ask the administrator of the server to extend it.'),
      };
    case 'passwordExpired':
      return {
        message: l10n.t('The password for {who} has expired, and the server requires a new one.', { who }),
        nextStep: l10n.t('Sign in with ssh in a terminal, change the password, then start the tunnel again.'),
      };
    case 'answerTooLate':
      return {
        message: l10n.t(
          'The server closed the connection while it waited for an answer to sign in {who} (LoginGraceTime).',
          { who },
        ),
        nextStep: l10n.t('Start the tunnel again and answer sooner.'),
      };
    case 'closed':
      return {
        message:
          error.accepted.length > 0
            ? l10n.t(
                'The server accepted {methods} for {who}, and then closed the connection without a reason.',
                { who, methods: listAttempts(error.accepted, l10n) },
              )
            : l10n.t(
                'The server closed the connection during the sign-in of {who}, without a reason. Tried: {methods}.',
                { who, methods: listAttempts(error.tried, l10n) },
              ),
        nextStep: l10n.t("Ask the administrator: the server's log has the reason."),
      };
  }
}

function stepsFor(error: LoginRefusedError, circumstances: Circumstances, l10n: Localizer): readonly Step[] {
  const { who } = error;
  const login = untranslated`ssh ${sshArguments(circumstances, who)}`;
  const readLog = onServer(l10n.t("The server's log has the reason:"), serverLog);
  switch (error.reason) {
    case 'accountExpired':
      return [
        here(l10n.t('Ask the administrator of the server to extend the account of {who}.', { who })),
        onServer(
          l10n.t('An administrator sees when it expired, and extends it with "chage -E":'),
          untranslated`sudo chage -l USER`,
        ),
      ];
    case 'passwordExpired':
      return [
        here(l10n.t("Sign in as {who} in a terminal, and answer the server's questions:", { who }), login),
        here(l10n.t('Then start the tunnel again.')),
      ];
    case 'answerTooLate':
      return [here(words(error, l10n).nextStep), readLog];
    case 'said':
      return [
        here(
          l10n.t('Read what the server says. If it is about maintenance, wait and start the tunnel again.'),
        ),
        here(l10n.t('Check whether ssh is refused, too:'), login),
        onServer(
          l10n.t('While one of these files exists, only root may sign in (pam_nologin):'),
          untranslated`ls -l /etc/nologin /run/nologin`,
        ),
        readLog,
      ];
    case 'closed':
      return [
        here(l10n.t('Check whether ssh is refused, too:'), login),
        onServer(
          l10n.t(
            'Common reasons are a rule of PAM about accounts, a limit of sessions, and too many attempts. The log of the server has the reason:',
          ),
          serverLog,
        ),
      ];
  }
}
