// From the reasons and words with which a server refuses a connection to a target to the error codes that users see.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelErrorCode } from '../../../../../src/tunnels/errors/errors';
import type { Listen } from '../../../../../src/tunnels/config/forward';
import {
  explainListenFailure,
  explainOpenFailure,
} from '../../../../../src/tunnels/ssh/session/failures/explainForwardFailure';

describe('the error of a connection that the server refused to open', () => {
  const rows: readonly [number | undefined, string, TunnelErrorCode][] = [
    [1, 'open failed', 'TargetNotPermitted'],
    [2, 'Connection refused', 'TargetRefused'],
    [2, 'Name or service not known', 'TargetNotFound'],
    [2, 'Temporary failure in name resolution', 'TargetNotFound'],
    [2, 'Connection timed out', 'TargetUnreachable'],
    [2, 'No route to host', 'TargetUnreachable'],
    [2, 'whatever', 'TargetUnreachable'],
    [2, '', 'TargetUnreachable'],
    [3, 'unknown channel type', 'ForwardingDisabled'],
    [4, 'no more', 'ServerLimit'],
    // Apache MINA.
    [0, 'UnresolvedAddressException while opening channel: null', 'TargetNotFound'],
    [0, '', 'TargetUnreachable'],
    [7, 'Connection refused', 'TargetRefused'],
    [0xfe000001, 'whatever', 'TargetUnreachable'],
    [undefined, 'Not connected', 'ConnectionLost'],
  ];
  for (const [reason, text, code] of rows) {
    it(`is ${code} for reason ${reason ?? 'unknown'}, "${text}"`, () => {
      const raw = Object.assign(
        new Error(`(SSH) Channel open failure: ${text}`),
        reason === undefined ? {} : { reason },
      );
      const error = explainOpenFailure(raw, { host: 'db', port: 5432 }, 'bastion');
      assert.equal(error.code, code);
      assert.equal(error.detail ?? '', text);
    });
  }

  it("is the target's if the server closes the channel instead of opening it, as ssh2 reports it", () => {
    const raw = Object.assign(new Error('(SSH) Channel open failure: server closed channel unexpectedly'), {
      reason: '' as const,
    });
    assert.equal(explainOpenFailure(raw, { host: 'db', port: 5432 }, 'bastion').code, 'TargetUnreachable');
  });

  for (const reason of [0, 2, 7]) {
    it(`is TargetUnreachable for a socket and the reason ${reason}`, () => {
      const raw = Object.assign(new Error('(SSH) Channel open failure: open failed'), { reason });
      const error = explainOpenFailure(raw, { path: '/run/db.sock' }, 'bastion');
      assert.ok(error.code === 'TargetUnreachable');
      assert.equal(error.cause, 'socket');
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

describe('the error of a listener that the server refused', () => {
  const port: Listen = { bind: undefined, port: 9000 };
  const anyPort: Listen = { bind: undefined, port: 0 };
  const elsewhere: Listen = { bind: '192.0.2.1', port: 0 };
  const socket: Listen = { path: '/run/s' };
  const disabled = 'Server has disabled port forwarding.';
  const raw = 'Unable to bind';
  const rows: readonly (readonly [server: 'OpenSSH' | 'another', Listen, string, string, object])[] = [
    ['OpenSSH', port, disabled, raw, { code: 'ForwardingDisabled', what: 'allListeners' }],
    ['OpenSSH', port, 'port forwarding refused', raw, { code: 'ForwardingDisabled', what: 'oneListener' }],
    ['OpenSSH', port, '', raw, { code: 'RemoteListenRefused', reason: 'unknown' }],
    ['OpenSSH', elsewhere, '', raw, { code: 'RemoteListenRefused', reason: 'unknown' }],
    ['OpenSSH', anyPort, '', raw, { code: 'ForwardingDisabled', what: 'unsupported' }],
    ['another', port, '', raw, { code: 'RemoteListenRefused', reason: 'unexplained' }],
    ['another', elsewhere, '', raw, { code: 'RemoteListenRefused', reason: 'unexplained' }],
    ['another', anyPort, '', raw, { code: 'ForwardingDisabled', what: 'unsupported' }],
    ['another', { bind: '*', port: 0 }, '', raw, { code: 'ForwardingDisabled', what: 'unsupported' }],
    ['another', socket, '', raw, { code: 'RemoteListenRefused', reason: 'unexplained' }],
    [
      'another',
      anyPort,
      '',
      'the server did not answer',
      { code: 'RemoteListenRefused', reason: 'noAnswer' },
    ],
  ];
  for (const [server, listen, debugText, text, expected] of rows) {
    const said = debugText === '' ? text : debugText;
    it(`is ${JSON.stringify(expected)} for ${server}, ${JSON.stringify(listen)} and "${said}"`, () => {
      const explainsItself = server === 'OpenSSH';
      const {
        host: _host,
        listen: _listen,
        detail: _detail,
        ...error
      } = {
        ...explainListenFailure(listen, 'bastion', { debugText, raw: text, explainsItself }),
      } as Record<string, unknown>;
      assert.deepEqual(error, expected);
    });
  }
});
