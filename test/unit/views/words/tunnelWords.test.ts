// The text of a tunnel in its row and for a screen reader.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import type { TunnelState } from '../../../../src/tunnels/model/state';
import {
  describeCompression,
  describeOrigin,
  describeRetry,
  describeTunnel,
  needsAttention,
  speakTunnel,
} from '../../../../src/views/words/tunnelWords';
import {
  blocked,
  broken,
  connecting,
  waitingFor,
  ended,
  error,
  everyState,
  failed,
  failedForward,
  forward,
  listening,
  local,
  now,
  program,
  running,
  stopped,
  tunnel,
  up,
  upAgain,
  waiting,
  wide,
} from '../snapshots';

const open = forward(local('Database'), listening());
/** What a newer daemon may report. */
const fromNewerBuild = { ...waitingFor('device'), waitsFor: 'retina scan' } as unknown as TunnelState;
const viaBastion = tunnel(connecting({ phase: 'hostKey' }));
const withJump: TunnelSnapshot = {
  ...viaBastion,
  entry: viaBastion.entry && {
    ...viaBastion.entry,
    definition: { ...viaBastion.entry.definition, proxyJump: [{ host: 'bastion' }] },
  },
};

describe('the row of a tunnel', () => {
  const cases: readonly [snapshot: TunnelSnapshot, words: string][] = [
    [tunnel(stopped), 'stopped'],
    [tunnel({ status: 'idle' }), 'ready: connects on first use'],
    [tunnel({ status: 'idle' }, { forwards: [wide] }), 'ready: connects on first use · open to the network'],
    [tunnel(blocked('trust')), 'needs a trusted workspace'],
    [tunnel(blocked('consent')), 'needs your consent'],
    [tunnel(blocked('password')), 'needs your password'],
    [tunnel(blocked('passphrase')), 'needs your passphrase'],
    [tunnel(blocked('code')), 'needs a one-time code'],
    [tunnel(blocked('hostKey')), 'unknown host key'],
    [tunnel(connecting({ phase: 'resolve' })), 'connecting: reading the SSH config'],
    [tunnel(connecting()), 'connecting: reaching the server'],
    [tunnel(connecting({ phase: 'auth', attempt: 3 })), 'connecting: signing in (attempt 3)'],
    [tunnel(connecting({ phase: 'forwards' })), 'connecting: opening the forwards'],
    [tunnel(connecting({ asking: true })), 'connecting: waiting for your answer'],
    [tunnel(connecting({ proxyCommand: [] })), 'connecting: waiting for the ProxyCommand'],
    [tunnel(waitingFor('device')), 'waiting for approval on another device'],
    [tunnel(waitingFor('agent')), 'waiting for your SSH agent'],
    [{ ...withJump, state: waitingFor('device') }, 'waiting for approval on another device, for bastion'],
    [tunnel(fromNewerBuild), 'connecting: signing in'],
    [withJump, 'connecting: checking the host key of bastion'],
    [{ ...withJump, state: connecting({ phase: 'auth', hop: 1 }) }, 'connecting: signing in'],
    [tunnel(up), 'up'],
    [tunnel(up, { forwards: [open] }), 'up · 1 forward'],
    [tunnel(up, { forwards: [open, wide] }), 'up · open to the network · 2 forwards'],
    [tunnel(up, { forwards: [open, failedForward] }), 'up · 1 of 2 forwards failed'],
    [tunnel(upAgain), 'up again, but it was lost soon before'],
    [tunnel(waiting), 'connection refused · retrying'],
    [tunnel(failed), 'connection refused'],
    [tunnel(up, { forwards: [failedForward] }), 'port 5432 in use'],
    [tunnel(up, { forwards: [failedForward, failedForward] }), 'connected, but no port is open'],
    [tunnel({ status: 'failed', error: error('a\u001b[31m\nb') }), 'invalid configuration'],
    [broken, '2 problems in its settings'],
    [tunnel({ status: 'stopping' }), 'stopping'],
    [tunnel(stopped, { programs: [program()] }), 'connects when a program runs'],
    [tunnel(stopped, { programs: [program()], forwards: [open] }), 'stopped'],
    [tunnel(up, { programs: [program(running()), program(ended())] }), 'up · 1 program running'],
  ];
  for (const [snapshot, words] of cases) {
    const { state, forwards, programs } = snapshot;
    const parts = [forwards.length > 0 ? ['forwards'] : [], programs.length > 0 ? ['programs'] : []].flat();
    const having = parts.length > 0 ? ` with ${parts.join(' and ')}` : '';
    it(`says "${words}" when ${state.status}${having}`, () => assert.equal(describeTunnel(snapshot), words));
  }
});

