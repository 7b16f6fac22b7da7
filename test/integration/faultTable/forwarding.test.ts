// The table of faults, its second half: forwards that do not listen, targets that are not reached, connections that are
// lost; and what is no fault at all.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'mocha';
import { hostKeys } from './hostKeys';
import { Ground } from './setup';
import { listeningHere } from './localListen';
import { listeningThere } from './remoteListen';
import { login } from './login';
import { onTheWay } from './jumpHostsAndProxies';
import { reaching } from './connect';
import { session } from './lostConnections';
import { suite } from './runFaults';
import { targets } from './targets';
import { visit } from '../../support/targetAndClient';

suite('listening on this machine', listeningHere);
suite('listening on the server', listeningThere);
suite('targets', targets);
suite('lost connections', session);

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
    let ground: Ground;
    before(async () => {
      ground = await Ground.open();
    });
    afterEach(async () => {
      await ground.clear();
    });
    after(async () => {
      await ground[Symbol.asyncDispose]();
    });

    it('a ForceCommand, as no tunnel runs a command', async () => {
      const sshd = await ground.server({ config: ['ForceCommand /bin/false', 'PermitTTY no'] });
      await ground.up({ localForward: ground.toGreeter }, sshd);
      assert.equal((await visit(ground.port)).received.toString(), 'welcome');
    });

    it('an old server, once the line of the explanation is in the ssh_config', async () => {
      const sshd = await ground.server({
        config: ['Ciphers 3des-cbc'],
        clientConfig: ['Ciphers +3des-cbc'],
      });
      await ground.up({ localForward: ground.toGreeter }, sshd);
      assert.equal((await visit(ground.port)).received.toString(), 'welcome');
    });

    it('GatewayPorts no, which opens less than was asked for, and of which the state tells', async () => {
      await ground.up({ remoteForward: `*:0:127.0.0.1:${ground.greeter.port}` });
      const [forward] = ground.forwards;
      assert.ok(forward?.status === 'listening');
      const [bound] = forward.bound;
      assert.ok(bound && 'host' in bound && bound.host === 'localhost', JSON.stringify(bound));
    });
  });
});
