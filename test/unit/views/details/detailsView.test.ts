// The details of a tunnel: what they show, and what their buttons do.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { addressInUse } from '../../../../src/tunnels/errors/forwards/addressInUse';
import { targetRefused } from '../../../../src/tunnels/errors/forwards/target';
import { hostKeyChanged } from '../../../../src/tunnels/errors/ssh/hostKeys/hostKey';
import { authenticationFailed } from '../../../../src/tunnels/errors/ssh/auth';
import { programNotFound } from '../../../../src/tunnels/errors/forwards/program';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import { pageHtml, readPageMessage } from '../../../../src/views/webview/pageHtml';
import { detailsOf, detailsOfRemovedTunnel } from '../../../../src/views/details/detailsView';
import type { Details } from '../../../../src/views/details/detailsView';
import { step } from '../../../support/step';
import {
  broken,
  connecting,
  cutOff,
  ended,
  everyState,
  forward,
  listening,
  local,
  now,
  program,
  programFailure,
  running,
  tunnel,
  up,
  waiting,
  waitingFor,
} from '../snapshots';

function detailsFor(snapshot: TunnelSnapshot): Details {
  return detailsOf(snapshot, { now, platform: 'linux', locale: 'en-GB' });
}
const labels = (buttons: readonly { readonly label: string }[]): string[] =>
  buttons.map(({ label }) => label);
const portInUse = forward(local('Database'), {
  status: 'failed',
  error: addressInUse({ host: '127.0.0.1', port: 5432 }, { kind: 'program', name: 'postgres', pid: 612 }),
});
const refused = forward(
  local('Web'),
  listening({
    lastError: targetRefused({ host: 'web', port: 80 }, { host: 'bastion' }, 'Connection refused'),
    lastErrorAt: now - 185_000,
  }),
);

