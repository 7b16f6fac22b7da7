// What language-model tools learn about tunnels: facts in plain text; and what is left out.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  explainText,
  listText,
  readToolInput,
  tunnelText,
} from '../../../../../src/extension/editor/agents/toolFacts';
import { startSummary } from '../../../../../src/extension/editor/agents/startSummary';
import { authenticationFailed } from '../../../../../src/tunnels/errors/ssh/auth';
import { keyUnreadable } from '../../../../../src/tunnels/errors/ssh/keys/keyOrAgent';
import { proxyCommandFailed } from '../../../../../src/tunnels/errors/ssh/jumpHost';
import { targetRefused, targetUnreachable } from '../../../../../src/tunnels/errors/forwards/target';
import { messageOf } from '../../../../support/errorWords';
import {
  broken,
  ended,
  error,
  everyState,
  failed,
  failedForward,
  forward,
  listening,
  local,
  program,
  running,
  stopped,
  tunnel,
  up,
  wide,
} from '../../../views/snapshots';

const parse = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const secretive = {
  ...authenticationFailed('me@staging', [], {
    accepts: [],
    accepted: [{ key: 'key-of-mine' }],
    problems: [keyUnreadable('/home/me/.ssh/key-of-mine', { reason: 'missing' })],
  }),
  detail: 'said-by-server',
};

describe('the tool result for a tunnel', () => {
  it('has its name, origin and status', () =>
    assert.deepEqual(parse(tunnelText(tunnel(stopped))), {
      name: 'staging',
      id: 'workspace:staging',
      origin: 'the workspace settings',
      host: 'me@staging.example.org',
      status: 'stopped',
      summary: 'stopped',
      forwards: [],
    }));
  it('has the bound addresses and the errors of the forwards', () => {
    const lastError = targetRefused({ host: 'db', port: 1 }, { host: 'staging' });
    const result = parse(
      tunnelText(
        tunnel(up, { forwards: [forward(local('Database'), listening({ lastError })), wide, failedForward] }),
      ),
    );
    assert.equal(result['degraded'], true);
    assert.deepEqual(result['forwards'], [
      {
        label: 'Database',
        kind: 'local',
        listensOn: 'this machine',
        configured: '5432',
        status: 'listening',
        bound: ['127.0.0.1:5432', '[::1]:5432'],
        target: 'db.internal:5432',
        openConnections: 0,
        lastConnectionFailed: {
          code: 'TargetRefused',
          message: 'db:1 refused the connection from staging: nothing listens there.',
          nextStep: 'Check the port of the target, and that the service is running; SSH itself works.',
        },
      },
      {
        label: 'Preview',
        kind: 'local',
        listensOn: 'this machine',
        configured: '0.0.0.0:3000',
        status: 'listening',
        bound: ['0.0.0.0:3000'],
        target: 'db.internal:5432',
        openConnections: 0,
        openToTheNetwork: true,
      },
      {
        label: 'Broken',
        kind: 'local',
        listensOn: 'this machine',
        configured: '5432',
        status: 'failed',
        target: 'db.internal:5432',
        error: {
          code: 'AddressInUse',
          message: 'Port 5432 on this machine is used by another program.',
          nextStep: 'Pick another local port, or stop that program.',
        },
      },
    ]);
  });
  it('has the programs and their status, without their commands and output', () => {
    const programs = [
      program(running(2), { name: 'Clock', command: 'xclock --secret' }),
      program(ended({ code: 1 }, { said: 'said-by-program' }), { name: 'Eyes' }),
      program({ status: 'failed', at: 0, error: secretive }, { name: 'Desktop' }),
    ];
    const text = tunnelText(tunnel(up, { programs }));
    assert.deepEqual(parse(text)['programs'], [
      { name: 'Clock', status: 'running', openWindows: 2 },
      { name: 'Eyes', status: 'ended', exitCode: 1 },
      {
        name: 'Desktop',
        status: 'failed',
        error: {
          code: 'AuthenticationFailed',
          message: 'Sign-in failed for me@staging. There was no method to try.',
          nextStep: 'Ask the administrator to allow sign-in with a key or a password.',
        },
      },
    ]);
    assert.doesNotMatch(explainOnLinux(tunnel(up, { programs })), /secret|said-by|key-of-mine/);
  });
  it('is plain text, whatever the names and errors hold', () => {
    const nasty = 'a\u001b[31mb\u202e\nc';
    const text = tunnelText(
      tunnel(
        { status: 'failed', error: error(nasty) },
        { name: nasty, forwards: [forward(local(nasty), listening())] },
      ),
    );
    assert.doesNotMatch(text, /\\u|\\n|\u202e/);
    assert.equal(parse(text)['name'], 'ab c');
  });
  it('has no words of the server, no key and no file', () => {
    const state = { status: 'failed', error: secretive } as const;
    const refused = forward(local('A'), listening({ lastError: secretive }));
    for (const text of [tunnelText, explainOnLinux].map((textOf) =>
      textOf(tunnel(state, { forwards: [refused] })),
    )) {
      assert.match(text, /AuthenticationFailed/);
      assert.doesNotMatch(text, /said-by-server|key-of-mine/);
    }
  });
  it('has no output of a ProxyCommand, which the message for the user quotes', () => {
    const proxyFailed = proxyCommandFailed('staging', { exitCode: 1 }, 'said $& by-jump-host.');
    assert.match(messageOf(proxyFailed), /said \$& by-jump-host\.$/);
    const waiting = { status: 'waiting', attempt: 1, retryAt: 0, error: proxyFailed } as const;
    for (const of of [tunnel(waiting), tunnel({ status: 'failed', error: proxyFailed })]) {
      for (const text of [tunnelText(of), explainOnLinux(of), listText([of])]) {
        assert.match(text, /The ProxyCommand for staging ended \(exit code 1\)\./);
        assert.doesNotMatch(text, /by-jump-host/);
      }
    }
  });
  it('has no words of the server about a target, which the message for the user quotes', () => {
    const lastError = targetUnreachable(
      { host: 'db', port: 1 },
      { host: 'staging' },
      'other',
      'said-by-server',
    );
    assert.match(messageOf(lastError), /said-by-server/);
    const of = tunnel(up, { forwards: [forward(local('Database'), listening({ lastError }))] });
    for (const text of [tunnelText(of), explainOnLinux(of), listText([of])]) {
      assert.doesNotMatch(text, /said-by-server/);
    }
    assert.match(tunnelText(of), /staging could not connect to db:1\./);
  });
});

