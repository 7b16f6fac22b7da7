// A password that stands in the wrong place of a setting: nothing that is shown, logged or told to a language model
// repeats it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { explainText, listText, tunnelText } from '../../../../src/extension/editor/agents/toolFacts';
import { formatProblemLocation } from '../../../../src/extension/settings/configuredTunnel';
import type { ConfiguredTunnel } from '../../../../src/extension/settings/configuredTunnel';
import { settingsMarks } from '../../../../src/extension/settings/diagnostics/findProblems';
import { atOnce } from '../../../../src/tunnels/util/pacing/slices';
import type { readSettings } from '../../../../src/extension/settings/readSettings';
import { definitionError } from '../../../../src/extension/settings/configuredTunnel';
import { errorWords, explain } from '../../../../src/tunnels/errors/errors';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import { english, localize } from '../../../../src/tunnels/util/l10n';
import { childNodes, tunnelNode } from '../../../../src/views/tree/nodes';
import { originStyle, viewOf } from '../../../../src/views/tree/rowViews';
import { tooltipOf } from '../../../../src/views/tree/tooltips';
import { setWorkspace, withFakeVscode } from '../../../support/fakeVscode';

const password = 'hunter2';

type Spelling = (password: string) => string;

/** What people and tools write around a password. */
const recognizable: readonly Spelling[] = [
  (word) => `postgres://app:${word}@db:5432/app`,
  (word) => `ssh://me:${word}@h`,
  (word) => `ssh://me%3A${word}@h`,
  (word) => `https://${word}@h/`,
  (word) => `me:${word}@h`,
  (word) => `me:${word}@h:22`,
  (word) => `8080:me:${word}@h:80`,
  (word) => `/run/x.sock:me:${word}@h:1`,
  (word) => `--password=${word}`,
  (word) => `--password ${word}`,
  (word) => `PGPASSWORD=${word}`,
  (word) => `token:${word}`,
  (word) => `Password: my ${word}`,
  (word) => `{"password": "my ${word}"}`,
];

/** Around these nothing tells that it is a password. */
const spellings: readonly Spelling[] = [
  ...recognizable,
  (word) => word,
  (word) => `8080:${word}:h:80:80`,
  (word) => `h:${word}`,
  (word) => `h:80:${word}`,
  (word) => `-p${word}`,
  (word) => `-${word}`,
  (word) => `${word}://h`,
  (word) => `\${${word}}`,
];

type Place = readonly [title: string, tunnel: (text: string) => unknown];

/** Where a text of any kind is wrong. */
const places: readonly Place[] = [
  ['the tunnel, as a number', (text) => [text]],
  ['an unknown property', (text) => ({ host: 'h', [text]: true })],
  ['the value of an unknown property', (text) => ({ host: 'h', hosts: text, sshpass: { p: text } })],
  ['the value of a forbidden property', (text) => ({ host: 'h', password: text, identityFile: text })],
  ['a switch', (text) => ({ host: 'h', compression: text, reconnect: text, statusBar: text })],
  ['a choice', (text) => ({ host: 'h', autoStart: text, runIn: text })],
  ['a number', (text) => ({ host: 'h', serverAliveInterval: text, connectTimeout: text })],
  ['a list for a text', (text) => ({ host: [text], description: { text } })],
  ['a jump host of a wrong type', (text) => ({ host: 'h', proxyJump: [{ [text]: text }, [text]] })],
  ['a forward of a wrong type', (text) => ({ host: 'h', localForward: [[text]], remoteForward: true })],
  [
    'properties of a forward',
    (text) => ({
      host: 'h',
      localForward: { listen: 1, target: 'h:1', [text]: text, label: [text], env: [text], ifPortBusy: text },
    }),
  ],
  ['the env of a forward', (text) => ({ host: 'h', localForward: { listen: 1, target: 'h:1', env: text } })],
  [
    'the protocol of a forward',
    (text) => ({ host: 'h', localForward: { listen: 1, target: 'h:1', protocol: `${text}!` } }),
  ],
  [
    'the address of a forward',
    (text) => ({ host: 'h', localForward: { listen: `${text}:x`, target: text } }),
  ],
  ['programs', (text) => ({ host: 'h', x11Programs: [text] })],
  ['a program', (text) => ({ host: 'h', x11Programs: { clock: [text] } })],
  [
    'properties of a program',
    (text) => ({ host: 'h', x11Programs: { clock: { [text]: text, nested: text } } }),
  ],
  ['the command after the host', (text) => `ssh -L 1:h:1 h ${text}`],
  ['the value of an unknown keyword', (text) => `ssh -o Foo=${text} -o '${text}=foo' h`],
  ['the value of a forbidden keyword', (text) => `ssh -o 'ProxyCommand=${text}' -o IdentityFile=${text} h`],
  [
    'the value of a keyword',
    (text) => `ssh -o Compression=${text} -o ConnectTimeout=${text} -o Port=${text} h`,
  ],
  ['the value of LocalForward', (text) => `ssh -o 'LocalForward=1 2 ${text}' -o 'LocalForward=${text} x' h`],
  ['the value of an option', (text) => `ssh -i '${text}' -F '${text}' -p '${text}x' -O '${text}' h`],
  ['an unknown option', (text) => `ssh --${text} h`],
  ['letters of options', (text) => `ssh -z${text} h`],
  ['two jump hosts', (text) => `ssh -J a -J '${text}' h`],
  ['a forward on the line', (text) => `ssh -L '${text}:x' -R '${text}:x:y' -D '${text}:z' h`],
  ['another program', (text) => `sshpass -p ${text} ssh h`],
  ['a variable before ssh', (text) => `SSHPASS=${text} ssh -X h xclock`],
  ['the path of another program', (text) => `/${text}/sshpass ssh h`],
  ['an open quote', (text) => `ssh -L 1:h:1 h '${text}`],
  ['what a shell would read', (text) => `ssh -L 1:h:1 h; echo ${text} | x $(${text})`],
];

