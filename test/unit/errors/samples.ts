// An error of every code and of every kind that it has, with what its message must name.
import type {
  CertificateFacts,
  CertificateProblem,
} from '../../../src/tunnels/errors/ssh/hostKeys/hostCertificate';
import type { KeyProblem } from '../../../src/tunnels/errors/ssh/keys/keyProblem';
import type { TunnelError, TunnelErrorCode } from '../../../src/tunnels/errors/errors';

/** The error, and the host, port, file or the like at fault. */
export type Sample<C extends TunnelErrorCode = TunnelErrorCode> = readonly [
  error: Extract<TunnelError, { readonly code: C }>,
  ...named: readonly string[],
];

const address = { host: 'db.example.org', port: 2022 };
const shown = 'db.example.org:2022';
const host = 'bastion';
const port = { host: '127.0.0.1', port: 5432 };
const lowPort = { host: '127.0.0.1', port: 80 };
const socket = { path: '/run/db.sock' };
const remotePort = { bind: undefined, port: 9000 };
const remoteAddress = { bind: '192.0.2.1', port: 9000 };
const who = 'me@staging:22';
const key = { type: 'ssh-ed25519', fingerprint: `SHA256:${'a'.repeat(43)}` };
const file = '/home/me/.ssh/id';
const from = { host };
const holder = { tunnel: 'staging' };
const windowHolder = { tunnel: 'staging', window: 'shop' };
const target = { host: 'db', port: 5432 };
const display = ':7';
/** Messages and explanations don't repeat its arguments. */
const command = 'xclock -display hunter2';
const login = { accepts: ['publickey', 'gssapi-with-mic'], accepted: [], problems: [] };
const agent = '/run/agent';
const unreadable = { code: 'KeyUnreadable', file, reason: 'othersCanRead', mode: '0644' } as const;
const keysElsewhere = {
  problem: 'elsewhere',
  keys: ['id_rsa', 'work'],
  agent,
  destination: '[db]:2022',
} as const;
const signingProblems: readonly KeyProblem[] = [
  ...(['agentRefused', 'agentMissing', 'agentGone'] as const).flatMap((problem) =>
    [true, false].map((onSecurityKey) => ({ problem, key: 'id_rsa', agent, onSecurityKey })),
  ),
  { problem: 'agentInvalid', key: 'id_rsa', agent, error: 'it signed with ssh-rsa' },
  { problem: 'mismatch', file },
  { problem: 'notAdmitted', key: 'id_rsa', onSecurityKey: false },
  { problem: 'notAdmitted', key: 'id_rsa', onSecurityKey: true },
  { problem: 'file', error: { code: 'KeyUnsupported', file, defect: 'damaged' } },
];

const certificate: CertificateFacts = {
  keyId: 'db-2026',
  serial: '18446744073709551615',
  principals: ['db.example.org', '*.db.example.org'],
  validAfter: Date.UTC(2025, 0, 1) / 1000,
  validBefore: Date.UTC(2026, 0, 2) / 1000,
  authority: { type: 'ssh-ed25519', fingerprint: `SHA256:${'c'.repeat(43)}` },
};
const certificateProblems: readonly (readonly [CertificateProblem, ...(readonly string[])])[] = [
  [{ kind: 'unknownAuthority' }, certificate.authority.fingerprint],
  [{ kind: 'unknownAuthority', others: { file: '/kh', line: 3 } }, '/kh, line 3', 'SHA256:ccc'],
  [{ kind: 'notForHosts' }, 'for users'],
  [{ kind: 'notYetValid' }, '2025-01-01 00:00 UTC'],
  [{ kind: 'expired' }, '2026-01-02 00:00 UTC'],
  [{ kind: 'noNames' }],
  [{ kind: 'otherNames', name: 'db' }, 'db.example.org, *.db.example.org', 'not for db'],
  [{ kind: 'unknownOptions', options: ['force-command'] }, 'force-command'],
  [{ kind: 'signatureAlgorithm', algorithm: 'ssh-rsa' }, 'signed with ssh-rsa'],
];

