// The rows of the tree: which there are, and what each shows.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import type { TunnelState } from '../../../../src/tunnels/model/state';
import { childNodes, isCommandNode, programNode, tunnelNode } from '../../../../src/views/tree/nodes';
import {
  forwardLook,
  groupView,
  originStyle,
  programLook,
  tunnelLook,
  viewOf,
} from '../../../../src/views/tree/rowViews';
import type { OriginStyle, RowView } from '../../../../src/views/tree/rowViews';
import { tooltipOf } from '../../../../src/views/tree/tooltips';
import {
  broken,
  connecting,
  cutOff,
  ended,
  error,
  everyProgramState,
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
  waiting,
  wide,
} from '../snapshots';

const plain: OriginStyle = { shown: false, ambiguous: new Set() };

function rows(snapshot: TunnelSnapshot): RowView[] {
  return [tunnelNode(snapshot.id), ...childNodes(snapshot)].map(
    (node) => viewOf(node, snapshot, plain, now) ?? assert.fail(`no view of ${node.id}`),
  );
}

describe('the child rows of a tunnel', () => {
  const forwards = [forward(local('Database')), forward(local('redis'))];
  const kinds = (snapshot: TunnelSnapshot): string[] => childNodes(snapshot).map(({ kind }) => kind);

  it('are its forwards', () => {
    const children = childNodes(tunnel(up, { forwards }));
    assert.deepEqual(
      children.map(({ id }) => id),
      ['workspace:staging/forward:Database', 'workspace:staging/forward:redis'],
    );
  });
  it('are the same while the tunnel reconnects, so that no row moves', () => {
    for (const state of [waiting, connecting({ attempt: 2 }), connecting()]) {
      assert.deepEqual(kinds(tunnel(state, { forwards })), ['forward', 'forward']);
    }
  });
  it('are the problems of an invalid tunnel', () => assert.deepEqual(kinds(broken), ['problem', 'problem']));
  it('have unique ids', () => {
    const ids = [broken, tunnel(waiting, { forwards })].flatMap(childNodes).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });
});

describe('the check for a row of the tree', () => {
  it('accepts every kind of row', () => {
    for (const node of [
      tunnelNode('user:a'),
      ...childNodes(broken),
      ...childNodes(tunnel(waiting)),
      programNode('user:a', 'b'),
    ]) {
      assert.equal(isCommandNode(node), true);
    }
  });
  it('refuses anything else', () => {
    for (const other of [undefined, null, 'a', {}, { kind: 'tunnel' }, { kind: 'task', tunnelId: 'a' }]) {
      assert.equal(isCommandNode(other), false);
    }
  });
});

describe('a row of the tree', () => {
  it('shows the state of a tunnel, and of its forwards below', () => {
    const snapshot = tunnel(up, { forwards: [forward(local('Database'), listening()), failedForward] });
    assert.deepEqual(
      rows(snapshot).map(({ label, description, look }) => [label, description, look.icon, look.tint]),
      [
        ['staging', 'up · 1 of 2 forwards failed', 'warning', 'charts.yellow'],
        ['Database', '5432 → db.internal:5432', 'arrow-right', 'charts.green'],
        ['Broken', 'port 5432 in use', 'error', 'charts.red'],
      ],
    );
  });
  it('shows each problem with its path below an invalid tunnel', () => {
    assert.deepEqual(
      rows(broken).map(({ label, description }) => [label, description]),
      [
        ['broken', '2 problems in its settings'],
        ['localForward[0].target', 'There is no port.'],
        ['It needs "host".', ''],
      ],
    );
  });
  it('shows why a tunnel reconnects, and when', () => {
    const [row] = rows(tunnel(waiting));
    assert.equal(row?.description, 'connection refused · retrying in 4 s');
    assert.match(row.spoken, /staging:22 refused the connection: no SSH server listens there\./);
  });
  it('shows that nothing works although it is connected', () => {
    const [row] = rows(tunnel(up, { forwards: [failedForward] }));
    assert.deepEqual(
      [row?.description, row?.look.icon, row?.look.tint],
      ['port 5432 in use', 'error', 'charts.red'],
    );
  });
  it('is missing for a child that no longer exists', () => {
    const gone = childNodes(broken)[0] ?? assert.fail();
    assert.equal(viewOf(gone, tunnel(up), plain, now), undefined);
  });
  it('removes escapes and invisible characters from a name', () => {
    const [row] = rows(tunnel(stopped, { name: 'a\u001b[31m\u202eb\n' }));
    assert.equal(row?.label, 'ab');
  });
});

