// The schema of our settings, in the service that the editor checks and completes settings.json with: it describes and
// completes, and what is wrong is said once, by our own marks.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import type { JSONSchema } from 'vscode-json-languageservice';
import { settingsMarks } from '../../src/extension/settings/diagnostics/findProblems';
import {
  keysOfForward,
  overrideKeys,
  tunnelKeys,
  x11ProgramKeys,
} from '../../src/tunnels/config/parsing/tunnelKeys';
import { atOnce } from '../../src/tunnels/util/pacing/slices';
import { inEnglish } from '../support/inEnglish';
import { readManifest } from '../support/manifest';
import { repoRoot } from '../support/setup.mjs';

const { contributes } = readManifest() as {
  contributes: { configuration: { properties: Record<string, JSONSchema> } };
};
const schema: JSONSchema = { type: 'object', properties: contributes.configuration.properties };
const service = getLanguageService({});
service.configure({ schemas: [{ uri: 'settings:schema', fileMatch: ['*'], schema }] });

function parsed(text: string): [TextDocument, ReturnType<typeof service.parseJSONDocument>] {
  const document = TextDocument.create('file:///project/.vscode/settings.json', 'jsonc', 1, text);
  return [document, service.parseJSONDocument(document)];
}

/** What the editor says by itself. */
async function warnings(text: string): Promise<readonly string[]> {
  const found = await service.doValidation(...parsed(text), { comments: 'ignore', trailingCommas: 'ignore' });
  return found.map(({ message }) => (typeof message === 'string' ? message : message.value));
}

/** What our marks say, in the user's settings. */
function marks(text: string): readonly string[] {
  const ports = { unprivilegedFrom: 1024, handedOut: { from: 49_152, to: 65_535 } };
  const variables = { home: '/home/me', workspaceFolder: '/project', platform: 'linux' } as const;
  return atOnce(settingsMarks(text, { within: [], ports, variables, labels: new Map() }))
    .filter(({ kind }) => kind === 'problem')
    .map(({ message }) => inEnglish(message));
}

/** @param text with `|` at the cursor */
async function completions(text: string): Promise<readonly string[]> {
  const at = text.indexOf('|');
  const [document, json] = parsed(text.slice(0, at) + text.slice(at + 1));
  const list = await service.doComplete(document, document.positionAt(at), json);
  return (list?.items ?? []).map(({ label }) => label);
}

const forward = { listen: 5432, target: 'db:5432' };
const db = { host: 'db' };

describe('a mistake in the settings', () => {
  const inTunnels: readonly unknown[] = [
    5,
    ['db'],
    { db: 5 },
    { db: {} },
    { db: { hots: 'db' } },
    { db: { hots: 'db', localForward: forward } },
    { db: { host: 5 } },
    { db: { host: '' } },
    { db: '' },
    { 'a/b': db },
    { ' db': db },
    { db: { ...db, password: 'hunter2' } },
    { db: { ...db, identityFile: '~/.ssh/id' } },
    { db: { ...db, strictHostKeyChecking: 'no' } },
    { db: { ...db, colour: 'red' } },
    { db: { ...db, proxyJump: 5 } },
    { db: { ...db, proxyJump: [5] } },
    { db: { ...db, compression: 'yes' } },
    { db: { ...db, autoStart: 'maybe' } },
    { db: { ...db, runIn: 'here' } },
    { db: { ...db, serverAliveInterval: -1 } },
    { db: { ...db, connectTimeout: 'long' } },
    { db: { ...db, description: 5 } },
    { db: { ...db, localForward: true } },
    { db: { ...db, localForward: 5432 } },
    { db: { ...db, localForward: '' } },
    { db: { ...db, localForward: [true] } },
    { db: { ...db, localForward: { listen: 5432 } } },
    { db: { ...db, localForward: { target: 'db:5432' } } },
    { db: { ...db, localForward: { lisen: 5432, target: 'db:5432' } } },
    { db: { ...db, localForward: { listen: 5432, traget: 'db:5432' } } },
    { db: { ...db, localForward: { ...forward, listen: true } } },
    { db: { ...db, localForward: { ...forward, listen: 70000 } } },
    { db: { ...db, localForward: { ...forward, target: 5432 } } },
    { db: { ...db, localForward: { ...forward, env: 'db' } } },
    { db: { ...db, localForward: { ...forward, env: 'PATH' } } },
    { db: { ...db, localForward: { ...forward, label: '' } } },
    { db: { ...db, localForward: { ...forward, ifPortBusy: 'wait' } } },
    { db: { ...db, remoteForward: { ...forward, env: 'DB_PORT' } } },
    { db: { ...db, remoteForward: { ...forward, env: 'nonsense' } } },
    { db: { ...db, remoteForward: { ...forward, ifPortBusy: 'next' } } },
    { db: { ...db, dynamicForward: { listen: 1080, protocol: 'http' } } },
    { db: { ...db, dynamicForward: { listen: 1080, target: 'db:5432' } } },
    { db: { ...db, dynamicForward: { listen: 1080, env: 'API_URL' } } },
    { db: { ...db, dynamicForward: true } },
    { db: { ...db, x11Programs: 'xclock' } },
    { db: { ...db, x11Programs: { 'a/b': 'xclock' } } },
    { db: { ...db, x11Programs: { clock: 5 } } },
    { db: { ...db, x11Programs: { clock: {} } } },
    { db: { ...db, x11Programs: { clock: { comand: 'xclock' } } } },
    { db: { ...db, x11Programs: { clock: { command: 'xclock', nested: 'big' } } } },
    { db: { ...db, x11Programs: { clock: { command: 'xclock', trusted: 1 } } } },
  ];
  for (const value of inTunnels) {
    it(`is marked once: ${JSON.stringify(value)}`, () => markedOnce('sshTunnels.tunnels', value));
  }
  const inOverrides: readonly unknown[] = [
    5,
    { db: 5 },
    { db: { disabld: true } },
    { db: { disabled: 'yes' } },
    { db: { autoStart: 'maybe' } },
    { db: { host: 5 } },
    { db: { listen: 5432 } },
    { db: { listen: { Database: true } } },
    { db: { listen: { Database: 70000 } } },
  ];
  for (const value of inOverrides) {
    it(`is marked once: overrides ${JSON.stringify(value)}`, () => markedOnce('sshTunnels.overrides', value));
  }

  async function markedOnce(setting: string, value: unknown): Promise<void> {
    const text = JSON.stringify({ [setting]: value }, null, 2);
    assert.deepEqual(await warnings(text), []);
    assert.equal(marks(text).length, 1, marks(text).join('\n'));
  }
});

