// Errors and their next steps, second half: forwards that don't listen, unreachable targets, lost connections; and what is no
// fault.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { hostKeyFaults } from './hostKeys';
import { FaultSetup } from './setup';
import { localListenFaults } from './localListen';
import { remoteListenFaults } from './remoteListen';
import { loginFaults } from './login';
import { jumpHostAndProxyFaults } from './jumpHostsAndProxies';
import { connectFaults } from './connect';
import { lostConnectionFaults } from './lostConnections';
import { faultTests } from './faultTests';
import { targetFaults } from './targets';
import { exchange } from '../../support/targetAndClient';

faultTests('local listeners', localListenFaults);
faultTests('remote listeners', remoteListenFaults);
faultTests('targets', targetFaults);
faultTests('lost connections', lostConnectionFaults);

describe('the list of faults', () => {
  const all = [
    ...connectFaults,
    ...jumpHostAndProxyFaults,
    ...hostKeyFaults,
    ...loginFaults,
    ...localListenFaults,
    ...remoteListenFaults,
    ...targetFaults,
    ...lostConnectionFaults,
  ];

  it('has far more than 30 faults, each once', () => {
    const titles = new Set(all.map(({ fault }) => fault));
    assert.equal(titles.size, all.length);
    assert.ok(all.filter(({ fake }) => fake === undefined).length >= 80, String(all.length));
  });

  describe('leaves out', () => {
    let setup: FaultSetup;
    before(async () => {
      setup = await FaultSetup.open();
    });
    afterEach(async () => {
      await setup.clear();
    });
    after(async () => {
      await setup[Symbol.asyncDispose]();
    });

    it('ForceCommand, because a tunnel with it works', async () => {
      const sshd = await setup.server({ config: ['ForceCommand /bin/false', 'PermitTTY no'] });
      await setup.up({ localForward: setup.forwardToGreeter }, sshd);
      assert.equal((await exchange(setup.port)).received.toString(), 'welcome');
    });

    it('an old server, because it works with the suggested ssh_config line', async () => {
      const sshd = await setup.server({
        config: ['Ciphers 3des-cbc'],
        clientConfig: ['Ciphers +3des-cbc'],
      });
      await setup.up({ localForward: setup.forwardToGreeter }, sshd);
      assert.equal((await exchange(setup.port)).received.toString(), 'welcome');
    });

    it('GatewayPorts no, because the forward listens and the state shows where', async () => {
      await setup.up({ remoteForward: `*:0:127.0.0.1:${setup.greeter.port}` });
      const [forward] = setup.forwards;
      assert.ok(forward?.status === 'listening');
      const [bound] = forward.bound;
      assert.ok(bound && 'host' in bound && bound.host === 'localhost', JSON.stringify(bound));
    });
  });
});
