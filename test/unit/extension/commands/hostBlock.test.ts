// A pasted command may be somebody else's: what it would write into the user's SSH config is shown to the letter.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type * as blocks from '../../../../src/extension/commands/add/hostBlock';
import { checkLine } from '../../../../src/tunnels/config/commandLine/pastedCommandLine';
import { takeShown, withFakeVscode } from '../../../support/fakeVscode';
import { tempDir } from '../../../support/tempDir';

describe('the question about options of a pasted command', () => {
  let module: typeof blocks;
  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/extension/commands/add/hostBlock'));
  });

  async function ask(line: string): Promise<{ detail: string; buttons: readonly string[] }> {
    const checked = checkLine(line);
    assert.ok('configOptions' in checked, JSON.stringify(checked));
    takeShown();
    await module.askAboutOptions(checked, {
      block: { file: '/home/me/.ssh/config', options: checked.configOptions },
      problems: [],
    });
    const [call] = takeShown();
    const [, options, ...items] = call?.args ?? [];
    return {
      detail: (options as { detail: string }).detail,
      buttons: items.map((item) => (item as { title: string }).title),
    };
  }

  it('shows spaces and letters that could be overlooked', async () => {
    const { detail } = await ask("ssh -L 1:h:1 -o 'ProxyCommand=nc   gate\u00a0%h %p' h");
    assert.ok(detail.includes('ProxyCommand nc␣␣␣gate\\u{a0}%h %p'), detail);
  });

  it('writes nothing that a dialog can\u2019t show in full', async () => {
    const line = (length: number): string => `ssh -L 1:h:1 -o 'ProxyCommand=nc ${'x'.repeat(length)}' h`;
    assert.equal((await ask(line(100))).buttons.length, 2);
    const { detail, buttons } = await ask(line(5000));
    assert.match(detail, /too much to show/);
    assert.deepEqual(buttons, ['Leave It Out']);
  });

  it('offers no block where none can be written, and says why', async () => {
    const dir = await tempDir();
    try {
      const checked = checkLine('ssh -L 1:h:1 -i ~/.ssh/id -c blowfish me@db.example.org');
      assert.ok('configOptions' in checked);
      const offer = async (config: string, mode: number): Promise<blocks.BlockOffer> =>
        module.prepareOffer(checked, await dir.write(`config${String(mode)}`, config, mode));
      const possible = await offer('Host *\n  User x\n', 0o600);
      assert.deepEqual(possible.block?.options, [{ keyword: 'IdentityFile', value: '~/.ssh/id' }]);
      assert.match(possible.problems.join(), /^ssh refuses this Ciphers/);
      const readOnly = await offer('', 0o400);
      assert.equal(readOnly.block, undefined);
      assert.match(readOnly.problems.join(), /is read-only/);
      const existing = await offer('Host *.example.org\n', 0o640);
      assert.equal(existing.block, undefined);
      assert.match(
        existing.problems.join(),
        /already has a Host block .* line 1\)\. Add IdentityFile, Ciphers there\./,
      );
      const none = await module.prepareOffer(checked, 'none');
      assert.match(none.problems.join(), /so there is no file for a Host block\.$/);
      takeShown();
      await module.askAboutOptions(checked, readOnly);
      const [call] = takeShown();
      const [, options, ...items] = call?.args ?? [];
      assert.match((options as { detail: string }).detail, /is read-only/);
      assert.deepEqual(
        items.map((item) => (item as { title: string }).title),
        ['Leave Them Out'],
      );
    } finally {
      await dir.remove();
    }
  });
});