/** Where the word alone is a host. */
const placesOfHosts: readonly Place[] = [
  ['the host', (text) => ({ host: text })],
  ['a jump host', (text) => ({ host: 'h', proxyJump: text })],
  ['a jump host in a list', (text) => ({ host: 'h', proxyJump: ['a', `b,${text}`] })],
  ['the target of a forward', (text) => ({ host: 'h', localForward: { listen: 1, target: text } })],
  ['a forward', (text) => ({ host: 'h', localForward: [text], remoteForward: text, dynamicForward: text })],
  ['the target after a space', (text) => ({ host: 'h', localForward: `1 ${text}` })],
  ['the host of a line', (text) => `ssh -L 1:h:1 '${text}'`],
  ['the user of a line', (text) => `ssh -L 1:h:1 -l 'me:${text}' h`],
  ['the user as a keyword', (text) => `ssh -L 1:h:1 -o 'User=me:${text}' h`],
  ['the jump host of a line', (text) => `ssh -L 1:h:1 -J '${text}' h`],
];

/** Where any text is right. */
const placesOfNames: readonly Place[] = [
  [
    'the label of a forward',
    (text) => ({ host: 'h', localForward: { listen: 1, target: 'h:1', label: text } }),
  ],
  ['the name of a program', (text) => ({ host: 'h', x11Programs: { [text]: 'xclock' } })],
  ['the description', (text) => ({ host: 'h', description: text })],
];

const cases: readonly (readonly [readonly Place[], readonly Spelling[]])[] = [
  [places, spellings],
  [placesOfHosts, spellings.filter((spelling) => spelling(password) !== password)],
  [placesOfNames, recognizable],
];