const explainOnLinux = (of: Parameters<typeof explainText>[0]): string => explainText(of, 'linux');

describe('the tool result for all tunnels', () => {
  it('lists tunnels in every state', () => {
    const { tunnels } = parse(listText(everyState)) as { tunnels: { status: string }[] };
    assert.deepEqual(
      tunnels.map(({ status }) => status),
      everyState.map(({ state }) => state.status),
    );
  });
  it('lists 200 tunnels at most, and counts the rest', () => {
    const many = Array.from({ length: 201 }, (_, index) => tunnel(stopped, { name: `t${index}` }));
    const result = parse(listText(many)) as { tunnels: unknown[]; notListed: number };
    assert.deepEqual([result.tunnels.length, result.notListed], [200, 1]);
  });
});

describe('the tool result that explains a tunnel', () => {
  interface Explained {
    readonly problems: readonly unknown[];
    readonly explanations: readonly { about: string; code: string; steps: readonly { where: string }[] }[];
  }
  const explained = (of: Parameters<typeof explainText>[0]): Explained =>
    JSON.parse(explainOnLinux(of)) as Explained;

  it('has the steps for each error, and on which machine to take them', () => {
    const { explanations } = explained(tunnel(failed, { forwards: [failedForward] }));
    assert.deepEqual(
      explanations.map(({ about, code }) => [about, code]),
      [
        ['Why the tunnel is down', 'ConnectionRefused'],
        ['Why "Broken" isn\'t open', 'AddressInUse'],
      ],
    );
    for (const { steps } of explanations) {
      assert.ok(steps.length > 0);
      assert.ok(steps.every(({ where }) => ['this machine', 'the SSH server'].includes(where)));
    }
  });
  it('has the problems of an invalid definition', () =>
    assert.deepEqual(explained(broken).problems, [
      { place: 'localForward[0].target', message: 'There is no port.' },
      { message: 'It needs "host".' },
    ]));
  it('has no explanation for a tunnel that works', () =>
    assert.deepEqual(explained(tunnel(up, { forwards: [wide] })).explanations, []));
});

describe('the tool input', () => {
  it('is the name of a tunnel', () => assert.equal(readToolInput({ tunnel: 'staging' }), 'staging'));
  for (const input of [undefined, null, 'staging', {}, { tunnel: '' }, { tunnel: ['staging'] }]) {
    it(`cannot be ${JSON.stringify(input)}`, () =>
      assert.throws(() => readToolInput(input), /Set "tunnel" to the name or id/));
  }
});

describe('the confirmation before a link or an agent starts a tunnel', () => {
  const lines = (of: Parameters<typeof startSummary>[0]): readonly string[] =>
    startSummary(of).map(({ term, value }) => `${term}: ${value}`);

  it('names the server first, then the origin and the forwards', () =>
    assert.deepEqual(lines(tunnel(stopped, { forwards: [forward(local('Database'))] })), [
      'Server: staging.example.org as me',
      'From: the workspace settings',
      'Forward: 127.0.0.1:5432 → db.internal:5432',
    ]));
  it('lists eight forwards at most, and counts the rest', () => {
    const forwards = Array.from({ length: 10 }, (_, index) => forward(local(`f${index}`)));
    const result = lines(tunnel(stopped, { forwards }));
    assert.deepEqual([result.length, result.at(-1)], [11, 'And: 2 more forwards']);
  });
});
