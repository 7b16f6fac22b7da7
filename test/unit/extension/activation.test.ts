// An extension that can't start says so. The fake editor lacks most of what activation needs, so it throws there.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ExtensionContext } from 'vscode';
import { takeShown, withFakeVscode } from '../../support/fakeVscode';

describe('an activation that throws', () => {
  it('is shown with its reason and the log, which has the stack', async () => {
    const { activate } = await withFakeVscode(() => import('../../../src/extension/extension'));
    takeShown();
    await assert.rejects(activate({} as ExtensionContext), TypeError);
    const shown = takeShown();
    const [message] = shown.filter(({ name }) => name === 'showErrorMessage');
    assert.match(
      String(message?.args[0]),
      /^SSH Tunnels couldn't start: Cannot read properties of undefined/,
    );
    assert.deepEqual(message?.args.slice(1), ['Show Log']);
    const logged = shown.filter(({ name }) => name === 'error').map(({ args }) => String(args[0]));
    assert.ok(logged.some((line) => line.startsWith('TypeError: Cannot read properties of undefined')));
    assert.ok(
      logged.some((line) => /^at (async )?activate .*extension\.ts/.test(line)),
      logged.join('\n'),
    );
  });
});
