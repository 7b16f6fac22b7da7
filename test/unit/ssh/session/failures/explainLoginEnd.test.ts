// Why a connection ended before it was up, by what was offered and how it ended. Only what the network did is retried.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TunnelFailure, isRetryable } from '../../../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../../../src/tunnels/errors/errors';
import { proxyCommandFailed } from '../../../../../src/tunnels/errors/ssh/jumpHost';
import type { LoginWait } from '../../../../../src/tunnels/model/state';
import { LoginRecord } from '../../../../../src/tunnels/ssh/auth/loginProgress';
import { explainEnd } from '../../../../../src/tunnels/ssh/session/failures/explainSsh2Error';
import type { EndedConnection } from '../../../../../src/tunnels/ssh/session/failures/explainSsh2Error';

const offers = {
  nothing: () => undefined,
  key: (login: LoginRecord) => login.offered({ key: 'id_ed25519' }),
  password(login: LoginRecord) {
    login.offered({ method: 'password' });
    login.mayHaveAskedPerson = true;
  },
} as const;
type Offer = keyof typeof offers;

interface End {
  readonly raw?: Error;
  readonly disconnect?: EndedConnection['disconnect'];
  readonly isJumpLost?: boolean;
  readonly isPromptOpen?: boolean;
  /** What the server said since the first offer. */
  readonly said?: string;
  /** What it says while the prompt is open. */
  readonly saidMeanwhile?: string;
}

function endOf(
  offer: Offer,
  { raw, disconnect, isJumpLost, isPromptOpen, said, saidMeanwhile }: End,
): TunnelError {
  const progress = new LoginRecord(() => ({ problems: [] }));
  progress.hear('Notice to all users.');
  progress.beginOffers();
  offers[offer](progress);
  progress.hear(said ?? '');
  progress.promptOpen(isPromptOpen ?? false);
  progress.hear(saidMeanwhile ?? '');
  return explainEnd({
    host: { alias: 'db', hostName: 'db', port: 22 },
    who: 'me@db:22',
    raw,
    greeting: '',
    identified: true,
    disconnect,
    login: { progress, isJumpLost: isJumpLost ?? false },
  });
}

const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
const timedOut = Object.assign(new Error('read ETIMEDOUT'), { code: 'ETIMEDOUT' });
const proxyDied = new TunnelFailure(proxyCommandFailed('db', { exitCode: 255 }, 'timed out'));
const proxyEnded = new TunnelFailure(proxyCommandFailed('db', { exitCode: 0 }));
const said = 'Down for maintenance.';

