// A trusted but hostile workspace: it runs nothing without being asked, the user's own tunnel works, and the window
// stays responsive.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { SshTunnelsApi, TunnelInfo } from '../../../src/extension/api.d';
import { quote } from '../../../src/tunnels/util/shown';
import { exchange } from '../../support/targetAndClient';
import { hostileSettings, touched, variableOfTerminals } from '../hostileProject';
import { settingsText } from '../testProject';
import { activate, eventually, portOf, tunnel, facts } from './extensionUnderTest';
import { watchResponsiveness } from '../../support/responsiveness';

/** As a multiple of the reference of responsiveness.ts: about three seconds. */
const longestTurn = 30;

export function hostileWorkspaceTests(): void {
  describe('a hostile workspace', () => {
    let api: SshTunnelsApi;
    before(async () => {
      api = await activate();
      await eventually(
        () => own().status === 'up',
        () => JSON.stringify(own()),
      );
    });

    const own = (): TunnelInfo => tunnel(api, 'user:own everywhere');
    const foreign = (): readonly TunnelInfo[] => api.tunnels.filter(({ origin }) => origin !== 'user');

    it('is trusted in this test', () => assert.equal(vscode.workspace.isTrusted, true));

    it("doesn't affect the user's own tunnel", async () => {
      const [forward] = own().forwards;
      assert.ok(forward);
      assert.equal((await exchange(portOf(forward))).received.length > 0, true);
    });

    for (const [key, value] of Object.entries(hostileSettings)) {
      it(`can't set ${key}`, () => {
        for (const folder of [undefined, ...(vscode.workspace.workspaceFolders ?? [])]) {
          const configuration = vscode.workspace.getConfiguration(undefined, folder?.uri);
          const hostile = JSON.stringify(value).replaceAll('{folder}', facts.folder);
          assert.notEqual(JSON.stringify(configuration.get(key)), hostile);
        }
      });
    }

    it("can't set a variable of the window, which ssh would get", () => {
      assert.equal(process.env[variableOfTerminals], undefined);
      assert.notEqual(process.env['SSH_AUTH_SOCK'], '/evil');
    });

    it('starts no tunnel automatically', () => {
      const started = foreign().filter(({ status }) => !['blocked', 'stopped', 'failed'].includes(status));
      assert.deepEqual(started, []);
      const bound = foreign().flatMap(({ forwards }) => forwards.flatMap((forward) => forward.bound));
      assert.deepEqual(bound, []);
    });

    const refused =
      'account|account of a target|URL of a target|words after the host|password of a line|' +
      'option|shell|user|jump|path|program|key|line|line with a zero|line for a shell|environment|package index|' +
      'makefile|variable of a path|steps|' +
      'cafe\u0301|user:own everywhere|a\u001b[31m\u202ename|many|deep|number|nothing';
    for (const name of refused.split('|')) {
      it(`lists ${quote(name)} with its problem`, () => {
        const found = foreign().filter((candidate) => candidate.name === name);
        assert.notEqual(found.length, 0);
        for (const { status, error } of found) {
          assert.deepEqual([status, error?.code], ['failed', 'InvalidDefinition'], name);
          assert.doesNotMatch(error?.message ?? '', /hunter2/);
          assert.ok((error?.message.length ?? 0) < 1000);
        }
      });
    }

    it('makes no tunnel repeat a password, whoever asks', async () => {
      assert.doesNotMatch(JSON.stringify(api.tunnels), /hunter2/);
      const ask = async (tool: string, input: object): Promise<string> => {
        const { content } = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
        return JSON.stringify(content);
      };
      assert.doesNotMatch(await ask('sshTunnels_list', {}), /hunter2/);
      for (const { id, error } of foreign().filter(({ name }) =>
        /account|target|words|password/.test(name),
      )) {
        assert.equal(error?.code, 'InvalidDefinition');
        assert.doesNotMatch(await ask('sshTunnels_explain', { tunnel: id }), /hunter2/);
      }
    });

    it('is not allowed to use a socket path by a consent to none', () => {
      const found = foreign().filter(
        ({ name, error }) => name === 'agent' && error?.code === 'ConsentNeeded',
      );
      assert.deepEqual([...new Set(found.map(({ status }) => status))], ['blocked']);
    });

    it('has unique tunnel ids of its own', () => {
      const ids = api.tunnels.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      assert.deepEqual(
        ids.filter((id) => id.startsWith('user:')),
        ['user:own everywhere'],
      );
    });

    it('keeps the tunnels of each folder apart, even when two folders have one name', async () => {
      const folders = (): ReadonlySet<string | undefined> => new Set(foreign().map(({ folder }) => folder));
      // The editor may read the large file of the first folder later than the others.
      await eventually(
        () => ['a', 'b'].every((name) => folders().has(join(facts.folder, name))),
        () => [...folders()].join(),
      );
    });

    const arguments_: readonly (readonly [what: string, argument: unknown])[] = [
      ['a row of a tunnel that is not there', { kind: 'tunnel', tunnelId: 'user:none' }],
      ['a row of the prototype', { kind: 'tunnel', tunnelId: '__proto__' }],
      ['a name of the prototype', 'hasOwnProperty'],
      ['an id of another origin', 'user:plain'],
      ['a path', 'own everywhere/../../x'],
      ['a link', '[x](command:workbench.action.quit)'],
    ];
    for (const command of ['start', 'stop', 'restart', 'copyLocalAddress', 'edit', 'remove', 'explain']) {
      it(`can't make ${command} do anything with a crafted argument`, async () => {
        const done = arguments_.map(([, argument]) =>
          vscode.commands.executeCommand(`sshTunnels.${command}`, argument),
        );
        // Commands that ask the user wait for an answer, which never comes.
        await Promise.race([Promise.allSettled(done), sleep(1000)]);
        assert.equal(own().status, 'up');
      });
    }
    it("can't get a value for a variable with a crafted argument", async () => {
      const wrong: readonly unknown[] = [
        { tunnel: {} },
        { tunnel: ['own everywhere'] },
        { tunnel: '__proto__' },
        { forward: 'x' },
        1,
      ];
      for (const argument of wrong) {
        const asked = Promise.resolve(vscode.commands.executeCommand('sshTunnels.getLocalPort', argument));
        await assert.rejects(asked, Error, JSON.stringify(argument));
      }
    });

    it("doesn't slow the window down with endless tunnels, and works again when they are removed", async () => {
      const turns = watchResponsiveness();
      const each = { host: 'test-sshd', localForward: Array<string>(500).fill('0:127.0.0.1:80') };
      const tunnels = Object.fromEntries(
        Array.from({ length: 3000 }, (_, n) => [`t${n}`, n < 20 ? each : { a: n }]),
      );
      const file = join(facts.folder, 'b/.vscode/settings.json');
      await writeFile(file, settingsText(tunnels));
      const inB = (): readonly TunnelInfo[] =>
        foreign().filter(({ folder }) => folder === join(facts.folder, 'b'));
      await eventually(
        () => inB().some(({ name }) => name === 't1'),
        () => `${inB().length} tunnels`,
      );
      assert.ok(inB().length <= 1001, `${inB().length} tunnels`);
      assert.ok(inB().some(({ error }) => (error?.message ?? '').includes('The others are ignored')));
      await writeFile(file, settingsText({}));
      await eventually(
        () => inB().length === 0,
        () => `${inB().length} are left`,
      );
      const longest = turns.stop();
      assert.ok(longest < longestTurn, `nothing else ran for ${longest.toFixed(1)} times the reference`);
    });

    it('has not run any command in these tests', () => {
      assert.equal(existsSync(join(facts.folder, touched)), false);
      assert.equal(own().status, 'up');
    });
  });
}
