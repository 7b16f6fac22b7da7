// A pasted command may be somebody else's: what it would write into the user's SSH config is shown to the letter.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type * as blocks from '../../../../src/extension/commands/add/hostBlock';
import { checkLine } from '../../../../src/tunnels/config/commandLine/pastedCommandLine';
import { takeShown, withFakeVscode } from '../../../support/fakeVscode';

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
});
