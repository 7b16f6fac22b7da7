// The rows of the Tunnels view: which begin folded, and when they are drawn anew.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import type { TreeItem } from 'vscode';
import { forwardKey } from '../../../../src/tunnels/config/forward';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import type { TreeNode } from '../../../../src/views/tree/nodes';
import type * as provider from '../../../../src/views/tree/treeDataProvider';
import type { TunnelChange } from '../../../../src/views/tunnelsModel';
import { setWorkspace, withFakeVscode } from '../../../support/fakeVscode';
import { failed, forward, listening, local, tunnel, up } from '../snapshots';

const [folded, shown] = [1, 2];
const database = local('Database');
const megabyte = 1_000_000;

describe('the rows of the Tunnels view', () => {
  let module: typeof provider;
  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/views/tree/treeDataProvider'));
    setWorkspace({ workspaceFile: undefined, workspaceFolders: [], inspect: () => undefined });
  });
  after(() => setWorkspace(undefined));

  let tunnels: readonly TunnelSnapshot[];
  let moving: ReadonlyMap<string, number>;
  let now: number;
  let timers: (() => void)[];
  let change: (event: TunnelChange) => void;
  let drawn: TreeNode[];
  let rows: provider.TunnelTreeDataProvider;

  beforeEach(() => {
    [tunnels, moving, now, timers, drawn] = [[], new Map(), 0, [], []];
    rows = new module.TunnelTreeDataProvider({
      model: {
        get tunnels() {
          return tunnels;
        },
        onDidChange: (listener) => {
          change = listener;
          return { dispose: () => undefined };
        },
      },
      now: () => now,
      schedule: (run) => {
        timers.push(run);
        return () => undefined;
      },
      showsHosts: () => true,
      moving: () => moving,
    });
    rows.onDidChangeTreeData((nodes) => drawn.push(...[nodes ?? []].flat()));
    rows.setVisible(true);
  });

  function items(): readonly TreeItem[] {
    return rows.getChildren().map((row) => rows.getTreeItem(row));
  }

  function many(count: number, state = up): readonly TunnelSnapshot[] {
    return Array.from({ length: count }, (_, index) =>
      tunnel(state, {
        name: `t${index}`,
        id: `workspace:t${index}`,
        forwards: [forward(database, listening())],
      }),
    );
  }

  it('show their forwards as long as there are few', () => {
    tunnels = many(10);
    assert.deepEqual(new Set(items().map(({ collapsibleState }) => collapsibleState)), new Set([shown]));
  });

  it('begin folded if there are more than ten, but for those that need attention', () => {
    tunnels = [
      ...many(11),
      tunnel(failed, { name: 'bad', id: 'workspace:bad', forwards: [forward(database)] }),
    ];
    const states = items().map(({ collapsibleState }) => collapsibleState);
    assert.deepEqual(states, [...Array.from({ length: 11 }, () => folded), shown]);
  });

  it('show a rate while bytes flow, and the sum again when they no longer do', () => {
    const flows = (bytesIn: number): void => {
      const forwards = [forward(database, listening({ bytesIn, connections: 1 }))];
      tunnels = [tunnel(up, { forwards })];
    };
    const row = (): TreeNode => {
      const [parent] = rows.getChildren();
      const [child] = rows.getChildren(parent);
      assert.ok(child);
      return child;
    };
    const descriptionNow = (): string => String(rows.getTreeItem(row()).description);
    /** Until no timer draws anything any more. */
    const pass = (): void => {
      for (let step = 0; step < 10; step++) {
        now += 1000;
        timers.splice(0).forEach((run) => run());
      }
    };
    flows(megabyte);
    rows.getChildren();
    assert.match(descriptionNow(), / · 1 open · 1\.0 MB$/);
    now += 10_000;
    moving = new Map([[forwardKey(database), 2 * megabyte]]);
    flows(3 * megabyte);
    change({ kind: 'tunnels', ids: new Set(['workspace:staging']), counters: true });
    pass();
    assert.ok(drawn.includes(row()));
    assert.match(descriptionNow(), / · 1 open · 2\.0 MB\/s$/);
    drawn = [];
    moving = new Map();
    pass();
    assert.ok(drawn.includes(row()), 'the rate stays, and nothing flows');
    assert.match(descriptionNow(), / · 1 open · 3\.0 MB$/);
    pass();
    assert.deepEqual(timers, [], 'it goes on drawing');
  });
});
