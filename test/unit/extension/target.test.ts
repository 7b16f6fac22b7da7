// The error of a command for which there is no tunnel or forward.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type { AnotherPortParts } from '../../../src/extension/commands/anotherPort';
import type { CommandTable } from '../../../src/extension/commands/register';
import type { TakeOverParts } from '../../../src/extension/commands/takeOver';
import { commandIds } from '../../../src/extension/contributions';
import type { CommandId } from '../../../src/extension/contributions';
import type { PageParts } from '../../../src/extension/editor/browser/pages';
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
    ] = await withFakeVscode(async () =>
      Promise.all([
        import('../../../src/extension/commands/target'),
        import('../../../src/extension/commands/anotherPort'),
        import('../../../src/extension/commands/takeOver'),
        import('../../../src/extension/editor/terminal/terminals'),
        import('../../../src/extension/editor/browser/pages'),
      ]),
    );
    const targets = new Targets(() => [tunnel({ status: 'stopped' }, { forwards: [mail] })]);
    // No command gets as far as to start a tunnel.
    const parts = { targets } as PageParts & AnotherPortParts & TakeOverParts;
    commands = {
      ...terminalCommands(parts),
      ...pageCommands(parts),
      ...anotherPortCommands(parts),
      ...takeOverCommands(parts),
    };
  });

  const rows: readonly (readonly [id: CommandId, message: RegExp])[] = [
    [commandIds.insertAddressInTerminal, /no forward that listens\. Start its tunnel first/],
    [commandIds.openProxiedTerminal, /no SOCKS proxy\. Add a "dynamicForward"/],
    [commandIds.openInBrowser, /no forward that leads to a web page/],
    [commandIds.openInEditor, /no forward that leads to a web page/],
    [commandIds.copyConnectionString, /listens and whose service is known/],
    [commandIds.useAnotherPort, /^Error: Use Another Port: no forward has failed to get its port\.$/],
    [commandIds.takeOver, /^Error: Take Over: no forward misses a port that another tunnel has\.$/],
  ];
  for (const [id, message] of rows) {
    it(`says which forward ${id} needs`, async () => {
      await assert.rejects(async () => {
        await commands[id]?.(undefined);
      }, message);
    });
  }
});
