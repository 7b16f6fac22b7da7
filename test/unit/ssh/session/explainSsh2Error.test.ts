// From what ssh2 and the system say to the code that people see (the table of causes).
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelErrorCode } from '../../../../src/tunnels/errors/errors';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { keepAliveTimeout } from '../../../../src/tunnels/errors/connect';
import { explainEnd, explainOpenFailure } from '../../../../src/tunnels/ssh/session/explainSsh2Error';

describe('the end of a connection', () => {
  const rows: readonly [string, string, boolean, TunnelErrorCode][] = [
    ['', '', false, 'ConnectionLost'],
    ['Connection lost before handshake', 'HTTP/1.1 400 Bad Request', false, 'NotAnSshServer'],
    ['Connection lost before handshake', 'Exceeded MaxStartups', false, 'ServerBusy'],
    ['Connection lost before handshake', 'Not allowed at this time', false, 'AddressPenalised'],
    ['Handshake failed: no matching key exchange algorithm', '', true, 'NoCommonAlgorithm'],
    ['Too many authentication failures', '', true, 'TooManyAuthenticationFailures'],
    ['read ECONNRESET', '', true, 'ConnectionLost'],
  ];
  for (const [message, greeting, identified, code] of rows) {
    it(`"${message}" after "${greeting}" is ${code}`, () => {
      const error = explainEnd({
        host: { hostName: 'db.example.org', port: 22 },
        who: 'me@db.example.org:22',
        raw: message === '' ? undefined : new Error(message),
        greeting,
        identified,
        tried: ['id_ed25519'],
      });
      assert.equal(error.code, code);
      assert.match(error.message, /db\.example\.org/);
      assert.notEqual(error.nextStep, '');
    });
  }

  it('is what we said ourselves, where we ended it', () => {
    const own = keepAliveTimeout('db.example.org', 45);
    const error = explainEnd({
      host: { hostName: 'db.example.org', port: 22 },
      who: 'me',
      raw: new TunnelFailure(own),
      greeting: '',
      identified: true,
      tried: [],
    });
    assert.equal(error, own);
  });
});

describe('a connection that the server would not open', () => {
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
    it(`reason ${reason ?? 'unknown'}, "${text}" is ${code}`, () => {
      const raw = Object.assign(new Error(`(SSH) Channel open failure: ${text}`), reason ? { reason } : {});
      const error = explainOpenFailure(raw, { host: 'db', port: 5432 }, 'bastion');
      assert.equal(error.code, code);
      assert.equal(error.detail, text);
    });
  }
});