describe('the text about compression', () => {
  const cases: readonly [received: [number, number], sent: [number, number], words: string][] = [
    [[12e6, 1.1e6], [34e3, 30e3], '12 MB received as 1.1 MB, 34 kB sent as 30 kB; 91% saved.'],
    [[1000, 1040], [0, 0], '1.0 kB received as 1.0 kB, 0 B sent as 0 B; 4% larger than without compression.'],
  ];
  for (const [received, sent, words] of cases) {
    it(`is "${words}"`, () => {
      const [fromServer, toServer] = [received, sent].map(([plain, wire]) => ({ plain, wire }));
      assert.ok(fromServer && toServer);
      assert.equal(describeCompression({ compression: { received: fromServer, sent: toServer } }), words);
    });
  }

  it('is missing without compression', () => assert.equal(describeCompression({}), undefined));
});

describe('the countdown to a retry', () => {
  const cases: readonly [retryIn: number, attempt: number, words: string][] = [
    [3200, 2, 'retrying in 4 s'],
    [90_000, 1, 'retrying in 1 min 30 s'],
    [0, 4, 'retrying now'],
    [-100, 4, 'retrying now'],
  ];
  for (const [retryIn, attempt, words] of cases) {
    it(`says "${words}" when ${retryIn} ms are left`, () => {
      const state = {
        status: 'waiting',
        attempt,
        retryAt: now + retryIn,
        error: error('It went wrong.'),
      } as const;
      assert.equal(describeRetry(state, now), words);
    });
  }
});

describe('the origin of a tunnel', () => {
  it('is named in short', () => {
    assert.equal(describeOrigin({ origin: 'user' }), 'user');
    assert.equal(describeOrigin({ origin: 'workspace' }), 'workspace');
    assert.equal(describeOrigin({ origin: 'folder', folder: 'back\u202eend' }), 'backend');
    assert.equal(describeOrigin({ origin: 'sshConfig' }), 'SSH config');
  });
  it('begins with "folder" when the folder has the name of another origin', () => {
    for (const folder of ['user', 'User', 'workspace', 'SSH config', 'us\u200ber']) {
      assert.match(describeOrigin({ origin: 'folder', folder }), /^folder /);
    }
  });
});

describe('the screen reader text of a tunnel', () => {
  const cases: readonly [snapshot: TunnelSnapshot, words: string][] = [
    [tunnel(up, { forwards: [open] }), 'Tunnel staging from the workspace settings. Up, 1 forward.'],
    [
      tunnel(failed, { origin: 'user' }),
      'Tunnel staging from your user settings. Failed: staging:22 refused the connection: no SSH server listens there. Check the host and the port, and that the SSH server is running.',
    ],
    [
      tunnel(blocked('consent'), { origin: 'folder', folder: 'backend' }),
      'Tunnel staging from the settings of folder backend. Needs your consent. "staging" isn\'t allowed to start yet. Review what it opens and allow it.',
    ],
    [broken, 'Tunnel broken from the workspace settings. 2 problems in its settings.'],
  ];
  for (const [snapshot, words] of cases) {
    it(`is "${words}"`, () => assert.equal(speakTunnel(snapshot), words));
  }

  it('is whole sentences in every state', () => {
    for (const snapshot of everyState) {
      assert.match(speakTunnel(snapshot), /^Tunnel .*\. [A-Z0-9].*[.?!]$/);
    }
  });
});

describe('a tunnel', () => {
  it('needs attention only when failed, blocked, degraded, or waiting for a person elsewhere', () => {
    const wanting = everyState.filter(needsAttention).map(describeTunnel);
    assert.deepEqual(wanting, [
      'needs a trusted workspace',
      'needs your consent',
      'needs your password',
      'needs your passphrase',
      'needs a one-time code',
      'unknown host key',
      'waiting for approval on another device',
      'waiting for your SSH agent',
      'up · 1 of 2 forwards failed',
      'up again, but it was lost soon before',
      'connection refused',
      '2 problems in its settings',
    ]);
  });

  it('needs attention after three failed attempts, and while it connects again', () => {
    const states = [
      { ...waiting, attempt: 2 },
      connecting({ attempt: 3 }),
      { ...waiting, attempt: 3 },
      connecting({ attempt: 4 }),
    ];
    assert.deepEqual(
      states.map((state) => needsAttention(tunnel(state))),
      [false, false, true, true],
    );
  });
});