export const samples: { readonly [C in TunnelErrorCode]: readonly Sample<C>[] } = {
  HostNotFound: [[{ code: 'HostNotFound', host: 'stagign' }, 'stagign']],
  ConnectionRefused: [[{ code: 'ConnectionRefused', address, detail: 'connect ECONNREFUSED' }, shown]],
  ConnectTimeout: [
    [{ code: 'ConnectTimeout', during: 'tcp', address, seconds: 10 }, shown, '10 s'],
    [{ code: 'ConnectTimeout', during: 'handshake', address, seconds: 10 }, shown, 'handshake'],
    [{ code: 'ConnectTimeout', during: 'proxyCommand', host, seconds: 10 }, host, 'ProxyCommand'],
    [{ code: 'ConnectTimeout', during: 'resolve', host, seconds: 10 }, host],
  ],
  HostUnreachable: [
    [{ code: 'HostUnreachable', reason: 'noRoute', address }, shown],
    [{ code: 'HostUnreachable', reason: 'localNetwork', address }, shown],
    [{ code: 'HostUnreachable', reason: 'bindAddress', from: '10.9.9.9', address }, shown, '10.9.9.9'],
    [{ code: 'HostUnreachable', reason: 'bindInterface', name: 'tun7', address }, shown, 'tun7'],
  ],
  ProxyFailed: [
    ...(
      ['notPermitted', 'refused', 'notFound', 'noRoute', 'timedOut', 'shortage', 'failed', 'closed'] as const
    ).map((reason): Sample<'ProxyFailed'> => [
      { code: 'ProxyFailed', proxy: 'jumpHost', host: 'db:22', jump: 'bastion:22', reason },
      'db:22',
      'bastion:22',
    ]),
    [{ code: 'ProxyFailed', proxy: 'command', host, end: { exitCode: 1 } }, host, 'exit code 1'],
    [
      { code: 'ProxyFailed', proxy: 'command', host, end: { exitCode: 1 }, detail: 'no such host.' },
      host,
      'exit code 1',
      'no such host.',
    ],
    [{ code: 'ProxyFailed', proxy: 'command', host, end: { signal: 'SIGTERM' } }, host, 'SIGTERM'],
    [
      { code: 'ProxyFailed', proxy: 'command', host, end: { signal: 'SIGTERM' }, detail: 'killed' },
      host,
      'killed',
    ],
    [{ code: 'ProxyFailed', proxy: 'command', host, end: { notStarted: 'no shell' } }, host, 'no shell'],
    [{ code: 'ProxyFailed', proxy: 'command', host, end: 'outputClosed' }, host, 'closed the connection'],
    [
      { code: 'ProxyFailed', proxy: 'command', host, end: 'outputClosed', detail: 'a\ntoken expired.' },
      host,
      'closed the connection: token expired.',
    ],
  ],
  NotAnSshServer: [
    [{ code: 'NotAnSshServer', reason: 'otherProtocol', address, detail: 'HTTP/1.1 400' }, shown],
    [
      { code: 'NotAnSshServer', reason: 'violation', host, violation: 'sent more data than allowed' },
      host,
      'sent more data than allowed',
    ],
  ],
  ServerBusy: [
    [{ code: 'ServerBusy', limit: 'nologin', host, detail: 'System is booting up.' }, host],
    [{ code: 'ServerBusy', limit: 'MaxStartups', host }, host, 'MaxStartups'],
    [{ code: 'ServerBusy', limit: 'MaxSessions', host, command }, host, '"xclock"'],
  ],
  AddressPenalised: [[{ code: 'AddressPenalised', host }, host]],
  NoCommonAlgorithm: [
    [{ code: 'NoCommonAlgorithm', reason: 'unknown', host }, host],
    [
      { code: 'NoCommonAlgorithm', reason: 'hostKeyTooShort', host, bits: 768, minimum: 1024 },
      host,
      '768',
      '1024',
    ],
    [
      { code: 'NoCommonAlgorithm', reason: 'config', host, keyword: 'Ciphers', names: ['x'], common: 'y' },
      host,
      'Ciphers',
      'x',
    ],
    ...(['KexAlgorithms', 'HostKeyAlgorithms', 'Ciphers', 'MACs'] as const).flatMap((keyword) =>
      (['here', 'config', 'server'] as const).map((side): Sample<'NoCommonAlgorithm'> => [
        {
          code: 'NoCommonAlgorithm',
          reason: 'server',
          host,
          keyword,
          theirs: ['a', 'b', 'c'],
          more: 2,
          add: { side, algorithm: 'a' },
        },
        host,
        'a, b, c and 2 more',
      ]),
    ),
  ],
  ConnectionLost: [
    [{ code: 'ConnectionLost', kind: 'dropped', host, detail: 'read ECONNRESET' }, host],
    [{ code: 'ConnectionLost', kind: 'lostSoon', host }, host],
    [{ code: 'ConnectionLost', kind: 'lostSoon', host, byServer: true, detail: 'Bye' }, host, '"Bye"'],
    [{ code: 'ConnectionLost', kind: 'closedAtOnce', address }, shown],
    [{ code: 'ConnectionLost', kind: 'dropped', host, byServer: true, detail: 'Bye' }, host, '"Bye"'],
    [{ code: 'ConnectionLost', kind: 'programEnded', host, program: 'Clock' }, host, '"Clock"'],
  ],
  KeepAliveTimeout: [
    [{ code: 'KeepAliveTimeout', host, seconds: 45, neverAnswered: false }, host, '45 s'],
    [{ code: 'KeepAliveTimeout', host, seconds: 60, neverAnswered: true }, host, '60 s', 'no keep-alive'],
  ],
  HostKeyUnknown: [
    ...(['unconfirmed', 'notSaved', 'strict'] as const).map((reason): Sample<'HostKeyUnknown'> => [
      { code: 'HostKeyUnknown', reason, host: '[db]:2022', key },
      '[db]:2022',
      key.fingerprint,
    ]),
    ...(['unconfirmed', 'notSaved', 'strict'] as const).map((reason): Sample<'HostKeyUnknown'> => {
      const authority = { file, line: 3 };
      return [
        { code: 'HostKeyUnknown', reason, host: '[db]:2022', key, authority, dns: true },
        '[db]:2022',
        key.fingerprint,
        `${file}, line 3`,
        'VerifyHostKeyDNS',
      ];
    }),
    ...certificateProblems.map(([problem, ...words]): Sample<'HostKeyUnknown'> => [
      {
        code: 'HostKeyUnknown',
        reason: 'strict',
        host: '[db]:2022',
        key,
        rejected: { facts: certificate, problem },
      },
      '[db]:2022',
      '"db-2026"',
      key.fingerprint,
      ...words,
    ]),
    [
      {
        code: 'HostKeyUnknown',
        reason: 'notAllowed',
        host: 'db',
        key,
        rejected: { facts: certificate, problem: { kind: 'expired' } },
      },
      'HostKeyAlgorithms',
      'expired on 2026-01-02 00:00 UTC',
    ],
    [
      {
        code: 'HostKeyUnknown',
        reason: 'certificateInvalid',
        host: 'db',
        type: 'ssh-rsa-cert-v01@openssh.com',
      },
      'db',
      'ssh-rsa-cert-v01@openssh.com',
    ],
    ...(['fileUnreadable', 'notAFile', 'fileTooLarge', 'notText', 'notRevocationList'] as const).map(
      (reason): Sample<'HostKeyUnknown'> => [{ code: 'HostKeyUnknown', reason, file }, file],
    ),
    [{ code: 'HostKeyUnknown', reason: 'commandFailed', command: '/bin/keys hunter2' }, '"/bin/keys"'],
    [{ code: 'HostKeyUnknown', reason: 'commandRelative', command: 'keys hunter2' }, '"keys"'],
    [{ code: 'HostKeyUnknown', reason: 'commandInvalid', command: '/bin/"keys hunter2' }, '/bin/'],
  ],
  HostKeyChanged: [
    [{ code: 'HostKeyChanged', host: '[db]:2022', key }, '[db]:2022', key.fingerprint],
    [
      { code: 'HostKeyChanged', host: '[db]:2022', key, known: { ...key, file: '/kh', line: 3 } },
      '[db]:2022',
      '/kh, line 3',
    ],
    [
      {
        code: 'HostKeyChanged',
        host: 'db',
        key,
        known: { ...key, file: '/kh', line: 3 },
        rejected: { facts: certificate, problem: { kind: 'expired' } },
      },
      'expired on 2026-01-02',
      '/kh, line 3',
    ],
  ],
  HostKeyRevoked: [
    [{ code: 'HostKeyRevoked', host: 'db', key, file: '/revoked' }, 'db', '/revoked'],
    [{ code: 'HostKeyRevoked', host: 'db', key, file: '/kh', line: 3 }, 'db', '/kh, line 3'],
    ...([undefined, 3] as const).map((line): Sample<'HostKeyRevoked'> => [
      {
        code: 'HostKeyRevoked',
        host: 'db',
        key,
        file: '/kh',
        ...(line === undefined ? {} : { line }),
        certificate: { what: 'authority', facts: certificate },
      },
      'db',
      'revoked authority',
      certificate.authority.fingerprint,
      line === undefined ? '/kh' : '/kh, line 3',
    ]),
    [
      {
        code: 'HostKeyRevoked',
        host: 'db',
        key,
        file: '/krl',
        certificate: { what: 'certificate', facts: certificate },
      },
      'db',
      'serial 18446744073709551615',
      '/krl',
    ],
  ],
  AuthenticationFailed: [
    [
      {
        code: 'AuthenticationFailed',
        reason: 'rejected',
        who,
        tried: [{ key: 'id_ed25519' }, { key: 'id_rsa', inAgent: true }, { method: 'password' }],
        ...login,
      },
      who,
      'id_ed25519, id_rsa (agent), password',
    ],
    [
      {
        code: 'AuthenticationFailed',
        reason: 'rejected',
        who,
        tried: [{ key: 'id_rsa', wrongPassphrase: true }],
        ...login,
        accepted: [{ method: 'password' }],
        problems: [{ code: 'KeyUnreadable', file, reason: 'missing' }],
      },
      who,
      'id_rsa (wrong passphrase)',
    ],
    [
      { code: 'AuthenticationFailed', reason: 'rejected', who, tried: [{ method: 'password' }], ...login },
      who,
    ],
    ...signingProblems.map((problem): Sample<'AuthenticationFailed'> => {
      const tried = [{ key: 'id_rsa', inAgent: true }] as const;
      const problems = [unreadable, problem, keysElsewhere];
      return [{ code: 'AuthenticationFailed', reason: 'rejected', who, tried, ...login, problems }];
    }),
    [
      {
        code: 'AuthenticationFailed',
        reason: 'rejected',
        who,
        tried: [{ key: 'id_rsa' }],
        ...login,
        problems: [unreadable, keysElsewhere],
      },
      who,
      'id_rsa',
    ],
    ...[true, false].map((mayBeLocked): Sample<'AuthenticationFailed'> => {
      const problems = [{ problem: 'noKeys', agent, mayBeLocked } as const];
      return [{ code: 'AuthenticationFailed', reason: 'nothingToTry', who, ...login, problems }, agent];
    }),
    [
      {
        code: 'AuthenticationFailed',
        reason: 'nothingToTry',
        who,
        ...login,
        problems: [unreadable, keysElsewhere],
      },
      agent,
      who,
      'id_rsa, work',
    ],
    [{ code: 'AuthenticationFailed', reason: 'nothingToTry', who, ...login }, who, 'gssapi-with-mic'],
    [{ code: 'AuthenticationFailed', reason: 'nothingToTry', who, ...login, accepts: ['password'] }, who],
    [{ code: 'AuthenticationFailed', reason: 'nothingToTry', who, ...login, accepts: [] }, who],
    ...(['password', 'code'] as const).map((kind): Sample<'AuthenticationFailed'> => [
      {
        code: 'AuthenticationFailed',
        reason: 'rejected',
        who,
        tried: [{ key: 'id_rsa' }, { method: 'password' }],
        ...login,
        wrong: { kind, count: 1 },
      },
      who,
    ]),
    [
      {
        code: 'AuthenticationFailed',
        reason: 'rejected',
        who,
        tried: [{ method: 'keyboard-interactive' }],
        ...login,
        wrong: { kind: 'password', count: 3 },
      },
      who,
      '3 times',
    ],
    [
      {
        code: 'AuthenticationFailed',
        reason: 'rejected',
        who,
        tried: [{ method: 'keyboard-interactive' }],
        ...login,
        wrong: { kind: 'password', count: 3 },
        said: 'Two more failures lock the account.',
      },
      who,
      '"Two more failures lock the account"',
    ],
    [
      {
        code: 'AuthenticationFailed',
        reason: 'rejected',
        who,
        tried: [{ method: 'keyboard-interactive' }],
        ...login,
      },
      who,
    ],
    [
      {
        code: 'AuthenticationFailed',
        reason: 'rejected',
        who,
        tried: [{ key: 'id_rsa' }],
        ...login,
        accepted: [{ key: 'id_rsa' }],
      },
      who,
      'accepted id_rsa',
    ],
  ],
  LoginRefused: [
    [{ code: 'LoginRefused', reason: 'said', who, detail: 'Down until 18:00.' }, who, '"Down until 18:00"'],
    ...(['accountExpired', 'passwordExpired', 'answerTooLate'] as const).map(
      (reason): Sample<'LoginRefused'> => [{ code: 'LoginRefused', reason, who }, who],
    ),
    [
      {
        code: 'LoginRefused',
        reason: 'closed',
        who,
        tried: [{ key: 'id_rsa' }],
        accepted: [],
        mayHaveAskedPerson: false,
      },
      who,
      'id_rsa',
    ],
    [
      {
        code: 'LoginRefused',
        reason: 'closed',
        who,
        tried: [{ key: 'id_rsa' }, { method: 'password' }],
        accepted: [{ method: 'password' }],
        mayHaveAskedPerson: true,
      },
      who,
      'accepted password',
    ],
  ],
  AuthenticationCancelled: [
    [{ code: 'AuthenticationCancelled', needs: 'nothing' }],
    [{ code: 'AuthenticationCancelled', needs: 'hostKey', who }, who],
    [{ code: 'AuthenticationCancelled', needs: 'password', who }, who],
    [{ code: 'AuthenticationCancelled', needs: 'code', who }, who],
    [{ code: 'AuthenticationCancelled', needs: 'again', who }, who],
    [{ code: 'AuthenticationCancelled', needs: 'passphrase', who, keyFile: file }, who, file],
  ],
  TooManyAuthenticationFailures: [
    [{ code: 'TooManyAuthenticationFailures', who, tried: [{ key: 'a' }, { key: 'b' }] }, who, 'a, b'],
  ],
  KeyUnreadable: [
    ...(
      [
        'missing',
        'folder',
        'tooLarge',
        'notAKeyFile',
        'noPermission',
        'noPrivateKey',
        'onlyPublicKey',
      ] as const
    ).map((reason): Sample<'KeyUnreadable'> => [{ code: 'KeyUnreadable', file, reason }, file]),
    [{ code: 'KeyUnreadable', file, reason: 'othersCanRead', mode: '0644' }, file, '0644'],
    [{ code: 'KeyUnreadable', file, reason: 'readError', error: 'no disk' }, file, 'no disk'],
    [{ code: 'KeyUnreadable', file, reason: 'parseError', error: 'no end', accepts: ['publickey'] }, file],
  ],
  KeyUnsupported: [
    ...(
      [
        'empty',
        'publicKey',
        'certificate',
        'pkcs12',
        'der',
        'sshCom',
        'ssh1',
        'jwk',
        'age',
        'openPgp',
        undefined,
      ] as const
    ).map((format): Sample<'KeyUnsupported'> => [
      { code: 'KeyUnsupported', file, defect: 'notAKey', ...(format && { format }) },
      file,
    ]),
    [{ code: 'KeyUnsupported', file, defect: 'onSecurityKey' }, file],
    [{ code: 'KeyUnsupported', file, defect: 'cipher', cipher: 'rot13', format: 'pem' }, file, 'rot13'],
    [{ code: 'KeyUnsupported', file, defect: 'cost', kdf: 'bcrypt', format: 'openssh' }, file, 'bcrypt'],
    [{ code: 'KeyUnsupported', file, defect: 'keyType', type: 'DSA' }, file, 'DSA'],
    [
      { code: 'KeyUnsupported', file, defect: 'puttyFormat', version: '1', encryption: 'rot13' },
      file,
      'rot13',
    ],
    [{ code: 'KeyUnsupported', file, defect: 'rsaTooShort', bits: 768, minimum: 1024 }, file, '768', '1024'],
    [
      { code: 'KeyUnsupported', file, defect: 'rsaTooLong', bits: 32768, maximum: 16384 },
      file,
      '32768',
      '16384',
    ],
    [
      {
        code: 'KeyUnsupported',
        file,
        defect: 'noAlgorithm',
        type: 'ssh-rsa',
        who,
        none: 'sha1',
        add: 'ssh-rsa',
      },
      file,
      who,
      'SHA-1',
    ],
    [
      { code: 'KeyUnsupported', file, defect: 'noAlgorithm', type: 'a', who, none: 'config', add: 'a-sha' },
      file,
      who,
      'a-sha',
    ],
    [{ code: 'KeyUnsupported', file, defect: 'noAlgorithm', type: 'a', who, none: 'server' }, file, who],
    [{ code: 'KeyUnsupported', file, defect: 'damaged' }, file],
    [{ code: 'KeyUnsupported', file, defect: 'damaged', error: 'no end' }, file, 'no end'],
  ],
  AgentUnavailable: [[{ code: 'AgentUnavailable', path: '/agent.sock' }, '/agent.sock']],
  AddressInUse: [
    [{ code: 'AddressInUse', address: port, holder: { kind: 'tunnel', ...holder } }, '5432', '"staging"'],
    [{ code: 'AddressInUse', address: port, holder: { kind: 'tunnel', ...windowHolder } }, '5432', '"shop"'],
    [{ code: 'AddressInUse', address: socket, holder: { kind: 'tunnel', ...holder } }, '/run/db.sock'],
    [{ code: 'AddressInUse', address: socket, holder: { kind: 'tunnel', ...windowHolder } }, '"shop"'],
    [
      { code: 'AddressInUse', address: port, holder: { kind: 'program', name: 'postgres', pid: 612 } },
      '5432',
      'postgres',
      '612',
    ],
    [{ code: 'AddressInUse', address: port, holder: { kind: 'daemon' } }, '5432', 'another tunnel'],
    [{ code: 'AddressInUse', address: port, holder: { kind: 'anotherUser' } }, '5432', 'another user'],
    [{ code: 'AddressInUse', address: port, holder: { kind: 'unknown' } }, '5432'],
    [{ code: 'AddressInUse', address: socket, holder: { kind: 'unknown' } }, '/run/db.sock'],
    [{ code: 'AddressInUse', address: socket, holder: { kind: 'file' } }, '/run/db.sock'],
    [{ code: 'AddressInUse', address: socket, holder: { kind: 'deadSocket' } }, '/run/db.sock'],
  ],
  AddressNotAvailable: [
    [{ code: 'AddressNotAvailable', reason: 'notOurs', address: { host: '10.9.9.9', port: 1 } }, '10.9.9.9'],
    [{ code: 'AddressNotAvailable', reason: 'system', address: port, systemCode: 'EMFILE' }, '5432'],
    [
      { code: 'AddressNotAvailable', reason: 'system', address: socket, systemCode: 'ENFILE' },
      '/run/db.sock',
    ],
    [{ code: 'AddressNotAvailable', reason: 'folderMissing', address: socket }, '/run/db.sock', '/run '],
    [{ code: 'AddressNotAvailable', reason: 'pathTooLong', address: socket, length: 200 }, '/run', '200'],
    [
      {
        code: 'AddressNotAvailable',
        reason: 'pathTooLong',
        address: { path: `/${'x'.repeat(4e3)}` },
        length: 4001,
      },
      '/xxx',
      '4001',
    ],
  ],
  PortPermissionDenied: [
    [{ code: 'PortPermissionDenied', reason: 'permission', address: lowPort }, '127.0.0.1:80', '1024'],
    [{ code: 'PortPermissionDenied', reason: 'permission', address: port }, '127.0.0.1:5432'],
    [{ code: 'PortPermissionDenied', reason: 'permission', address: socket }, '/run/db.sock'],
    [
      { code: 'PortPermissionDenied', reason: 'reserved', address: port, range: { from: 5000, to: 6000 } },
      '127.0.0.1:5432',
      '5000 to 6000',
    ],
  ],
  RemoteListenRefused: [
    ...(['unknown', 'unexplained', 'noAnswer', 'stillUsed', 'program', 'silent'] as const).flatMap(
      (reason): readonly Sample<'RemoteListenRefused'>[] => [
        [{ code: 'RemoteListenRefused', reason, host, listen: remotePort }, host, 'port 9000'],
        [{ code: 'RemoteListenRefused', reason, host, listen: remoteAddress }, host, '192.0.2.1:9000'],
        [{ code: 'RemoteListenRefused', reason, host, listen: socket }, host, '/run/db.sock'],
      ],
    ),
    [
      { code: 'RemoteListenRefused', reason: 'unknown', host, listen: { bind: undefined, port: 80 } },
      host,
      'port 80',
      '1024',
    ],
    [{ code: 'RemoteListenRefused', reason: 'unknown', host, listen: { bind: '*', port: 80 } }, host, '*:80'],
    ...(['unknown', 'unexplained'] as const).map((reason): Sample<'RemoteListenRefused'> => [
      { code: 'RemoteListenRefused', reason, host, listen: { bind: '192.0.2.1', port: 0 } },
      host,
      'any port of 192.0.2.1',
    ]),
    ...[holder, windowHolder].flatMap((tunnel): readonly Sample<'RemoteListenRefused'>[] => [
      [{ code: 'RemoteListenRefused', reason: 'tunnel', host, listen: remotePort, holder: tunnel }, '9000'],
      [
        { code: 'RemoteListenRefused', reason: 'tunnel', host, listen: socket, holder: tunnel },
        '/run/db.sock',
      ],
    ]),
  ],
  ForwardingDisabled: [
    [{ code: 'ForwardingDisabled', what: 'channels', host }, host],
    [{ code: 'ForwardingDisabled', what: 'allListeners', host, listen: remotePort }, host, 'ports'],
    [{ code: 'ForwardingDisabled', what: 'allListeners', host, listen: socket }, host, 'sockets'],
    [{ code: 'ForwardingDisabled', what: 'oneListener', host, listen: remotePort }, host, 'port 9000'],
    [
      { code: 'ForwardingDisabled', what: 'oneListener', host, listen: remoteAddress },
      host,
      '192.0.2.1:9000',
    ],
    [{ code: 'ForwardingDisabled', what: 'oneListener', host, listen: socket }, host, '/run/db.sock'],
    [{ code: 'ForwardingDisabled', what: 'unsupported', host, listen: remotePort }, host, 'port 9000'],
    [
      { code: 'ForwardingDisabled', what: 'unsupported', host, listen: { bind: '*', port: 0 } },
      host,
      'any port',
    ],
    [{ code: 'ForwardingDisabled', what: 'unsupported', host, listen: socket }, host, '/run/db.sock'],
    [{ code: 'ForwardingDisabled', what: 'portNotReported', host, listen: { bind: '*', port: 0 } }, host],
  ],
  TargetNotPermitted: [
    [{ code: 'TargetNotPermitted', by: 'server', target, host }, 'db:5432', host],
    [{ code: 'TargetNotPermitted', by: 'server', target: socket, host }, '/run/db.sock', host],
    [
      { code: 'TargetNotPermitted', by: 'server', target, host, detail: 'no forwards here' },
      'it reports "no forwards here"',
    ],
    [
      { code: 'TargetNotPermitted', by: 'PermitRemoteOpen', target, host: 'web' },
      'db:5432',
      'PermitRemoteOpen',
    ],
  ],
  TargetRefused: [
    [{ code: 'TargetRefused', target, from, detail: 'Connection refused' }, 'db:5432', host],
    [{ code: 'TargetRefused', target, from: 'thisMachine' }, 'db:5432', 'this machine'],
  ],
  TargetNotFound: [
    [{ code: 'TargetNotFound', target, from }, 'db:5432', host],
    [{ code: 'TargetNotFound', target, from: 'thisMachine' }, 'db:5432', 'This machine'],
  ],
  TargetUnreachable: [
    [{ code: 'TargetUnreachable', target, from, cause: 'timedOut' }, 'db:5432', host],
    [{ code: 'TargetUnreachable', target, from: 'thisMachine', cause: 'other' }, 'db:5432', 'This machine'],
    [{ code: 'TargetUnreachable', target, from, cause: 'other' }, 'db:5432', host],
    [
      { code: 'TargetUnreachable', target, from, cause: 'other', detail: 'out of cheese' },
      'db:5432',
      host,
      '"out of cheese"',
    ],
    [{ code: 'TargetUnreachable', target: socket, from, cause: 'socket' }, '/run/db.sock', host],
    [{ code: 'TargetUnreachable', target: socket, from: 'thisMachine', cause: 'socket' }, '/run/db.sock'],
  ],
  ServerLimit: [
    [{ code: 'ServerLimit', target, host }, host, 'db:5432'],
    [{ code: 'ServerLimit', target: socket, host, detail: 'no more' }, host, '/run/db.sock'],
  ],
  X11Disabled: [
    [{ code: 'X11Disabled', by: 'server', host }, host],
    [{ code: 'X11Disabled', by: 'key', host }, host, 'key'],
  ],
  XauthMissing: [
    [{ code: 'XauthMissing', side: 'server', host }, host],
    [{ code: 'XauthMissing', side: 'here', program: '/opt/xauth' }, '/opt/xauth'],
  ],
  NoDisplay: [
    [{ code: 'NoDisplay', reason: 'none', platform: 'linux' }, 'DISPLAY'],
    [{ code: 'NoDisplay', reason: 'none', platform: 'darwin' }, 'Mac'],
    [{ code: 'NoDisplay', reason: 'none', platform: 'win32' }, 'X server'],
    [{ code: 'NoDisplay', reason: 'invalid', display }, '":7"'],
    [{ code: 'NoDisplay', reason: 'unreachable', display }, '":7"'],
    [{ code: 'NoDisplay', reason: 'noNestedServer' }, 'Xephyr'],
    [{ code: 'NoDisplay', reason: 'nestedServerEnded', program: 'Xnest' }, 'Xnest'],
    [{ code: 'NoDisplay', reason: 'closed', program: 'Clock', display }, '"Clock"', '":7"'],
  ],
  DisplayRefused: [
    [{ code: 'DisplayRefused', refuses: 'everyone', display }, '":7"'],
    [{ code: 'DisplayRefused', refuses: 'untrusted', display }, '":7"'],
  ],
  ProgramNotFound: [[{ code: 'ProgramNotFound', host, command }, host, '"xclock"']],
  ProgramFailed: [
    [
      { code: 'ProgramFailed', host, command, end: { exitCode: 3 }, detail: 'no fonts' },
      host,
      '"xclock"',
      '3',
    ],
    [{ code: 'ProgramFailed', host, command, end: { signal: 'SEGV' } }, host, '"xclock"', 'SEGV'],
    [{ code: 'ProgramFailed', host, command, end: 'unknown' }, host, '"xclock"'],
    [{ code: 'ProgramFailed', host, command, end: 'notStarted' }, host, '"xclock"'],
  ],
  InvalidDefinition: [
    [
      {
        code: 'InvalidDefinition',
        problem: { text: 'The ProxyJump of {host} is invalid.', args: { host: { text: '"a"' } } },
        nextStep: { text: 'Fix it.' },
      },
      '"a"',
    ],
  ],
  ConsentNeeded: [
    [{ code: 'ConsentNeeded', reason: 'new', name: 'staging' }, '"staging"'],
    [{ code: 'ConsentNeeded', reason: 'changed', name: 'staging' }, '"staging"'],
    [{ code: 'ConsentNeeded', reason: 'disabled', name: 'staging' }, '"staging"'],
    [
      {
        code: 'ConsentNeeded',
        reason: 'socketMoved',
        name: 'staging',
        path: '/shop/a.sock',
        allowed: '/shop/run/a.sock',
        real: '/run/docker.sock',
      },
      '/run/docker.sock',
    ],
    [
      {
        code: 'ConsentNeeded',
        reason: 'socketMoved',
        name: 'staging',
        path: '/shop/a.sock',
        allowed: undefined,
        real: '/run/docker.sock',
      },
      '/run/docker.sock',
    ],
  ],
  WorkspaceUntrusted: [[{ code: 'WorkspaceUntrusted', name: 'staging' }, '"staging"']],
  DaemonLost: [
    [{ code: 'DaemonLost', reason: 'ended', detail: 'ENOSPC' }],
    [{ code: 'DaemonLost', reason: 'takenOver', name: 'staging' }, '"staging"'],
    [{ code: 'DaemonLost', reason: 'folderTaken', folder: '/tmp/ssh-tunnels-1000' }, '/tmp/ssh-tunnels-1000'],
    [{ code: 'DaemonLost', reason: 'notAFolder', path: '/tmp/ssh-tunnels-1000' }, '/tmp/ssh-tunnels-1000'],
    [
      {
        code: 'DaemonLost',
        reason: 'folderUnusable',
        folder: '/run/user/7/ssh-tunnels',
        systemCode: 'EACCES',
      },
      '/run/user/7/ssh-tunnels',
    ],
    [
      {
        code: 'DaemonLost',
        reason: 'folderUnusable',
        folder: '/run/user/7/ssh-tunnels',
        systemCode: 'ENOSPC',
      },
      '/run/user/7/ssh-tunnels',
    ],
    [
      {
        code: 'DaemonLost',
        reason: 'folderUnusable',
        folder: '/run/user/7/ssh-tunnels',
        systemCode: 'EROFS',
      },
      '/run/user/7/ssh-tunnels',
    ],
  ],
};