describe('a connection that ends during the login', () => {
  const rows: readonly (readonly [how: string, end: End, nothing: string, key: string, password: string])[] =
    [
      ['closed in silence', {}, 'ConnectionLost', 'LoginRefused', 'LoginRefused'],
      ['closed after words', { said }, 'LoginRefused', 'LoginRefused', 'LoginRefused'],
      ...[1, 2, 7, 11, 14].map(
        (reason) =>
          [
            `ended by a disconnect with the reason ${reason} and a text`,
            { disconnect: { reason, text: said } },
            'LoginRefused',
            'LoginRefused',
            'LoginRefused',
          ] as const,
      ),
      [
        'ended by a disconnect without a text',
        { disconnect: { reason: 11, text: '' } },
        'ConnectionLost',
        'LoginRefused',
        'LoginRefused',
      ],
      [
        'ended because of too many connections',
        { disconnect: { reason: 12, text: 'Too many connections' } },
        'ServerBusy',
        'LoginRefused',
        'LoginRefused',
      ],
      [
        'reset after a disconnect with a text',
        { raw: reset, disconnect: { reason: 11, text: said } },
        'LoginRefused',
        'LoginRefused',
        'LoginRefused',
      ],
      ['reset', { raw: reset }, 'ConnectionLost', 'ConnectionLost', 'AuthenticationCancelled'],
      ['not answered', { raw: timedOut }, 'ConnectionLost', 'ConnectionLost', 'AuthenticationCancelled'],
      ['reset after words', { raw: reset, said }, 'LoginRefused', 'LoginRefused', 'AuthenticationCancelled'],
      [
        'lost with the jump host',
        { isJumpLost: true },
        'ConnectionLost',
        'ConnectionLost',
        'AuthenticationCancelled',
      ],
      [
        'lost with the ProxyCommand',
        { raw: proxyDied },
        'ProxyFailed',
        'ProxyFailed',
        'AuthenticationCancelled',
      ],
      [
        'closed, so that the ProxyCommand ends',
        { raw: proxyEnded },
        'ProxyFailed',
        'LoginRefused',
        'LoginRefused',
      ],
      [
        'closed as the server boots',
        { said: 'System is booting up. Unprivileged users are not permitted to log in yet.' },
        'ServerBusy',
        'ServerBusy',
        'LoginRefused',
      ],
      [
        'closed while a prompt is open',
        { isPromptOpen: true },
        'LoginRefused',
        'LoginRefused',
        'LoginRefused',
      ],
      ['unreadable', { raw: new Error('Bad MAC') }, 'ConnectionLost', 'LoginRefused', 'LoginRefused'],
    ];
  for (const [how, end, ...codes] of rows) {
    it(`is judged by what was offered if it is ${how}`, () => {
      const kinds: readonly Offer[] = ['nothing', 'key', 'password'];
      assert.deepEqual(
        kinds.map((offer) => endOf(offer, end).code),
        codes,
      );
    });
  }

  it('is never retried once a person may have been asked', () => {
    for (const [, end] of rows) {
      assert.equal(isRetryable(endOf('password', end)), false);
    }
  });

  it('says what the server said since the first offer, and not its notice', () => {
    assert.deepEqual(endOf('key', { said, disconnect: { reason: 2, text: 'Bye.' } }), {
      code: 'LoginRefused',
      reason: 'said',
      who: 'me@db:22',
      detail: `${said} Bye.`,
    });
  });

  it('has an answer that came too late, whatever was said before the prompt', () => {
    const error = endOf('password', { said: 'Welcome.', isPromptOpen: true });
    assert.ok(error.code === 'LoginRefused');
    assert.equal(error.reason, 'answerTooLate');
    const denied = endOf('password', { said: 'Welcome.', isPromptOpen: true, saidMeanwhile: 'Denied.' });
    assert.equal(denied.code, 'LoginRefused');
    assert.equal(denied.detail, 'Denied.');
  });

  it('waits for a person if an agent does not answer, or the server to a password, but not to a key', () => {
    const reasonAfter = (offer: Offer, waitsFor: LoginWait): string => {
      const progress = new LoginRecord(() => ({ problems: [] }));
      offers[offer](progress);
      progress.waitsFor(waitsFor);
      const error = explainEnd({
        host: { alias: 'db', hostName: 'db', port: 22 },
        who: 'me@db:22',
        raw: undefined,
        greeting: '',
        identified: true,
        disconnect: undefined,
        login: { progress, isJumpLost: false },
      });
      return error.code === 'LoginRefused' ? error.reason : error.code;
    };
    assert.equal(reasonAfter('key', 'device'), 'closed');
    assert.equal(reasonAfter('key', 'agent'), 'answerTooLate');
    assert.equal(reasonAfter('password', 'device'), 'answerTooLate');
  });

  const reasons = [
    ['Your account has expired; please contact your system administrator.', 'accountExpired'],
    ['Account expired on 2020-01-01', 'accountExpired'],
    ['You are required to change your password immediately (administrator enforced).', 'passwordExpired'],
    ['Your password has expired. You must change your password now and login again!', 'passwordExpired'],
    ['WARNING: Your password has expired.', 'passwordExpired'],
    ['Warning: your password will expire in 7 days.', 'said'],
    ['Your account is locked.', 'said'],
  ] as const;
  for (const [words, reason] of reasons) {
    it(`is explained by the server's words: ${words}`, () => {
      const error = endOf('key', { said: words });
      assert.ok(error.code === 'LoginRefused');
      assert.equal(error.reason, reason);
    });
  }

  for (const text of [
    'Too many authentication failures',
    'Too many bad authentications',
    'Maximum authentication attempts exceeded',
    'Max auth tries reached',
  ]) {
    it(`is a matter of too many attempts if the server says: ${text}`, () => {
      const error = endOf('key', { disconnect: { reason: 2, text } });
      assert.equal(error.code, 'TooManyAuthenticationFailures');
    });
  }

  it('after too many wrong passwords has a wrong password, unless keys used up the attempts', () => {
    const tooMany = { disconnect: { reason: 2, text: 'Too many authentication failures' } };
    assert.equal(endOf('key', tooMany).code, 'TooManyAuthenticationFailures');
    const progress = new LoginRecord(() => ({ problems: [] }));
    offers.password(progress);
    progress.answeredWrong('password');
    const error = explainEnd({
      host: { alias: 'db', hostName: 'db', port: 22 },
      who: 'me@db:22',
      raw: undefined,
      greeting: '',
      identified: true,
      ...tooMany,
      login: { progress, isJumpLost: false },
    });
    assert.equal(error.code, 'AuthenticationFailed');
  });
});

describe('a connection that was up', () => {
  it("has ended with the server's words", () => {
    const words = 'Your session has been ended by the administrator';
    const error = explainEnd({
      host: { alias: 'db', hostName: 'db', port: 22 },
      who: 'me@db:22',
      raw: undefined,
      greeting: '',
      identified: true,
      disconnect: { reason: 11, text: words },
      login: undefined,
    });
    assert.deepEqual(error, {
      code: 'ConnectionLost',
      kind: 'dropped',
      host: 'db',
      byServer: true,
      detail: words,
    });
  });
});
