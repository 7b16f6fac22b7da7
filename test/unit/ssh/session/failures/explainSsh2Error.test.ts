// From the errors of ssh2 and the system to the error codes that users see.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelErrorCode } from '../../../../../src/tunnels/errors/errors';
import { TunnelFailure } from '../../../../../src/tunnels/errors/errors';
import { keepAliveTimeout } from '../../../../../src/tunnels/errors/ssh/connectionLost';
import {
  explainEnd,
  explainExecFailure,
} from '../../../../../src/tunnels/ssh/session/failures/explainSsh2Error';
import { messageOf, nextStepOf } from '../../../../support/errorWords';

describe('the error of a session that ended', () => {
  const rows: readonly [string, string, boolean, TunnelErrorCode][] = [
    ['', '', false, 'ConnectionLost'],
    ['Connection lost before handshake', 'HTTP/1.1 400 Bad Request', false, 'NotAnSshServer'],
    ['Connection lost before handshake', 'Exceeded MaxStartups', false, 'ServerBusy'],
    ['Connection lost before handshake', 'Not allowed at this time', false, 'AddressPenalised'],
    ['Handshake failed: no matching key exchange algorithm', '', true, 'NoCommonAlgorithm'],
    ['read ECONNRESET', '', true, 'ConnectionLost'],
  ];
  for (const [message, greeting, identified, code] of rows) {
    it(`is ${code} for "${message}" after the greeting "${greeting}"`, () => {
      const error = explainEnd({
        host: { alias: 'db', hostName: 'db.example.org', port: 22 },
        who: 'me@db.example.org:22',
        raw: message === '' ? undefined : new Error(message),
        greeting,
        identified,
        disconnect: undefined,
        login: undefined,
      });
      assert.equal(error.code, code);
      assert.match(messageOf(error), /db\.example\.org/);
      assert.notEqual(nextStepOf(error), '');
    });
  }

  it('is our own error when we ended it', () => {
    const own = keepAliveTimeout('db.example.org', { seconds: 45, neverAnswered: false });
    const error = explainEnd({
      host: { alias: 'db', hostName: 'db.example.org', port: 22 },
      who: 'me',
      raw: new TunnelFailure(own),
      greeting: '',
      identified: true,
      disconnect: undefined,
      login: undefined,
    });
    assert.equal(error, own);
  });
});

describe('the error of a command that the server refused to run', () => {
  const refused = 'Unable to request X11';
  const rows: readonly [string, string, object][] = [
    [refused, '', { code: 'X11Disabled', by: 'server', host: 'db', detail: refused }],
    [
      refused,
      'X11 forwarding disabled by key options.',
      { code: 'X11Disabled', by: 'key', host: 'db', detail: 'X11 forwarding disabled by key options.' },
    ],
    [
      refused,
      'No xauth program; cannot forward X11.',
      { code: 'XauthMissing', side: 'server', host: 'db', detail: 'No xauth program; cannot forward X11.' },
    ],
    [
      'Channel open failure',
      '',
      {
        code: 'ServerBusy',
        limit: 'MaxSessions',
        host: 'db',
        command: 'xclock',
        detail: 'Channel open failure',
      },
    ],
  ];
  for (const [raw, debugText, expected] of rows) {
    it(`follows from "${raw}"${debugText === '' ? '' : ` and "${debugText}"`}`, () =>
      assert.deepEqual(
        explainExecFailure('xclock', 'db', debugText === '' ? [] : [debugText, 'other'], new Error(raw)),
        expected,
      ));
  }

  const reasons = [
    [1, 'ProgramFailed'],
    [2, 'ServerBusy'],
    [3, 'ProgramFailed'],
    [4, 'ServerBusy'],
  ] as const;
  for (const [reason, code] of reasons) {
    it(`is ${code} if the server opens no session for the reason ${reason}`, () => {
      const raw = Object.assign(new Error('(SSH) Channel open failure: open failed'), { reason });
      const error = explainExecFailure('xclock', 'db', [], raw);
      assert.equal(error.code, code);
      assert.equal(error.detail, 'open failed');
    });
  }

  it('is ProgramFailed if the server has a session, but runs nothing in it', () => {
    assert.equal(explainExecFailure('xclock', 'db', [], new Error('Unable to exec')).code, 'ProgramFailed');
  });
});
