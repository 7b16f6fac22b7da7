// Who may run and who starts by itself: the table of autoStart, trust and consent.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { permissionFor, startsByItself, subjectOf } from '../../../../src/extension/tunnels/permission';
import type { Candidate, Surroundings } from '../../../../src/extension/tunnels/permission';
import type { TunnelEntry } from '../../../../src/tunnels/config/definition';
import { parseTunnel } from '../../../../src/tunnels/config/parseTunnel';

function entry(value: object = {}): TunnelEntry {
  const parsed = parseTunnel('t', { host: 'h', localForward: '8080:web:80', ...value });
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

const here: Surroundings = { trusted: true, remote: false, autoStart: 'ask' };
const wide = entry({ localForward: '*:8080:web:80' });

function consentTo(what: TunnelEntry, origin: Candidate['origin'] = 'workspace'): Candidate['consent'] {
  return { subject: subjectOf({ origin, entry: what }), hash: 'abc', lines: [] };
}
const programs = entry({ x11Programs: { Clock: 'xclock' } });
const programsOnly = entry({ localForward: [], x11Programs: { Clock: 'xclock' } });

describe('permission', () => {
  const rows: readonly [string, Partial<Candidate>, Partial<Surroundings>, string][] = [
    ["a user's tunnel needs none", { origin: 'user' }, {}, 'granted'],
    ["a user's tunnel needs none in an untrusted folder", { origin: 'user' }, { trusted: false }, 'granted'],
    ['a workspace is asked about', {}, {}, 'consent'],
    ['a folder is asked about', { origin: 'folder' }, {}, 'consent'],
    ['an untrusted workspace has no chance', {}, { trusted: false, autoStart: 'on' }, 'trust'],
    ['nor with a consent of a trusted day', { consent: consentTo(entry()) }, { trusted: false }, 'trust'],
    ['"on" waives the question', {}, { autoStart: 'on' }, 'granted'],
    ['"off" does not', {}, { autoStart: 'off' }, 'consent'],
    ['a consent is kept', { consent: consentTo(entry()) }, {}, 'granted with abc'],
    [
      'a changed target needs another',
      { consent: consentTo(entry({ localForward: '8080:other:80' })) },
      {},
      'consent',
    ],
    [
      'a changed label does not',
      { consent: consentTo(entry({ localForward: { listen: 8080, target: 'web:80', label: 'Web' } })) },
      {},
      'granted with abc',
    ],
    [
      'a changed time-out does not',
      { consent: consentTo(entry({ connectTimeout: 3 })) },
      {},
      'granted with abc',
    ],
    [
      'another program needs another',
      { entry: programs, consent: consentTo(entry({ x11Programs: { Clock: 'xeyes' } })) },
      {},
      'consent',
    ],
    ['to start by itself needs another', { consent: consentTo(entry({ autoStart: false })) }, {}, 'consent'],
    [
      'but not where the user has it do so',
      { origin: 'user', entry: wide, consent: consentTo({ ...wide, autoStart: false }, 'user') },
      {},
      'granted with abc',
    ],
    ['a program is confirmed even with "on"', { entry: programs }, { autoStart: 'on' }, 'consent'],
    ["a program of the user's own is their word", { entry: programs, origin: 'user' }, {}, 'granted'],
    ['a wide bind is confirmed even with "on"', { entry: wide }, { autoStart: 'on' }, 'consent'],
    ["a user's own wide bind is confirmed too", { entry: wide, origin: 'user' }, {}, 'consent'],
    [
      'once',
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

describe('starting by itself', () => {
  const rows: readonly [Partial<Candidate>, Partial<Surroundings>, boolean][] = [
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
      origin,
      `autoStart ${String(what.autoStart)}`,
      stopped ? 'stopped' : '',
      what === programs ? 'with a program' : what === programsOnly ? 'for a program' : '',
      JSON.stringify(where),
    ];
    it(`${title.join(' ')} → ${String(expected)}`, () => {
      assert.equal(startsByItself(candidate(who), { ...here, ...where }), expected);
    });
  }
});
