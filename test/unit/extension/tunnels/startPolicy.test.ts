// Which tunnels may run, and which start automatically: the table of autoStart, trust and consent.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { permissionFor, startsAutomatically, subjectOf } from '../../../../src/extension/tunnels/startPolicy';
import type { Candidate, PermissionContext } from '../../../../src/extension/tunnels/startPolicy';
import type { TunnelEntry } from '../../../../src/tunnels/config/definition';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';

function entry(value: object = {}): TunnelEntry {
  const parsed = parseTunnel('t', { host: 'h', localForward: '8080:web:80', ...value }, 'user');
  assert.ok('entry' in parsed);
  return parsed.entry;
}

function candidate(change: Partial<Candidate> = {}): Candidate {
  const what = { origin: 'workspace', entry: entry(), ...change } as const;
  return {
    ...what,
    name: 't',
    subject: subjectOf(what),
    consent: undefined,
    stopped: false,
    disabled: false,
    ...change,
  };
}

const here: PermissionContext = { trusted: true, remote: false, autoStart: 'ask' };
const wide = entry({ localForward: '*:8080:web:80' });

function consentTo(what: TunnelEntry, origin: Candidate['origin'] = 'workspace'): Candidate['consent'] {
  return { subject: subjectOf({ origin, entry: what }), hash: 'abc', lines: [] };
}
const programs = entry({ x11Programs: { Clock: 'xclock' } });
const programsOnly = entry({ localForward: [], x11Programs: { Clock: 'xclock' } });

describe('consent to a tunnel', () => {
  for (const autoStart of ['ask', 'on'] as const) {
    it(`says where socket paths may lead, with autoStart "${autoStart}"`, () => {
      const socketLinks = [{ path: '/shop/a', real: '/tmp/a' }];
      const consent = { subject: '', ...consentTo(entry()), hash: 'abc', lines: [], socketLinks };
      const given = permissionFor(candidate({ consent }), { ...here, autoStart });
      assert.ok(given.granted);
      assert.deepEqual(given.socketLinks, socketLinks);
      const other = permissionFor(candidate({ consent: { ...consent, subject: 'other' } }), {
        ...here,
        autoStart: 'on',
      });
      assert.ok(other.granted);
      assert.equal(other.socketLinks, undefined);
    });
  }

  const rows: readonly [string, Partial<Candidate>, Partial<PermissionContext>, string][] = [
    ["is not needed for a user's tunnel", { origin: 'user' }, {}, 'granted'],
    [
      "is not needed for a user's tunnel in an untrusted workspace",
      { origin: 'user' },
      { trusted: false },
      'granted',
    ],
    ['is needed for a workspace tunnel', {}, {}, 'consent'],
    ['is needed for a folder tunnel', { origin: 'folder' }, {}, 'consent'],
    [
      'is not asked for in an untrusted workspace, even with autoStart "on"',
      {},
      { trusted: false, autoStart: 'on' },
      'trust',
    ],
    [
      'is void while the workspace is untrusted',
      { consent: consentTo(entry()) },
      { trusted: false },
      'trust',
    ],
    ['is not needed for a workspace tunnel with autoStart "on"', {}, { autoStart: 'on' }, 'granted'],
    ['is needed for a workspace tunnel with autoStart "off"', {}, { autoStart: 'off' }, 'consent'],
    ['permits the tunnel it was given to', { consent: consentTo(entry()) }, {}, 'granted with abc'],
    [
      'is needed again when the target has changed',
      { consent: consentTo(entry({ localForward: '8080:other:80' })) },
      {},
      'consent',
    ],
    [
      'stays valid when a label has changed',
      { consent: consentTo(entry({ localForward: { listen: 8080, target: 'web:80', label: 'Web' } })) },
      {},
      'granted with abc',
    ],
    [
      'stays valid when a time-out has changed',
      { consent: consentTo(entry({ connectTimeout: 3 })) },
      {},
      'granted with abc',
    ],
    [
      'is needed again when an X11 program has changed',
      { entry: programs, consent: consentTo(entry({ x11Programs: { Clock: 'xeyes' } })) },
      {},
      'consent',
    ],
    [
      'is needed again when autoStart was turned on in a workspace tunnel',
      { consent: consentTo(entry({ autoStart: false })) },
      {},
      'consent',
    ],
    [
      "stays valid when autoStart was turned on in a user's tunnel",
      { origin: 'user', entry: wide, consent: consentTo({ ...wide, autoStart: false }, 'user') },
      {},
      'granted with abc',
    ],
    [
      'is needed for an X11 program of a workspace, even with autoStart "on"',
      { entry: programs },
      { autoStart: 'on' },
      'consent',
    ],
    [
      "is not needed for an X11 program of a user's tunnel",
      { entry: programs, origin: 'user' },
      {},
      'granted',
    ],
    [
      'is needed for a workspace tunnel that listens on the network, even with autoStart "on"',
      { entry: wide },
      { autoStart: 'on' },
      'consent',
    ],
    [
      "is needed for a user's tunnel that listens on the network",
      { entry: wide, origin: 'user' },
      {},
      'consent',
    ],
    [
      "given once permits a user's tunnel that listens on the network",
      { entry: wide, origin: 'user', consent: consentTo(wide, 'user') },
      { autoStart: 'on' },
      'granted with abc',
    ],
  ];
  for (const [title, who, where, expected] of rows) {
    it(title, () => {
      const permission = permissionFor(candidate(who), { ...here, ...where });
      const verdict = permission.granted
        ? `granted${permission.consent === undefined ? '' : ` with ${permission.consent}`}`
        : permission.need;
      assert.equal(verdict, expected);
    });
  }
});

describe('automatic start', () => {
  const rows: readonly [Partial<Candidate>, Partial<PermissionContext>, boolean][] = [
    [{ origin: 'user' }, {}, true],
    [{ origin: 'user' }, { autoStart: 'on' }, true],
    [{ origin: 'user' }, { autoStart: 'off' }, false],
    [{ origin: 'user' }, { remote: true }, false],
    [{ origin: 'user', entry: entry({ runIn: 'everywhere' }) }, { remote: true }, true],
    [{ origin: 'user', entry: entry({ autoStart: false }) }, {}, false],
    [{ origin: 'user', stopped: true }, {}, false],
    [{}, {}, true],
    [{}, { remote: true }, true],
    [{}, { autoStart: 'on' }, true],
    [{}, { autoStart: 'off' }, false],
    [{ entry: entry({ autoStart: false }) }, { autoStart: 'on' }, false],
    [{ stopped: true }, { autoStart: 'on' }, false],
    [{ entry: programs }, { autoStart: 'on' }, true],
    [{ entry: programsOnly }, { autoStart: 'on' }, false],
    [{ entry: programsOnly, origin: 'user' }, {}, false],
  ];
  for (const [who, where, expected] of rows) {
    const { origin, entry: what, stopped } = candidate(who);
    const title = [
      `a ${origin} tunnel`,
      ...(stopped ? ['stopped by the user,'] : []),
      ...(what === programs ? ['with a program and a forward,'] : []),
      ...(what === programsOnly ? ['with a program only,'] : []),
      `with autoStart ${String(what.autoStart)} and runIn ${what.runIn ?? 'not set'},`,
      `in a window with ${JSON.stringify({ ...here, ...where })}`,
    ];
    it(`${expected ? 'includes' : 'leaves out'} ${title.join(' ')}`, () => {
      assert.equal(startsAutomatically(candidate(who), { ...here, ...where }), expected);
    });
  }
});
