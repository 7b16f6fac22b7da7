// From the errors of ssh2 and the system to the error codes that users see.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelErrorCode } from '../../../../src/tunnels/errors/errors';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { keepAliveTimeout } from '../../../../src/tunnels/errors/ssh/connectionLost';
import {
  explainEnd,
  explainExecFailure,
  explainOpenFailure,
} from '../../../../src/tunnels/ssh/session/explainSsh2Error';
import { messageOf, nextStepOf } from '../../../support/errorWords';

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
        host: { hostName: 'db.example.org', port: 22 },
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
    const own = keepAliveTimeout('db.example.org', 45);
    const error = explainEnd({
      host: { hostName: 'db.example.org', port: 22 },
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

describe('the error of a connection that the server refused to open', () => {
  const rows: readonly [number | undefined, string, TunnelErrorCode][] = [
    [1, 'open failed', 'TargetNotPermitted'],
    [2, 'Connection refused', 'TargetRefused'],
    [2, 'Name or service not known', 'TargetNotFound'],
    [2, 'Temporary failure in name resolution', 'TargetNotFound'],
    [2, 'Connection timed out', 'TargetUnreachable'],
    [2, 'No route to host', 'TargetUnreachable'],
    [3, 'unknown channel type', 'ForwardingDisabled'],
    [undefined, 'Not connected', 'ConnectionLost'],
  ];
  for (const [reason, text, code] of rows) {
    it(`is ${code} for reason ${reason ?? 'unknown'}, "${text}"`, () => {
      const raw = Object.assign(new Error(`(SSH) Channel open failure: ${text}`), reason ? { reason } : {});
      const error = explainOpenFailure(raw, { host: 'db', port: 5432 }, 'bastion');
      assert.equal(error.code, code);
      assert.equal(error.detail, text);
    });
  }

  const causes = [
    ['Connection timed out', 'timedOut'],
    ['Network is unreachable', 'networkUnreachable'],
    ['No route to host', 'hostUnreachable'],
    ['Permission denied', 'other'],
  ] as const;
  for (const [text, cause] of causes) {
    it(`says that the cause is "${cause}" for "${text}"`, () => {
      const raw = Object.assign(new Error(`(SSH) Channel open failure: ${text}`), { reason: 2 });
      const error = explainOpenFailure(raw, { host: 'db', port: 5432 }, 'bastion');
      assert.ok(error.code === 'TargetUnreachable');
      assert.equal(error.cause, cause);
    });
  }
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
        explainExecFailure('xclock', 'db', debugText === '' ? [] : [debugText, 'other'], raw),
        expected,
      ));
  }
});
