// What servers say when they can't connect to a target, verbatim. "seen": by the server itself, with `ssh -W`.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  readTargetFailure,
  wordsByServer,
} from '../../../../../src/tunnels/ssh/session/failures/targetFailureWords';
import type { TargetFailure } from '../../../../../src/tunnels/ssh/session/failures/targetFailureWords';

const rows: readonly (readonly [server: string, target: string, text: string, failure: TargetFailure])[] = [
  ['OpenSSH', '127.0.0.1', 'Connection refused', 'refused'],
  ['OpenSSH', 'db.invalid', 'Name or service not known', 'notFound'],
  ['OpenSSH', '239.255.0.1', 'Network is unreachable', 'networkUnreachable'],
  ['OpenSSH', '192.0.2.77', 'No route to host', 'hostUnreachable'],
  ['OpenSSH on Linux', '192.0.2.7', 'Connection timed out', 'timedOut'],
  ['OpenSSH on macOS', 'db', 'nodename nor servname provided, or not known', 'notFound'],
  ['OpenSSH on macOS', '192.0.2.7', 'Operation timed out', 'timedOut'],
  ['OpenSSH on FreeBSD', 'db', 'Name does not resolve', 'notFound'],
  ['OpenSSH on Alpine', '192.0.2.7', 'Host is unreachable', 'hostUnreachable'],
  ['OpenSSH on Alpine', '192.0.2.7', 'Network unreachable', 'networkUnreachable'],
  ['OpenSSH for Windows', 'db', 'No such host is known.', 'notFound'],
  ['dropbear, seen', '127.0.0.1', 'Connection refused', 'refused'],
  [
    'dropbear, seen',
    'db.invalid',
    "Error resolving 'db.invalid' port '1'. Name or service not known",
    'notFound',
  ],
  ['AsyncSSH, seen', '127.0.0.1', "[Errno 111] Connect call failed ('127.0.0.1', 1)", 'refused'],
  ['AsyncSSH, seen', 'db.invalid', '[Errno -2] Name or service not known', 'notFound'],
  ['AsyncSSH, seen', '239.255.0.1', '[Errno 101] Network is unreachable', 'networkUnreachable'],
  ['AsyncSSH, seen', '192.0.2.77', "[Errno 113] Connect call failed ('192.0.2.77', 80)", 'hostUnreachable'],
  [
    'AsyncSSH, seen',
    '2001:db8::1',
    "[Errno 113] Connect call failed ('2001:db8::1', 80, 0, 0)",
    'hostUnreachable',
  ],
  [
    'AsyncSSH',
    'db',
    "Multiple exceptions: [Errno 101] Connect call failed ('::1', 1, 0, 0), [Errno 111] Connect call failed ('127.0.0.1', 1)",
    'refused',
  ],
  ['AsyncSSH', 'db', "[Errno 110] Connect call failed ('192.0.2.7', 111)", 'timedOut'],
  ['AsyncSSH on macOS', 'db', "[Errno 61] Connect call failed ('127.0.0.1', 1)", 'refused'],
  ['AsyncSSH on Windows', 'db', '[Errno 11001] getaddrinfo failed', 'notFound'],
  [
    'AsyncSSH on Windows',
    'db',
    '[WinError 1225] The remote computer refused the network connection',
    'refused',
  ],
  ['Go, seen', '127.0.0.1', 'dial tcp 127.0.0.1:1: connect: connection refused', 'refused'],
  ['Go, seen', 'db.invalid', 'dial tcp: lookup db.invalid on 192.0.2.53:53: no such host', 'notFound'],
  [
    'Go, seen',
    '239.255.0.1',
    'dial tcp 239.255.0.1:80: connect: network is unreachable',
    'networkUnreachable',
  ],
  ['Go, seen', '192.0.2.77', 'dial tcp 192.0.2.77:80: connect: no route to host', 'hostUnreachable'],
  ['Go', '192.0.2.7', 'dial tcp 192.0.2.7:80: i/o timeout', 'timedOut'],
  [
    'Go',
    'db',
    'dial tcp: lookup db on 192.0.2.53:53: read udp 192.0.2.2:4->192.0.2.53:53: i/o timeout',
    'notFound',
  ],
  ['Go', 'db', 'dial tcp: lookup db: server misbehaving', 'notFound'],
  ['Go', '192.0.2.7', 'context deadline exceeded', 'timedOut'],
  [
    'Go on Windows',
    '192.0.2.7',
    'dial tcp 192.0.2.7:80: connectex: No connection could be made because the target machine actively refused it.',
    'refused',
  ],
  [
    'Go on Windows',
    '192.0.2.7',
    'dial tcp 192.0.2.7:80: connectex: A connection attempt failed because the connected party did not properly respond after a period of time, or established connection failed because connected host has failed to respond.',
    'timedOut',
  ],
  [
    'Go on Windows',
    '192.0.2.7',
    'dial tcp 192.0.2.7:80: connectex: A socket operation was attempted to an unreachable network.',
    'networkUnreachable',
  ],
  ['Erlang/OTP, seen', '127.0.0.1', 'Forwarded connection refused: econnrefused', 'refused'],
  ['Erlang/OTP, seen', 'db.invalid', 'Forwarded connection refused: nxdomain', 'notFound'],
  ['Erlang/OTP, seen', '239.255.0.1', 'Forwarded connection refused: enetunreach', 'networkUnreachable'],
  ['Erlang/OTP, seen', '192.0.2.77', 'Forwarded connection refused: ehostunreach', 'hostUnreachable'],
  ['Erlang/OTP', '192.0.2.7', 'Forwarded connection refused: timeout', 'timedOut'],
  ['Erlang/OTP', '192.0.2.7', 'Forwarded connection refused: eacces', 'other'],
  ['Node.js', '127.0.0.1', 'connect ECONNREFUSED 127.0.0.1:1', 'refused'],
  ['Node.js', 'db', 'getaddrinfo ENOTFOUND db', 'notFound'],
  ['Node.js', 'db', 'connect EHOSTUNREACH 192.0.2.7:80', 'hostUnreachable'],
  ['Apache MINA SSHD', 'db', 'UnresolvedAddressException while opening channel: null', 'notFound'],
  ['Apache MINA SSHD', '127.0.0.1', 'ConnectException: Connection refused', 'refused'],
  ['Apache MINA SSHD', '192.0.2.7', 'NoRouteToHostException: No route to host', 'hostUnreachable'],
  ['Apache MINA SSHD in German', '127.0.0.1', 'Verbindungsaufbau abgelehnt', 'refused'],
  ['Apache MINA SSHD in Chinese', '127.0.0.1', '拒绝连接', 'refused'],
  ['Apache MINA SSHD in French', 'db', 'Nom ou service inconnu', 'notFound'],
  ['Apache MINA SSHD in French', 'db', 'Connexion terminée par expiration du délai d’attente', 'timedOut'],
  ['Apache MINA SSHD in Japanese', 'db', 'ホストへの経路がありません', 'hostUnreachable'],
  ['Rust', '127.0.0.1', 'Connection refused (os error 111)', 'refused'],
  ['Rust', 'db', 'failed to lookup address information: Name or service not known', 'notFound'],
  ['Rust on Windows in a language that is not known', '127.0.0.1', 'Nu merge. (os error 10061)', 'refused'],
  [
    'Bitvise',
    'db',
    'Unable to connect to db:1 from 0.0.0.0: Windows error 10061: No connection could be made because the target machine actively refused it.',
    'refused',
  ],
  ['Bitvise', 'db', 'getaddrinfo() failed. Windows error 11001: No such host is known.', 'notFound'],
  ['Microsoft Windows, by number only', 'db', 'WSAENETUNREACH (10051)', 'networkUnreachable'],
  ['Microsoft Windows, by number only', 'db', 'socket error: 10065', 'hostUnreachable'],
  [
    'Microsoft Windows in German',
    'db',
    'Es konnte keine Verbindung hergestellt werden, da der Zielcomputer die Verbindung verweigerte.',
    'refused',
  ],
  ['Twisted', '127.0.0.1', 'Connection was refused by other side: 111: Connection refused.', 'refused'],
  ['Twisted', 'db', 'DNS lookup failed: no results for hostname lookup: db.', 'notFound'],
  // Nothing that is known.
  ['Paramiko, seen', 'db', '', 'other'],
  ['OpenSSH', 'db', 'open failed', 'other'],
  ['OpenSSH', 'db', 'Permission denied', 'other'],
  ['any', 'db', 'The administrator refused your request', 'other'],
  // What the target is called is no reason.
  ['any', 'timed-out.example.org', 'Failed to connect to timed-out.example.org', 'other'],
  ['any', 'unknown-host.example.org', 'unknown-host.example.org: Connection refused', 'refused'],
  ['any', '192.0.2.7', 'dial tcp 192.0.2.7:10061: connect: permission denied', 'other'],
  ['any', 'host', 'No route to host', 'hostUnreachable'],
];

describe('the words of a server that could not connect to a target', () => {
  for (const [server, target, text, failure] of rows) {
    it(`are understood as "${failure}": ${server}, "${text}"`, () =>
      assert.equal(readTargetFailure(text, target), failure));
  }

  for (const [server, words] of Object.entries(wordsByServer)) {
    it(`are found for each entry of the table, in lower case: ${server}`, () => {
      for (const [failure, parts] of Object.entries(words)) {
        for (const part of parts) {
          assert.equal(readTargetFailure(part.toUpperCase(), 'db'), failure, part);
          assert.equal(part, part.toLowerCase());
        }
      }
    });
  }
});
