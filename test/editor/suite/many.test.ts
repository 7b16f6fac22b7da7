// Two hundred tunnels in one workspace: up, told, and gone again, while the extension host stays responsive.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { SshTunnelsApi, TunnelInfo } from '../../../src/extension/api.d';
import { visit } from '../../support/peers';
import { settingsText } from '../projects';
import { activate, eventually, portOf, world } from './editorWorld';

const settingsFile = join(world.folder, '.vscode/settings.json');
const count = 200;

export function manyTests(): void {
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
        20_000,
      );
    });

    const many = (): readonly TunnelInfo[] => api.tunnels.filter(({ name }) => name.startsWith('many '));

    it('brings them all up, tells of it now and then, and lets others have their turn', async () => {
      const delay = monitorEventLoopDelay({ resolution: 10 });
      let told = 0;
      const subscription = api.onDidChangeTunnels(() => told++);
      delay.enable();
      const tunnels = Array.from({ length: count }, (_, n) => [
        `many ${n}`,
        { host: 'test-sshd', localForward: { listen: 0, target: `127.0.0.1:${world.echoPort}` } },
      ]);
      await writeFile(settingsFile, settingsText(Object.fromEntries(tunnels)));
      await eventually(
        () => many().length === count && many().every(({ status }) => status === 'up'),
        () => JSON.stringify(many().map(({ status }) => status)),
        40_000,
      );
      const ports = many().map(({ forwards: [forward] }) => portOf(forward ?? assert.fail()));
      const answers = await Promise.all(ports.map((port, n) => visit(port, `client ${n}`)));
      delay.disable();
      subscription.dispose();
      answers.forEach(({ received }, n) => assert.equal(received.toString(), `client ${n}`));
      // Each goes through several states; what comes together is told together.
      assert.ok(told < count * 4, `told ${told} times`);
      // A busy machine may hold it up for a while, too.
      const longest = delay.max / 1e6;
      assert.ok(longest < 5000, `nothing else ran for ${longest.toFixed(0)} ms`);
    });
  });
}
