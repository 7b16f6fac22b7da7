// No network at the first connect, like on a laptop that starts outside its VPN: the tunnel comes up when the network
// does.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { setUpFaults } from '../../support/faults/setup';
import type { FaultSetup } from '../../support/faults/setup';
import { redirectClients } from '../../support/faults/redirectClients';
import { exchange } from '../../support/targetAndClient';

interface NetworkFault {
  readonly what: string;
  readonly code: string;
  readonly go: (setup: FaultSetup) => Promise<void> | void;
  readonly come: (setup: FaultSetup) => Promise<void> | void;
}

const networkFaults: readonly NetworkFault[] = [
  {
    what: 'the name is unknown',
    code: 'HostNotFound',
    go: ({ sshd, link }) => redirectClients(sshd, { host: 'server.invalid', port: link.port }),
    come: ({ sshd, link }) => redirectClients(sshd, { host: '127.0.0.1', port: link.port }),
  },
  {
    what: 'the connection is refused',
    code: 'ConnectionRefused',
    go: ({ link }) => link.refuse(),
    come: ({ link }) => link.accept(),
  },
  {
    what: 'nothing answers',
    code: 'ConnectTimeout',
    go: ({ link }) => link.hold(),
    come: ({ link }) => link.release(),
  },
  {
    what: 'the connection is reset in the handshake',
    code: 'ConnectionLost',
    go: ({ link }) => {
      link.behind = { host: '127.0.0.1', port: 1 };
    },
    come: ({ link, sshd }) => {
      link.behind = { host: '127.0.0.1', port: sshd.port };
    },
  },
];

describe('a tunnel started before its network is up', () => {
  for (const { what, code, go, come } of networkFaults) {
    it(`comes up without a restart when ${what} at first`, async () => {
      await using setup = await setUpFaults();
      await go(setup);
      await setup.lease({ connectTimeout: 2 }, {}, true);
      const { window } = setup;
      const failures = (): number => window.history().filter((status) => status === 'waiting').length;
      await window.until(() => failures() >= 2, 'waiting for the second time');
      const state = window.state();
      assert.ok(state.status === 'waiting' && state.error.code === code, JSON.stringify(state));
      assert.ok(state.retryAt <= Date.now() + 1000);
      await come(setup);
      await window.untilStatus('up');
      assert.equal((await exchange(setup.ports.echo, 'at last')).received.toString(), 'at last');
      const way = window.history().join(' ');
      assert.match(way, /^(stopped )?connecting (waiting connecting )+up$/);
    });
  }
});
