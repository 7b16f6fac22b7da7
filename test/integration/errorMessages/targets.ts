// Faults of a forward's target.
import { connect } from 'node:net';
import { once } from 'node:events';
import { freePort } from '../../support/freePort';
import { client, exchange } from '../../support/targetAndClient';
import type { SshdOptions } from '../../support/sshd';
import type { Fault } from './fault';
import type { FaultSetup, Shown } from './setup';

const unreachable = '239.255.0.1';

/** A forward from the server to this target. */
function local(
  setup: FaultSetup,
  to: string,
  names: readonly string[] = [],
  options?: SshdOptions,
): Promise<Shown> {
  const named = ['127.0.0.1', to, ...names];
  return withServer(setup, options, (sshd) =>
    setup.connection({ localForward: `0:${to}` }, named, () => exchange(setup.port), sshd),
  );
}

/** A forward from this machine to this target. */
function remote(setup: FaultSetup, to: string): Promise<Shown> {
  return setup.connection({ remoteForward: `127.0.0.1:0:${to}` }, [to, 'machine'], () =>
    exchange(setup.port),
  );
}

async function withServer(
  setup: FaultSetup,
  options: SshdOptions | undefined,
  use: (sshd: FaultSetup['sharedServer']) => Promise<Shown>,
): Promise<Shown> {
  return use(options ? await setup.server(options) : setup.sharedServer);
}

/** The server or the key's options forbid the target. */
function forbidden(fault: string, fix: string, options: SshdOptions): Fault {
  return {
    fault,
    code: 'TargetNotPermitted',
    side: 'server',
    fix,
    inject: (setup) => local(setup, `127.0.0.1:5432`, [], options),
  };
}

/** Requests a name from the proxy, like a browser. */
async function browse(port: number, host: string): Promise<void> {
  const { socket, done } = client(port);
  const name = Buffer.from(host);
  socket.end(Buffer.concat([Buffer.from([5, 1, 0, 5, 1, 0, 3, name.length]), name, Buffer.from([0, 80])]));
  socket.resume();
  await done;
}

export const targetFaults: readonly Fault[] = [
  {
    fault: 'a target port that nothing listens on',
    code: 'TargetRefused',
    side: 'server',
    inject: async (setup) => local(setup, `127.0.0.1:${await freePort()}`),
  },
  {
    fault: "a target name that the server can't resolve",
    code: 'TargetNotFound',
    side: 'server',
    fix: 'getent hosts db.invalid',
    inject: (setup) => local(setup, 'db.invalid:5432'),
  },
  {
    fault: "a target that the server can't reach",
    code: 'TargetUnreachable',
    side: 'server',
    inject: (setup) => local(setup, `${unreachable}:80`),
  },
  {
    fault: 'a missing target socket on the server',
    code: 'TargetUnreachable',
    side: 'server',
    async inject(setup) {
      return local(setup, (await setup.dir()).file('gone.sock'));
    },
  },
  {
    fault: 'a target socket on the server with AllowStreamLocalForwarding no',
    code: 'TargetUnreachable',
    side: 'server',
    fix: 'AllowStreamLocalForwarding yes',
    inject: (setup) =>
      local(setup, '/var/run/docker.sock', [], { config: ['AllowStreamLocalForwarding no'] }),
  },
  {
    fault: "a name in a proxy request that the server can't resolve",
    code: 'TargetNotFound',
    side: 'server',
    fix: 'getent hosts intranet.invalid',
    inject: (setup) =>
      setup.connection({ dynamicForward: 0 }, ['intranet.invalid:80'], () =>
        browse(setup.port, 'intranet.invalid'),
      ),
  },
  forbidden('a target that PermitOpen excludes', 'PermitOpen OTHERS 127.0.0.1:5432', {
    config: ['PermitOpen other:1'],
  }),
  forbidden('a local forward with AllowTcpForwarding no', 'AllowTcpForwarding yes', {
    config: ['AllowTcpForwarding no'],
  }),
  forbidden('a local forward with AllowTcpForwarding remote', 'AllowTcpForwarding yes', {
    config: ['AllowTcpForwarding remote'],
  }),
  forbidden('a local forward with DisableForwarding yes', 'DisableForwarding no', {
    config: ['DisableForwarding yes'],
  }),
  forbidden('a local forward with "restrict" on the key', 'cat ~/.ssh/authorized_keys', {
    keyOptions: 'restrict',
  }),
  forbidden('a local forward with "no-port-forwarding" on the key', 'cat ~/.ssh/authorized_keys', {
    keyOptions: 'no-port-forwarding',
  }),
  forbidden('a target that "permitopen" on the key excludes', 'cat ~/.ssh/authorized_keys', {
    keyOptions: 'permitopen="other:1"',
  }),
  {
    fault: "a remote forward's target port that nothing listens on",
    code: 'TargetRefused',
    side: 'here',
    inject: async (setup) => remote(setup, `127.0.0.1:${await freePort()}`),
  },
  {
    fault: "a remote forward's target name that doesn't exist",
    code: 'TargetNotFound',
    side: 'here',
    fix: 'getent hosts web.invalid',
    inject: (setup) => remote(setup, 'web.invalid:3000'),
  },
  {
    fault: "a remote forward's target that can't be reached",
    code: 'TargetUnreachable',
    side: 'here',
    inject: (setup) => remote(setup, `${unreachable}:80`),
  },
  {
    fault: "a remote forward's missing target socket",
    code: 'TargetUnreachable',
    side: 'here',
    async inject(setup) {
      return remote(setup, (await setup.dir()).file('gone.sock'));
    },
  },
  {
    fault: "a remote socket's target port that nothing listens on",
    code: 'TargetRefused',
    side: 'here',
    async inject(setup) {
      const path = (await setup.dir()).file('r.sock');
      const to = `127.0.0.1:${await freePort()}`;
      return setup.connection({ remoteForward: `${path}:${to}` }, [to], async () => {
        const socket = connect(path).on('error', () => undefined);
        await once(socket.resume(), 'close');
      });
    },
  },
];
