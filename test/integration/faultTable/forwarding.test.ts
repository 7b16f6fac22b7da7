// The table of faults, its second half: forwards that do not listen, targets that are not reached, connections that are
// lost; and what is no fault at all.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { hostKeys } from './hostKeys';
import { FaultTableSetup } from './setup';
import { listeningHere } from './localListen';
import { listeningThere } from './remoteListen';
import { login } from './login';
import { onTheWay } from './jumpHostsAndProxies';
import { reaching } from './connect';
import { session } from './lostConnections';
import { faultTests } from './runFaults';
import { targets } from './targets';
import { visit } from '../../support/targetAndClient';

faultTests('listening on this machine', listeningHere);
faultTests('listening on the server', listeningThere);
faultTests('targets', targets);
faultTests('lost connections', session);

describe('the table of faults', () => {
  const all = [
    ...reaching,
    ...onTheWay,
    ...hostKeys,
    ...login,
    ...listeningHere,
    ...listeningThere,
    ...targets,
    ...session,
  ];

  it('has far more than 30 real faults, each once', () => {
    const titles = new Set(all.map(({ fault }) => fault));
    assert.equal(titles.size, all.length);
    assert.ok(all.filter(({ fake }) => fake === undefined).length >= 80, String(all.length));
  });

  describe('does not count', () => {
    let setup: FaultTableSetup;
    before(async () => {
      setup = await FaultTableSetup.open();
    });
    afterEach(async () => {
      await setup.clear();
    });
    after(async () => {
      await setup[Symbol.asyncDispose]();
    });

    it('a ForceCommand, as no tunnel runs a command', async () => {
      const sshd = await setup.server({ config: ['ForceCommand /bin/false', 'PermitTTY no'] });
      await setup.up({ localForward: setup.toGreeter }, sshd);
      assert.equal((await visit(setup.port)).received.toString(), 'welcome');
    });

    it('an old server, once the line of the explanation is in the ssh_config', async () => {
      const sshd = await setup.server({
        config: ['Ciphers 3des-cbc'],
        clientConfig: ['Ciphers +3des-cbc'],
      });
      await setup.up({ localForward: setup.toGreeter }, sshd);
      assert.equal((await visit(setup.port)).received.toString(), 'welcome');
    });

    it('GatewayPorts no, which opens less than was asked for, and of which the state tells', async () => {
      await setup.up({ remoteForward: `*:0:127.0.0.1:${setup.greeter.port}` });
      const [forward] = setup.forwards;
      assert.ok(forward?.status === 'listening');
      const [bound] = forward.bound;
      assert.ok(bound && 'host' in bound && bound.host === 'localhost', JSON.stringify(bound));
    });
  });
});