describe('a password in the wrong place of a setting', () => {
  let read: typeof readSettings;
  before(async () => {
    ({ readSettings: read } = await withFakeVscode(
      () => import('../../../../src/extension/settings/readSettings'),
    ));
  });
  after(() => setWorkspace(undefined));

  async function tunnelsOf(
    tunnels: unknown,
    overrides: unknown,
    where: 'user' | 'workspace',
  ): Promise<ConfiguredTunnel[]> {
    setWorkspace({
      workspaceFile: undefined,
      workspaceFolders: [{ name: 'shop', index: 0, uri: { fsPath: '/shop', path: '/shop' } }],
      inspect: (key) =>
        key === 'sshTunnels.tunnels'
          ? { [where === 'user' ? 'globalValue' : 'workspaceValue']: tunnels }
          : key === 'sshTunnels.overrides'
            ? { globalValue: overrides }
            : undefined,
    });
    const logged: string[] = [];
    const { tunnels: configured } = await read((line) => logged.push(line));
    assert.deepEqual(logged, []);
    return [...configured];
  }

  /** All that a person, the log and a language model see of it. */
  async function shownOf(
    tunnels: unknown,
    overrides?: unknown,
    where: 'user' | 'workspace' = 'workspace',
  ): Promise<string[]> {
    const marks = atOnce(
      settingsMarks(
        JSON.stringify({ 'sshTunnels.tunnels': tunnels, 'sshTunnels.overrides': overrides ?? {} }),
        {
          within: [],
          ports: { unprivilegedFrom: 1024, handedOut: { from: 32_768, to: 60_999 } },
          variables: { home: '/home/me', workspaceFolder: '/shop' },
          labels: new Map([['db', ['Database']]]),
        },
      ),
    );
    return [
      ...marks.map(({ message }) => localize(message, english)),
      ...(await tunnelsOf(tunnels, overrides, where)).flatMap(shownOfTunnel),
    ];
  }

  function shownOfTunnel(tunnel: ConfiguredTunnel): string[] {
    const error = definitionError(tunnel);
    const circumstances = { platform: 'linux', destination: tunnel.entry?.definition.destination };
    const { writtenName: _hidden, ...known } = tunnel;
    const snapshot: TunnelSnapshot = {
      ...known,
      state: tunnel.entry ? { status: 'stopped' } : { status: 'failed', error },
      forwards: (tunnel.entry?.definition.forwards ?? []).map((forward) => ({
        forward,
        state: { status: 'closed' },
      })),
      programs: (tunnel.entry?.definition.x11Programs ?? []).map((program) => ({
        program,
        state: { status: 'ready' },
      })),
    };
    const nodes = [tunnelNode(tunnel.id), ...childNodes(snapshot)];
    const style = originStyle([snapshot], false);
    return [
      tunnel.id,
      tunnel.name,
      ...tunnel.problems.map((problem) => formatProblemLocation(problem, tunnel.origin)),
      JSON.stringify(errorWords(error, english)),
      JSON.stringify(explain(error, circumstances, english)),
      ...nodes.map((node) => tooltipOf(node, snapshot, 0)?.value ?? ''),
      ...nodes.map((node) => JSON.stringify(viewOf(node, snapshot, style, 0))),
      tunnelText(snapshot),
      listText([snapshot]),
      explainText(snapshot, 'linux'),
    ];
  }

  function assertHidden(shown: readonly string[]): void {
    const repeated = shown.filter((text) => text.includes(password));
    assert.deepEqual(repeated, []);
    assert.ok(shown.length > 0);
  }

  for (const [title, place, spelt] of cases.flatMap(([group, spelt]) =>
    group.map(([title, place]) => [title, place, spelt] as const),
  )) {
    it(`is not repeated where it is ${title}`, async () => {
      for (const text of spelt.map((spelling) => spelling(password))) {
        // What a user's own setting may have in a host, a project's may not.
        for (const where of spelt === spellings
          ? (['workspace'] as const)
          : (['user', 'workspace'] as const)) {
          assertHidden(await shownOf({ db: place(text) }, undefined, where));
        }
      }
    });
  }

  it('is not repeated where it is a name of a tunnel', async () => {
    for (const spelling of recognizable) {
      assertHidden(await shownOf({ [spelling(password)]: { host: 'h', foo: 1 } }));
    }
  });

  const accounts: readonly (readonly [tunnel: unknown, override?: unknown])[] = [
    [{ host: 'me:hunter2@h' }],
    [{ host: 'ssh://me:hunter2@h' }],
    [{ host: 'ssh://me%3Ahunter2@h:22' }],
    [{ host: 'me:hunter2@corp@h' }],
    [{ host: 'h', proxyJump: 'me:hunter2@h' }],
    ['ssh -L 1:h:1 me:hunter2@h'],
    ['ssh -L 1:h:1 -l me:hunter2 h'],
    ['ssh -L 1:h:1 -o User=me:hunter2 h'],
    ['ssh -L 1:h:1 -J me:hunter2@j h'],
    [{ host: 'h' }, { host: 'me:hunter2@h' }],
  ];
  for (const [tunnel, override] of accounts) {
    it(`makes no tunnel with it as a part of the user: ${JSON.stringify([tunnel, override])}`, async () => {
      for (const where of override === undefined
        ? (['user', 'workspace'] as const)
        : (['workspace'] as const)) {
        const [{ entry, problems } = assert.fail('it is not listed')] = await tunnelsOf(
          { db: tunnel },
          { db: override ?? {} },
          where,
        );
        assert.equal(entry, undefined);
        assert.match(problems.map(({ message }) => localize(message, english)).join(), /secret storage/);
      }
    });
  }

  it('is not repeated where it is in an override', async () => {
    for (const spelling of spellings) {
      const text = spelling(password);
      const wrong = [
        text,
        { disabled: text, autoStart: text, [text]: text },
        { listen: text },
        { listen: { Database: `${text}:x` } },
        ...(text === password ? [] : [{ host: text }]),
        ...(recognizable.includes(spelling) ? [{ listen: { [text]: 1 } }] : []),
      ];
      for (const override of wrong) {
        assertHidden(await shownOf({ db: { host: 'h', localForward: '1025:h:1' } }, { db: override }));
      }
    }
  });
});
