// The error of a command for which there is no tunnel or forward.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { AnotherPortParts } from '../../../src/extension/commands/useAnotherPort';
import type { CommandTable } from '../../../src/extension/commands/register';
import type { TakeOverParts } from '../../../src/extension/commands/takeOver';
import { commandIds } from '../../../src/extension/contributions';
import type { CommandId } from '../../../src/extension/contributions';
import type { PageParts } from '../../../src/extension/editor/browser/openInBrowser';
import { withFakeVscode } from '../../support/fakeVscode';
import { forward, local, tunnel } from '../views/snapshots';

describe('a command without a matching forward', () => {
  const mail = forward(local('Mail', { protocol: 'smtp' }));
  let commands: CommandTable;

  before(async () => {
    const [
      { Targets },
      { anotherPortCommands },
      { takeOverCommands },
      { terminalCommands },
      { pageCommands },
      { copyCommands },
    ] = await withFakeVscode(async () =>
      Promise.all([
        import('../../../src/extension/commands/commandArgument'),
        import('../../../src/extension/commands/useAnotherPort'),
        import('../../../src/extension/commands/takeOver'),
        import('../../../src/extension/editor/terminal/terminalCommands'),
        import('../../../src/extension/editor/browser/openInBrowser'),
        import('../../../src/extension/commands/copy'),
      ]),
    );
    const targets = new Targets(() => [tunnel({ status: 'stopped' }, { forwards: [mail] })]);
    // No command gets as far as to start a tunnel.
    const parts = { targets } as PageParts & AnotherPortParts & TakeOverParts;
    commands = {
      ...terminalCommands(parts),
      ...pageCommands(parts),
      ...copyCommands(parts),
      ...anotherPortCommands(parts),
      ...takeOverCommands(parts),
    };
  });

  const rows: readonly (readonly [id: CommandId, message: RegExp])[] = [
    [commandIds.insertAddressInTerminal, /^Error: No forward is listening\. Start a tunnel first\.$/],
    [commandIds.openProxiedTerminal, /^Error: No tunnel has a SOCKS proxy\. Add a "dynamicForward"/],
    [commandIds.openInBrowser, /^Error: No forward leads to a web page\.$/],
    [commandIds.openInEditor, /^Error: No forward leads to a web page\.$/],
    [commandIds.copyConnectionString, /No listening forward has a known service/],
    [commandIds.useAnotherPort, /^Error: No forward failed to open its port\.$/],
    [commandIds.takeOver, /^Error: No forward is blocked by another tunnel's port\.$/],
  ];
  for (const [id, message] of rows) {
    it(`says which forward ${id} needs`, async () => {
      await assert.rejects(async () => {
        await commands[id]?.(undefined);
      }, message);
    });
  }
});
