// Two hundred tunnels in one workspace: started, reported and removed, while the extension host stays responsive.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SshTunnelsApi, TunnelInfo } from '../../../src/extension/api.d';
import { exchange } from '../../support/targetAndClient';
import { settingsText } from '../testProject';
import { activate, eventually, portOf, facts } from './extensionUnderTest';
import { watchResponsiveness } from '../../support/responsiveness';

const settingsFile = join(facts.folder, '.vscode/settings.json');
const count = 200;
/** As a multiple of the reference of responsiveness.ts: about two seconds. It is 9 on an idle machine. */
const longestTurn = 20;

export function manyTunnelsTests(): void {
  describe(`a folder with ${count} tunnels`, () => {
    let api: SshTunnelsApi;
    let settings: string;
    before(async () => {
      api = await activate();
      settings = await readFile(settingsFile, 'utf8');
    });
    after(async () => {
      await writeFile(settingsFile, settings);
      await eventually(
        () => many().length === 0,
        () => `${many().length} are left`,
      );
    });

    const many = (): readonly TunnelInfo[] => api.tunnels.filter(({ name }) => name.startsWith('many '));

    it('starts them all with few notifications, and keeps the extension host responsive', async () => {
      const turns = watchResponsiveness();
      let events = 0;
      const subscription = api.onDidChangeTunnels(() => events++);
      const tunnels = Array.from({ length: count }, (_, n) => [
        `many ${n}`,
        { host: 'test-sshd', localForward: { listen: 0, target: `127.0.0.1:${facts.echoPort}` } },
      ]);
      await writeFile(settingsFile, settingsText(Object.fromEntries(tunnels)));
      await eventually(
        () => many().length === count && many().every(({ status }) => status === 'up'),
        () => JSON.stringify(many().map(({ status }) => status)),
      );
      const ports = many().map(({ forwards: [forward] }) => portOf(forward ?? assert.fail()));
      const answers = await Promise.all(ports.map((port, n) => exchange(port, `client ${n}`)));
      const longest = turns.stop();
      subscription.dispose();
      answers.forEach(({ received }, n) => assert.equal(received.toString(), `client ${n}`));
      // Each goes through several states; simultaneous changes are reported together.
      assert.ok(events < count * 4, `${events} events`);
      assert.ok(longest < longestTurn, `nothing else ran for ${longest.toFixed(1)} times the reference`);
    });
  });
}
