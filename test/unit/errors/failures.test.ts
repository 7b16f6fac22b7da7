// The messages of errors: readable for every input, with a next step that fits what was tried.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import * as algorithms from '../../../src/tunnels/errors/algorithms';
import * as forwarding from '../../../src/tunnels/errors/localListenAndTarget';
import * as hostKeys from '../../../src/tunnels/errors/hostKey';
import * as login from '../../../src/tunnels/errors/auth';
import * as permission from '../../../src/tunnels/errors/consent';
import * as reaching from '../../../src/tunnels/errors/connect';
import * as remoteListening from '../../../src/tunnels/errors/remoteListen';
import { explainMismatch } from '../../../src/tunnels/ssh/transport/algorithms';
import { checkReadable } from '../../support/readableErrors';

const address = { host: 'db.example.org', port: 2022 };
const key = { type: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(43)}` };
const listens = [
  { bind: undefined, port: 9000 },
  { bind: '*', port: 0 },
  { bind: '192.0.2.1', port: 80 },
  { path: '/tmp/r.sock' },
] as const;
const tries: readonly (readonly string[])[] = [
  [],
  ['id_ed25519', 'id_rsa (agent)'],
  ['password'],
  [`id_ed25519${login.wrongPassphrase}`],
];
const methods: readonly (readonly string[])[] = [[], ['publickey'], ['password'], ['gssapi-with-mic']];

const errors: readonly TunnelError[] = [
  ...listens.flatMap((listen) => [
    remoteListening.remoteListenRefused(listen, 'bastion'),
    remoteListening.remoteListenStillUsed(listen, 'bastion'),
    remoteListening.remoteListenTaken(listen, 'bastion'),
    remoteListening.remoteListenUsedByTunnel(listen, 'bastion', { tunnel: 'staging' }),
    remoteListening.remoteForwardingDisabled(listen, 'bastion'),
    remoteListening.remoteListenNotPermitted(listen, 'bastion'),
  ]),
  ...tries.flatMap((tried) =>
    methods.map((accepts) => login.authenticationFailed('me@db:22', tried, accepts)),
  ),
  login.tooManyAuthenticationFailures('me@db:22', ['a', 'b']),
  login.authenticationCancelled('me@db:22', 'your password'),
  login.agentUnavailable('/agent'),
  login.passwordExpired('me@db:22'),
  login.startCancelled(),
  hostKeys.hostKeyUnknown('[db]:2022', key),
  hostKeys.hostKeyChanged('[db]:2022', key, undefined),
  hostKeys.hostKeyChanged('[db]:2022', key, { ...key, file: '/home/me/.ssh/known_hosts', line: 12 }),
  hostKeys.hostKeyRevoked('[db]:2022', key, '/revoked', undefined),
  forwarding.addressInUse(address),
  forwarding.addressInUse({ path: '/tmp/s' }, { name: 'x', pid: 1, isOurs: true }),
  forwarding.portPermissionDenied({ host: '127.0.0.1', port: 8080 }),
  forwarding.portPermissionDenied({ host: '127.0.0.1', port: 8080 }, { from: 8000, to: 8100 }),
  forwarding.socketPathTooLong(`/${'x'.repeat(4000)}`, 4001),
  forwarding.addressUsedByTunnel({ path: '/tmp/s' }, { tunnel: 'staging' }),
  forwarding.forwardingDisabled('bastion'),
  permission.consentNeeded('t', true),
  permission.consentNeeded('t', false),
  permission.tunnelDisabled('t'),
  permission.workspaceUntrusted('t'),
  permission.daemonLost(),
  permission.daemonFolderTaken('/tmp/ssh-tunnels-1000'),
  reaching.connectTimeout(address, 10),
  reaching.loginTimeout(address, 30),
  reaching.addressPenalised('bastion'),
  reaching.protocolBroken('bastion', 'sent more than it may'),
  reaching.proxyFdpassUnsupported('bastion'),
  ...[forwarding.targetUnreachable('db:22', 'b'), reaching.connectionLost('b')].map((why) =>
    reaching.proxyFailed('db:22', 'bastion:22', why),
  ),
  algorithms.noCommonAlgorithm('old'),
];

describe('the message of an error', () => {
  it('is readable for every kind of error', () => {
    errors.forEach(checkReadable);
  });

  it('suggests another port for a port in use, and another path for a socket path in use', () => {
    const next = (
      place: { readonly port: number; readonly host: string } | { readonly path: string },
    ): string => forwarding.addressUsedByTunnel(place, { tunnel: 'staging' }).nextStep;
    assert.match(next(address), /another local port/);
    assert.match(next({ path: '/tmp/s' }), /another path/);
  });

  it('suggests a step after a failed login that fits what was tried and what the server accepts', () => {
    const next = (tried: readonly string[], accepts: readonly string[]): string =>
      login.authenticationFailed('me@db:22', tried, accepts).nextStep;
    assert.match(next(['password'], []), /enter the correct password/);
    assert.match(next(['a (wrong passphrase)'], []), /correct passphrase/);
    assert.match(next(['a (wrong passphrase)', 'b'], []), /ssh-copy-id/);
    assert.match(next([], ['publickey']), /ssh-keygen/);
    assert.match(next([], ['password']), /PasswordAuthentication/);
    assert.match(next([], ['gssapi-with-mic']), /Ask the administrator/);
  });
});

describe('the error about no common algorithm', () => {
  const of = (what: string, remote: string): TunnelError =>
    algorithms.noCommonAlgorithm('old', undefined, explainMismatch({ what, local: '', remote }));

  it('suggests a line of ssh_config when we know an algorithm of the server but do not offer it', () => {
    const error = of('Host key format', 'ssh-dss,ssh-rsa');
    assert.match(error.message, /no host key type in common: the server offers only ssh-dss, ssh-rsa\./);
    // And not ssh-dss, which OpenSSH no longer supports.
    assert.deepEqual(error.facts?.fix, { side: 'here', line: 'HostKeyAlgorithms +ssh-rsa' });
    checkReadable(error);
  });
  it('suggests a line of sshd_config when we know no algorithm of the server', () => {
    const error = of('KEX method', 'mlkem768x25519-sha256,a,b,c,d,kex-strict-s-v00@openssh.com');
    assert.match(error.message, /only mlkem768x25519-sha256, a, b and 2 more\./);
    assert.deepEqual(error.facts?.fix, { side: 'server', line: 'KexAlgorithms +curve25519-sha256' });
    checkReadable(error);
  });
  it('leaves out malformed names of algorithms', () => {
    const error = of('KEX method', `\u202e,a b,${'x'.repeat(65)},zlib,\x1b[2J,\u00e9,good`);
    assert.match(error.message, /the server offers only zlib, good\./);
    checkReadable(error);
  });
  it('suggests no line for compression', () => {
    assert.equal(of('C->S compression', 'zlib').facts?.fix, undefined);
  });
});