describe('the rows of programs', () => {
  it('come after the forwards', () => {
    const snapshot = tunnel(up, {
      forwards: [forward(local('Database'), listening())],
      programs: [program(running()), program(cutOff, { name: 'Desktop', nested: '1280x800' })],
    });
    assert.deepEqual(
      rows(snapshot).map(({ label, description, look }) => [label, description, look.icon, look.tint]),
      [
        ['staging', 'up · 1 forward · 1 program running', 'pass-filled', 'charts.green'],
        ['Database', '5432 → db.internal:5432', 'arrow-right', 'charts.green'],
        ['Clock', 'running · 1 window', 'window', 'charts.green'],
        ['Desktop', 'ended with the connection', 'debug-disconnect', 'charts.yellow'],
      ],
    );
  });
  it('are green only while programs run, and yellow or red only after a failure', () => {
    const tints = everyProgramState.map((state) => programLook(state).tint.replace('charts.', ''));
    assert.deepEqual(tints, [
      'disabledForeground',
      'blue',
      'green',
      'green',
      'disabledForeground',
      'disabledForeground',
      'yellow',
      'yellow',
      'disabledForeground',
      'red',
      'yellow',
    ]);
  });
  it('show the output of a program literally', () => {
    const said = '\u001b[31m[x](command:evil)\nlast `line`';
    const snapshot = tunnel(up, { programs: [program(ended({ code: 2 }, { said }))] });
    const [, row] = rows(snapshot);
    assert.equal(row?.description, 'exit code 2 · last `line`');
    const tooltip = tooltipOf(programNode(snapshot.id, 'Clock'), snapshot, now)?.value ?? '';
    assert.doesNotMatch(tooltip, /\[x\]|`line`/);
    assert.match(tooltip, /command&#58;evil/);
  });
  it('say in the tooltip what the program may do on this machine', () => {
    const hover = (of: Parameters<typeof program>[1]): string => {
      const snapshot = tunnel(stopped, { programs: [program({ status: 'ready' }, of)] });
      return (tooltipOf(programNode(snapshot.id, 'Clock'), snapshot, now)?.value ?? '').replace(
        /&#\d+;/g,
        '.',
      );
    };
    assert.match(hover({}), /Untrusted, as with ssh -X.|Untrusted. as with ssh .X/);
    assert.match(hover({ trusted: true }), /read everything you type/);
    assert.match(hover({ trusted: true, nested: '800x600' }), /can.t see anything outside it/);
  });
});

describe('the row of a tunnel', () => {
  const user = tunnel(up, { name: 'a', origin: 'user' });
  const workspace = tunnel(up, { name: 'b' });
  const folder = tunnel(up, { name: 'c', origin: 'folder', folder: 'backend' });
  const cases: readonly [
    what: string,
    tunnels: readonly TunnelSnapshot[],
    multiRoot: boolean,
    descriptions: string[],
  ][] = [
    ['one origin', [workspace], false, ['up']],
    ['two origins', [user, workspace], false, ['up · user', 'up · workspace']],
    ['several folders', [folder], true, ['up · backend']],
    ['several folders, but no tunnel of one', [user], true, ['up']],
    [
      'one name in two origins',
      [user, { ...workspace, name: 'a' }, folder],
      false,
      ['user · up', 'workspace · up', 'up · backend'],
    ],
  ];
  for (const [what, tunnels, multiRoot, descriptions] of cases) {
    it(`says "${descriptions.join('", "')}" with ${what}`, () => {
      const style = originStyle(tunnels, multiRoot);
      const shown = tunnels.map((snapshot) => viewOf(tunnelNode(snapshot.id), snapshot, style, now));
      assert.deepEqual(
        shown.map((view) => view?.description),
        descriptions,
      );
    });
  }
});

describe('the icon and color of a row', () => {
  it('are defined in every state, with a green tick for "up" only', () => {
    const ticks = everyState.filter((snapshot) => tunnelLook(snapshot).icon === 'pass-filled');
    assert.ok(ticks.length > 0);
    assert.ok(ticks.every(({ state }) => state.status === 'up'));
  });
  it('are green for a forward only while its tunnel is up', () => {
    const open = forward(local('Database'), listening());
    assert.equal(forwardLook(open, tunnel(up)).tint, 'charts.green');
    assert.equal(forwardLook(open, tunnel(waiting)).tint, 'disabledForeground');
  });
  it('mark a forward that is open to the network, and one with a refused target', () => {
    const refused = forward(local('Database'), listening({ lastError: error('It went wrong.') }));
    assert.equal(forwardLook(wide, tunnel(up)).icon, 'broadcast');
    assert.equal(forwardLook(refused, tunnel(up)).tint, 'charts.yellow');
  });
});

describe('the tooltip of a row', () => {
  it('exists for every row in every state', () => {
    for (const snapshot of everyState) {
      for (const node of [tunnelNode(snapshot.id), ...childNodes(snapshot)]) {
        const tooltip = tooltipOf(node, snapshot, now)?.value;
        assert.ok(tooltip);
        assert.doesNotMatch(tooltip, /undefined|\[object/);
      }
    }
  });
  it('does not change with the time or with counters', () => {
    const node = tunnelNode('workspace:staging');
    const before = tunnel(waiting, { forwards: [forward(local('Database'), listening())] });
    const after = tunnel(waiting, { forwards: [forward(local('Database'), listening({ connections: 9 }))] });
    assert.deepEqual(tooltipOf(node, before, now), tooltipOf(node, after, now + 2000));
  });
  it('says what failed and what to do', () => {
    const tooltip = tooltipOf(tunnelNode('workspace:staging'), tunnel(waiting), now)?.value ?? '';
    assert.match(tooltip, /refused the connection/);
    assert.match(tooltip, /Check the host and the port/);
  });
});

describe('the group of ssh_config hosts', () => {
  const inConfig = (state: TunnelState, extra: Partial<TunnelSnapshot> = {}): TunnelSnapshot =>
    tunnel(state, { ...extra, origin: 'sshConfig' });
  const cases: readonly [tunnels: readonly TunnelSnapshot[], description: string, tint: string][] = [
    [[inConfig(stopped)], '1 host', 'disabledForeground'],
    [[inConfig(stopped), inConfig(failed, broken)], '2 hosts', 'disabledForeground'],
    [[inConfig(stopped), inConfig(up)], '1 of 2 started', 'charts.green'],
    [[inConfig(up), inConfig(failed)], '2 of 2 started · 1 needs attention', 'charts.yellow'],
  ];
  for (const [tunnels, description, tint] of cases) {
    it(`says "${description}"`, () => {
      const view = groupView(tunnels);
      assert.deepEqual(
        [view.label, view.description, view.look.tint],
        ['From SSH config', description, tint],
      );
    });
  }
  it('names no origin in the row of a host', () => {
    const row = tunnel(stopped, { origin: 'sshConfig' });
    const style = { shown: true, ambiguous: new Set(['staging']) };
    assert.equal(viewOf(tunnelNode(row.id), row, style, now)?.description, 'stopped');
  });
  it('shows below a host what is left out of it', () => {
    const leftOut = [{ path: ['/home/me/.ssh/config', 12], message: { text: 'It is odd.' } }];
    const row = tunnel({ status: 'stopped' }, { origin: 'sshConfig', leftOut });
    const rows = childNodes(row).map((node) => viewOf(node, row, plain, now));
    assert.equal(rows.length, row.forwards.length + 1);
    assert.equal(rows.at(-1)?.label, 'config:12');
  });

  it('names the file and line of a problem', () => {
    const problems = [{ path: ['/home/me/.ssh/config', 12], message: { text: 'It is odd.' } }];
    const row = tunnel(failed, { origin: 'sshConfig', entry: undefined, problems });
    const [parent, problem] = [tunnelNode(row.id), ...childNodes(row)].map((node) =>
      viewOf(node, row, plain, now),
    );
    assert.equal(parent?.description, '1 problem in the SSH config');
    assert.deepEqual([problem?.label, problem?.description], ['config:12', 'It is odd.']);
  });
});