describe('an example of the README', () => {
  const readme = readFileSync(path.join(repoRoot, 'README.md'), 'utf8');
  const examples = [...readme.matchAll(/^```jsonc\n(.*?)^```/gms)].flatMap(([, text = '']) =>
    /^\/\/ (tasks|launch)\.json/.test(text)
      ? []
      : [text.includes('"sshTunnels.') ? `{${text}}` : `{ "sshTunnels.tunnels": {${text}} }`],
  );
  assert.ok(examples.length > 3);
  for (const text of examples) {
    it(`is valid: ${text.trim().replaceAll(/\s+/g, ' ').slice(0, 80)}`, async () => {
      assert.deepEqual(await warnings(text), []);
      assert.deepEqual(marks(text), []);
    });
  }
});

describe('the completion in the settings', () => {
  const keys: readonly (readonly [owner: string, text: string, expected: readonly string[]])[] = [
    ['a tunnel', '{ "sshTunnels.tunnels": { "db": { | } } }', tunnelKeys],
    ...(['local', 'remote', 'dynamic'] as const).flatMap(
      (kind) =>
        [
          [
            `a ${kind} forward`,
            `{ "sshTunnels.tunnels": { "db": { "${kind}Forward": { | } } } }`,
            keysOfForward[kind],
          ],
          [
            `a ${kind} forward of a list`,
            `{ "sshTunnels.tunnels": { "db": { "${kind}Forward": [{ | }] } } }`,
            keysOfForward[kind],
          ],
        ] as const,
    ),
    [
      'a program',
      '{ "sshTunnels.tunnels": { "db": { "x11Programs": { "clock": { | } } } } }',
      x11ProgramKeys,
    ],
    ['an override', '{ "sshTunnels.overrides": { "db": { | } } }', overrideKeys],
  ];
  for (const [owner, text, expected] of keys) {
    it(`offers the keys of ${owner}`, async () => {
      const found = await completions(text);
      assert.deepEqual([...found].sort(), [...expected].sort());
    });
  }
  const values: readonly (readonly [key: string, expected: readonly string[]])[] = [
    ['compression', ['true', 'false']],
    ['autoStart', ['true', 'false', '"onConnect"']],
    ['runIn', ['"local"', '"everywhere"']],
  ];
  for (const [key, expected] of values) {
    it(`offers the values of ${key}`, async () => {
      const found = await completions(`{ "sshTunnels.tunnels": { "db": { "${key}": | } } }`);
      assert.deepEqual([...new Set(found)].sort(), [...expected].sort());
    });
  }
});
