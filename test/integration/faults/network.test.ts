// A laptop that changes networks while its tunnel is up: addresses appear and disappear, a cable is unplugged, a name
// isn't known yet. On two virtual machines, with the default keep-alive.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { startLaptop } from '../../support/faults/laptop';
import { addresses } from '../../support/faults/twoMachines';
import { needsNamespaces } from '../../support/namespaces';

describe('a laptop', () => {
  needsNamespaces();

  it('that joins another network has its tunnel back within seconds', async () => {
    await using laptop = await startLaptop();
    await laptop.bringUp();
    using talk = await laptop.openEchoConnection();
    laptop.machines.switchLaptopNetwork();
    await laptop.back();
    await talk.end;
    using again = await laptop.openEchoConnection();
    assert.ok(await again.say('from the other network'));
  });

  it('whose server moves finds it at its new address', async () => {
    await using laptop = await startLaptop();
    await laptop.bringUp();
    const { machines, window } = laptop;
    machines.laptop.ip(`addr add ${addresses.laptopElsewhere}/24 dev eth0`);
    await window.until(() => window.log.some((line) => line.includes('The network changed')), 'aware of it');
    await sleep(4000);
    assert.ok(!window.history().includes('waiting'), 'a connection that lives is left alone');
    await machines.name(addresses.serverElsewhere);
    machines.server.ip(`addr del ${addresses.server}/24 dev eth0`);
    // The network of the laptop changes with it.
    machines.laptop.ip(`route replace default via ${addresses.serverElsewhere}`);
    await laptop.back();
    using talk = await laptop.openEchoConnection();
    assert.ok(await talk.say('at its new address'));
  });

  it('whose cable is unplugged for seconds keeps its connections', async () => {
    await using laptop = await startLaptop();
    await laptop.bringUp();
    const { machines, window } = laptop;
    using talk = await laptop.openEchoConnection();
    machines.unplug();
    await sleep(8000);
    machines.plugIn();
    await window.until(() => window.log.some((line) => line.includes('The network changed')), 'aware of it');
    // The probe has 3 s.
    await sleep(4000);
    assert.ok(await talk.say('where were we?'));
    assert.ok(!window.history().includes('waiting'), window.history().join(' '));
  });

  it('whose cable is unplugged for seconds, then plugged into another network, has its tunnel back', async () => {
    await using laptop = await startLaptop();
    await laptop.bringUp();
    using talk = await laptop.openEchoConnection();
    laptop.machines.unplug();
    await sleep(4000);
    laptop.machines.switchLaptopNetwork();
    await laptop.back();
    await talk.end;
    using again = await laptop.openEchoConnection();
    assert.ok(await again.say('from the other network'));
  });

  it('that starts outside its network brings the tunnel up when it joins it', async () => {
    await using laptop = await startLaptop();
    const { machines, window } = laptop;
    machines.unplug();
    await laptop.want();
    const failed = (code: string) => (): boolean => {
      const state = window.state();
      return state.status === 'waiting' && state.error.code === code;
    };
    await window.until(failed('HostNotFound'), 'waiting for the name');
    await machines.name(addresses.server);
    await window.until(failed('HostUnreachable'), 'waiting for a route');
    machines.plugIn();
    await window.untilStatus('up');
    using talk = await laptop.openEchoConnection();
    assert.ok(await talk.say('at home'));
  });
});
