// A link names one tunnel to start, or is refused with a reason.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type * as links from '../../../../src/extension/editor/uriHandler';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import { setAnswer, takeShown, withFakeVscode } from '../../../support/fakeVscode';
import { stopped, tunnel } from '../../views/snapshots';

describe('a start link', () => {
  let module: typeof links;
  const link = (query: string, path = '/start', fragment = ''): string =>
    module.readStartLink({ path, query, fragment });

  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/extension/editor/uriHandler'));
  });

  for (const name of [
    'staging',
    'workspace:staging',
    'my db',
    'R&D',
    'a=b',
    'a+b',
    '100%',
    'Daten für Zoë',
  ]) {
    it(`can name the tunnel "${name}"`, () => assert.equal(link(`tunnel=${name}`), name));
  }
  const refused: readonly (readonly [why: string, run: () => string, message: RegExp])[] = [
    ['another path', () => link('tunnel=staging', '/add'), /^Unknown link\. Use/],
    ['no path', () => link('tunnel=staging', ''), /^Unknown link\. Use/],
    ['a path below /start', () => link('tunnel=staging', '/start/'), /^Unknown link\. Use/],
    ['no name', () => link(''), /names no tunnel/],
    ['an empty name', () => link('tunnel='), /names no tunnel/],
    ['another key', () => link('name=staging'), /names no tunnel/],
    [
      'a definition beside the name',
      () => link('tunnel=x&host=evil.example.org'),
      /has more than a tunnel name/,
    ],
    ['another key before the name', () => link('host=evil&tunnel=x'), /names no tunnel/],
    ['a second tunnel', () => link('tunnel=a&tunnel=b'), /has more than a tunnel name/],
    ['a fragment', () => link('tunnel=a', '/start', 'b'), /has more than a tunnel name/],
    ['a control character', () => link('tunnel=sta\nging'), /the link has an invisible character/],
    [
      'a mark of the writing direction',
      () => link('tunnel=\u202egnigats'),
      /the link has an invisible character/,
    ],
    ['a name that is too long', () => link(`tunnel=${'x'.repeat(301)}`), /is too long/],
  ];
  for (const [why, run, message] of refused) {
    it(`is refused with ${why}`, () => assert.throws(run, { message }));
  }

  it('is refused without a word of it, which may be a password', () => {
    for (const wrong of [
      () => link('tunnel=x', '/hunter2'),
      () => link('password=hunter2'),
      () => link('tunnel=x&token=hunter2'),
      () => link('tunnel=x', '/start', 'hunter2'),
      () => link('tunnel=hunter2\n'),
    ]) {
      assert.throws(wrong, (error: Error) => !error.message.includes('hunter2'));
    }
  });
});

describe('the question of a start link', () => {
  let module: typeof links;
  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/extension/editor/uriHandler'));
  });
  after(() => setAnswer(undefined));

  const asked = tunnel(stopped, { id: 'user:staging' });
  assert.ok(asked.entry);
  const redefined = { ...asked, entry: { ...asked.entry, autoStart: false } as const };

  /** What was started, if the tunnels change while the question is shown. */
  async function startedAfter(now: readonly TunnelSnapshot[]): Promise<readonly string[]> {
    const started: string[] = [];
    const manager = {
      tunnels: [asked],
      desiredState: { get: () => asked, permission: () => ({ granted: true }) },
    };
    const starter = {
      find: () => Promise.resolve(asked),
      tunnel: (id: string) => {
        started.push(id);
        return Promise.resolve('cancelled' as const);
      },
    };
    takeShown();
    setAnswer(({ name, args }) => {
      if (name !== 'showWarningMessage') {
        return undefined;
      }
      manager.tunnels = [...now] as typeof manager.tunnels;
      return args.at(-1);
    });
    module.registerUriHandler({
      manager,
      starter,
      log: { error: () => undefined },
    } as unknown as links.LinkOptions);
    const [registered] = takeShown();
    const handler = registered?.args[0] as { handleUri: (uri: links.LinkParts) => Promise<void> };
    await handler.handleUri({ path: '/start', query: 'tunnel=staging', fragment: '' });
    return started;
  }

  it('is about the tunnel that starts', async () => {
    assert.deepEqual(await startedAfter([asked]), ['user:staging']);
  });

  const changes: readonly (readonly [what: string, now: readonly TunnelSnapshot[]])[] = [
    ['was redefined', [redefined]],
    ['was removed', []],
  ];
  for (const [what, now] of changes) {
    it(`starts nothing if the tunnel ${what} meanwhile, and says so`, async () => {
      assert.deepEqual(await startedAfter(now), []);
      assert.match(JSON.stringify(takeShown()), /has changed since you were asked\. Nothing was done\./);
    });
  }
});
