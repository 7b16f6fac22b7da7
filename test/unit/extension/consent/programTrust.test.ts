// Which X11 programs need a confirmation before they get trusted access to the display, and when it is asked for again.
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'mocha';
import { WorkspaceStorage } from '../../../../src/extension/tunnels/workspaceStorage';
import type { Permission } from '../../../../src/extension/tunnels/startPolicy';
import type { ValidTunnel } from '../../../../src/extension/settings/configuredTunnel';
import type { ProgramTrust } from '../../../../src/extension/consent/programTrust';
import type { X11Program } from '../../../../src/tunnels/config/definition';
import { consentNeeded } from '../../../../src/tunnels/errors/consent';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { takeShown, withFakeVscode } from '../../../support/fakeVscode';
import type { ShownCall } from '../../../support/fakeVscode';
import { memento } from '../fakeMemento';

const editor = { name: 'Editor', command: 'gedit', trusted: true };

function tunnel(...programs: readonly X11Program[]): ValidTunnel {
  const parsed = parseTunnel(
    'laptop',
    {
      host: 'laptop',
      x11Programs: Object.fromEntries(programs.map(({ name, ...program }) => [name, program])),
    },
    'user',
  );
  assert.ok('entry' in parsed);
  const origin = 'user';
  return {
    id: 'user:laptop',
    name: 'laptop',
    origin,
    entry: parsed.entry,
    problems: [],
    folderUri: undefined,
  };
}

describe('the confirmation of trusted display access', () => {
  let Trust: typeof ProgramTrust;
  let workspaceStorage: WorkspaceStorage;
  let hostName: string;
  let permission: Permission;
  let resolved: number;
  let trust: ProgramTrust;

  before(async () => {
    ({ ProgramTrust: Trust } = await withFakeVscode(
      () => import('../../../../src/extension/consent/programTrust'),
    ));
  });
  beforeEach(() => {
    workspaceStorage = new WorkspaceStorage({ workspaceState: memento(), globalState: memento() });
    hostName = 'laptop.example.org';
    permission = { granted: true };
    resolved = 0;
    trust = new Trust({
      workspaceStorage,
      permission: () => permission,
      where: undefined,
      consents: {
        resolve: (of) => {
          resolved++;
          return Promise.resolve({
            tunnel: of,
            facts: { hops: [{ hostName, user: 'joe', port: 22 }], hash: 'hash' },
          });
        },
      },
    });
    takeShown();
  });
  const asked = (): readonly ShownCall[] => takeShown().filter(({ name }) => name === 'showWarningMessage');

  const unasked: readonly (readonly [what: string, program: X11Program])[] = [
    ['an untrusted program', { name: 'Clock', command: 'xclock', trusted: false }],
    ['a program in a nested display', { ...editor, nested: '800x600' }],
  ];
  for (const [what, program] of unasked) {
    it(`is not asked for ${what}, and no host is resolved`, async () => {
      assert.equal(await trust.allows(tunnel(program), program), true);
      assert.deepEqual([asked().length, resolved], [0, 0]);
    });
  }
  it('says what a trusted program may do, and counts as refused when the dialog is closed', async () => {
    assert.equal(await trust.allows(tunnel(editor), editor), false);
    const [question, ...more] = asked();
    assert.deepEqual(more, []);
    const [message, { modal, detail }] = (question?.args ?? []) as [
      string,
      { readonly modal: boolean; readonly detail: string },
    ];
    assert.equal(message, 'laptop.example.org:22: trust "Editor" with your display?');
    assert.equal(modal, true);
    assert.match(detail, /^Server: laptop\.example\.org:22 as joe\nCommand on the server: gedit\n/);
    assert.match(detail, /can read what you type in any window/);
  });
  it('is asked for again after a refusal', async () => {
    await trust.allows(tunnel(editor), editor);
    await trust.allows(tunnel(editor), editor);
    assert.equal(asked().length, 2);
  });

  describe('once given', () => {
    beforeEach(() => workspaceStorage.setTrusted(JSON.stringify([['joe@laptop.example.org:22'], 'gedit'])));

    it('covers the same command under another name', async () => {
      const renamed = { ...editor, name: 'Notes' };
      assert.equal(await trust.allows(tunnel(renamed), renamed), true);
      assert.equal(asked().length, 0);
    });
    it('does not cover another command', async () => {
      const other = { ...editor, command: 'gedit --new' };
      assert.equal(await trust.allows(tunnel(other), other), false);
      assert.equal(asked().length, 1);
    });
    it('does not cover an alias that resolves to another host', async () => {
      hostName = 'elsewhere.example.org';
      assert.equal(await trust.allows(tunnel(editor), editor), false);
      assert.equal(asked().length, 1);
    });
    it('does not cover a command that was only typed', async () => {
      assert.equal(await trust.allows(tunnel(), editor), false);
      assert.match(JSON.stringify(asked()[0]?.args), /asked every time/);
    });
  });

  it('is not asked for a program in a list that has consent, but is for one that was only typed', async () => {
    permission = { granted: true, consent: 'hash' };
    assert.equal(await trust.allows(tunnel(editor), editor), true);
    assert.deepEqual([asked().length, resolved], [0, 0]);
    assert.equal(await trust.allows(tunnel(), editor), false);
    assert.equal(asked().length, 1);
  });
  it('is not asked for a tunnel that may not run, and no host is resolved', async () => {
    permission = { granted: false, need: 'trust', error: consentNeeded('laptop', 'new') };
    await trust.allows(tunnel(editor), editor);
    assert.deepEqual([asked().length, resolved], [0, 0]);
  });
});