describe('the details of a tunnel', () => {
  it('show what the server says while the login waits, and open its link after a question', () => {
    const url = 'https://login.example.org/a/1';
    const { view, actions } = detailsFor(tunnel(waitingFor('device', `To sign in, visit:\n\n${url}`)));
    assert.equal(view.state, 'Waiting for approval on another device.');
    const [wait, says] = view.facts;
    assert.match(wait?.values.join() ?? '', /^The server hasn't answered yet/);
    assert.deepEqual(says, { term: 'staging.example.org says', values: ['To sign in, visit:', url] });
    assert.deepEqual(labels(view.buttons).slice(0, 2), ['Open Link…', 'Stop']);
    assert.deepEqual(actions.get(view.buttons[0]?.id ?? ''), {
      kind: 'link',
      link: { url, host: 'staging.example.org' },
    });
  });
  it('have a state text and an action for every button in every state', () => {
    for (const snapshot of everyState) {
      const { view, actions } = detailsFor(snapshot);
      assert.doesNotMatch(JSON.stringify(view), /undefined|\[object|null/);
      assert.match(view.state, /^[A-Z0-9].*[.…]$/);
      const shown = [
        ...view.buttons,
        ...view.explanations.flatMap(({ buttons, sides }) => [
          ...buttons,
          ...sides.flatMap(({ steps }) => steps.flatMap(({ copy }) => copy ?? [])),
        ]),
        ...view.programs.flatMap(({ buttons }) => buttons),
        ...view.forwards.flatMap(({ buttons }) => buttons),
      ].map(({ id }) => id);
      assert.equal(new Set(shown).size, shown.length, shown.join());
      assert.deepEqual(shown.sort(), [...actions.keys()].sort());
    }
  });

  it('have the output of a ProxyCommand that the tunnel waits for, with a long address in full', () => {
    const page = `https://login.example.org/?state=${'x'.repeat(600)}`;
    const { view } = detailsFor(tunnel(connecting({ proxyCommand: ['\x1b[1mSign in:\u202e', page] })));
    assert.deepEqual(view.facts.find(({ term }) => term === 'Output of the ProxyCommand')?.values, [
      'Sign in:',
      page,
    ]);
  });

  it('explain a port in use, and offer another port', () => {
    const { view, actions } = detailsFor(tunnel(up, { forwards: [portInUse] }));
    const [explanation, ...others] = view.explanations;
    assert.deepEqual(others, []);
    assert.equal(explanation?.title, 'Why "Database" isn\'t open');
    assert.match(explanation.message, /used by "postgres" \(process 612\)/);
    assert.deepEqual(labels(explanation.buttons), ['Use Another Port…', 'Restart', 'Edit Setting']);
    const [another] = explanation.buttons;
    assert.deepEqual(actions.get(another?.id ?? ''), {
      kind: 'run',
      command: 'useAnotherPort',
      forward: 'Database',
    });
    const copied = explanation.sides[0]?.steps.find(({ code }) => code !== undefined);
    assert.deepEqual(actions.get(copied?.copy?.id ?? ''), { kind: 'copy', text: "ss -ltnp 'sport = :5432'" });
  });

  it('name the port that is not open if its forward has no label', () => {
    const unnamed = { ...portInUse, forward: local('5432') };
    const [explanation] = detailsFor(tunnel(up, { forwards: [unnamed] })).view.explanations;
    assert.equal(explanation?.title, "Why port 5432 isn't open");
  });

  it('explain a refused connection, with its time and the response of the server', () => {
    const { view } = detailsFor(tunnel(up, { forwards: [refused] }));
    const [explanation] = view.explanations;
    assert.match(explanation?.when ?? '', /^3 minutes ago, \d\d:\d\d\.$/);
    assert.equal(explanation?.detail, 'Connection refused');
    assert.deepEqual(
      explanation.sides.map(({ title }) => title),
      ['On this machine', 'On the server (me@staging.example.org)'],
    );
  });

  it('say what was tried to sign in, and when the next attempt is', () => {
    const error = authenticationFailed(
      'me@staging',
      [
        { key: 'id_ed25519', inAgent: true },
        { key: 'id_rsa', wrongPassphrase: true },
        { method: 'password' },
      ],
      { accepts: ['publickey'], accepted: [], problems: [] },
    );
    const [explanation] = detailsFor(tunnel({ status: 'failed', error })).view.explanations;
    assert.deepEqual(explanation?.tried, ['id_ed25519 (agent)', 'id_rsa (wrong passphrase)', 'password']);
    assert.deepEqual(labels(explanation.buttons), ['Start', 'Edit Setting', 'Open SSH Config', 'Show Log']);
    const [again] = detailsFor(tunnel(waiting)).view.explanations;
    assert.match(again?.tried[0] ?? '', /^2 failed attempts. Next try at \d\d:\d\d:\d\d\.$/);
  });

  it('open known_hosts at the line of a key that has changed', () => {
    const key = { type: 'ssh-ed25519', fingerprint: 'SHA256:a' };
    const error = hostKeyChanged('db', key, { ...key, file: '/home/me/.ssh/known_hosts', line: 3 });
    const { view, actions } = detailsFor(tunnel({ status: 'failed', error }));
    const open = view.explanations[0]?.buttons[0];
    assert.equal(open?.label, 'Open known_hosts');
    assert.deepEqual(actions.get(open.id), {
      kind: 'open',
      place: { file: '/home/me/.ssh/known_hosts', line: 3 },
    });
  });

  it('offer another port when the whole tunnel failed because of a port in use', () => {
    assert.ok(portInUse.state.status === 'failed');
    const { error } = portInUse.state;
    const snapshot = tunnel(
      { status: 'waiting', attempt: 1, retryAt: now, error },
      { forwards: [forward(local('Database'))] },
    );
    assert.equal(labels(detailsFor(snapshot).view.explanations[0]?.buttons ?? [])[0], 'Use Another Port…');
  });

  it('list the problems of an invalid tunnel instead of explanations', () => {
    const { view } = detailsFor(broken);
    assert.deepEqual(view.problems, ['localForward[0].target: There is no port.', 'It needs "host".']);
    assert.deepEqual(view.explanations, []);
  });

  it('show the addresses, connections, traffic and hints of a forward', () => {
    const state = listening({ connections: 2, bytesIn: 1234, bytesOut: 5 });
    const { view } = detailsFor(
      tunnel(up, { forwards: [{ ...forward(local('Database'), state), hints: [{ text: 'It is odd.' }] }] }),
    );
    assert.deepEqual(
      view.forwards.map(({ title, kind, notes, facts }) => [
        title,
        kind,
        notes,
        facts.map(({ term, values }) => [term, ...values]),
      ]),
      [
        [
          'Database',
          'Local forward.',
          ['It is odd.'],
          [
            ['Listens on', '127.0.0.1:5432', '[::1]:5432'],
            ['Target', 'db.internal:5432'],
            ['Service', 'PostgreSQL'],
            ['Connections', '2 open'],
            ['Traffic', '1.2 kB received, 5 B sent'],
          ],
        ],
      ],
    );
  });

  it('show how a program ended and its output, and run it again', () => {
    const said = 'Warning: \u001b[31mno fonts\nError: out of colours\n';
    const snapshot = tunnel(up, {
      programs: [
        program(running(2), { trusted: true }),
        program(ended({ code: 1 }, { said }), { name: 'Eyes' }),
      ],
    });
    const { view, actions } = detailsFor(snapshot);
    const [clock, eyes] = view.programs;
    assert.deepEqual(
      [clock?.title, clock?.state, clock?.tint, labels(clock?.buttons ?? [])],
      ['Clock', 'Running, 2 windows.', 'charts.green', ['Stop']],
    );
    assert.match(clock?.facts.find(({ term }) => term === 'Display')?.values[0] ?? '', /^Trusted/);
    assert.deepEqual(
      [eyes?.state, eyes?.output],
      ['Exit code 1.', ['Warning: no fonts', 'Error: out of colours']],
    );
    const [again] = eyes?.buttons ?? [];
    assert.equal(again?.label, 'Run Again');
    assert.deepEqual(actions.get(again.id), { kind: 'run', command: 'runProgram', program: 'Eyes' });
  });

  it('explain why a program failed, but not that it ended with the connection', async () => {
    await step('a program without a display, and one that ended with the connection', () => {
      const { view, actions } = detailsFor(
        tunnel(up, { programs: [program(programFailure), program(cutOff, { name: 'Eyes' })] }),
      );
      const [explanation, ...others] = view.explanations;
      assert.deepEqual(others, []);
      assert.equal(explanation?.title, 'Why "Clock" isn\'t running');
      assert.match(explanation.when ?? '', /^Just now/);
      assert.deepEqual(labels(explanation.buttons), ['Run Again', 'Show Log']);
      assert.deepEqual(actions.get(explanation.buttons[0]?.id ?? ''), {
        kind: 'run',
        command: 'runProgram',
        program: 'Clock',
      });
    });
    const error = programNotFound('xclock', 'staging');
    const state = { status: 'failed', at: now, error } as const;
    await step('a program of the settings that is not found', () => {
      const edit = detailsFor(tunnel(up, { programs: [program(state)] }));
      const [button] = edit.view.explanations[0]?.buttons ?? [];
      assert.deepEqual(edit.actions.get(button?.id ?? ''), {
        kind: 'run',
        command: 'edit',
        program: 'Clock',
      });
    });
    await step('a program outside the settings that is not found', () => {
      const typed = detailsFor(tunnel(up, { programs: [program(state, {}, true)] }));
      assert.deepEqual(labels(typed.view.explanations[0]?.buttons ?? []), ['Run Again']);
    });
  });

  it('list the overrides of the user', () => {
    const { view } = detailsFor(
      tunnel(up, { override: { disabled: true, changes: [{ text: 'Database on 15432' }] } }),
    );
    assert.deepEqual(view.facts.find(({ term }) => term === 'Overridden by you')?.values, [
      'disabled',
      'Database on 15432',
    ]);
  });

  it('say that a removed tunnel no longer exists', () =>
    assert.match(detailsOfRemovedTunnel('staging').view.state, /no longer/));
});

describe('the details page', () => {
  it('allows only its own script and style', () => {
    const html = pageHtml({
      title: '<a "b">',
      language: 'en',
      script: 's.js',
      styles: ['s.css'],
      subject: 'user:"x',
      cspSource: 'vscode:',
      nonce: 'n0',
    });
    assert.match(
      html,
      /content="default-src &#39;none&#39;; style-src vscode:; script-src &#39;nonce-n0&#39;"/,
    );
    assert.match(html, /<title>&#60;a &#34;b&#34;&#62;<\/title>/);
  });
  const cases: readonly [message: unknown, read: unknown][] = [
    [{ type: 'ready', more: 1 }, { type: 'ready' }],
    [
      { type: 'press', id: 'x' },
      { type: 'press', id: 'x' },
    ],
    [{ type: 'press', id: 1 }, undefined],
    [{ type: 'run', command: 'x' }, undefined],
    ['ready', undefined],
    [null, undefined],
  ];
  for (const [message, read] of cases) {
    it(`${read === undefined ? 'ignores' : 'accepts'} the message ${JSON.stringify(message)}`, () =>
      assert.deepEqual(readPageMessage(message), read));
  }
});
