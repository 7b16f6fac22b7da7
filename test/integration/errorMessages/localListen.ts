// Faults of forwards that listen on this machine.
import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { freePort } from '../../support/freePort';
import { TestWindow } from '../../support/testWindow';
import { target } from '../../support/targetAndClient';
import type { Fault } from './fault';
import type { FaultSetup, Shown } from './setup';
import { program } from './portHolder';
import { keepsPrivilegedPorts } from '../../support/privilegedPorts';

const to = '127.0.0.1:80';
/** The uid of "nobody": a user other than the one that runs the tests. */
const otherUser = 65534;

/** A socket path in a folder of the row's own, which is prepared first. */
async function atSocket(setup: FaultSetup, prepare: (path: string) => Promise<unknown>): Promise<Shown> {
  const path = (await setup.dir()).file('d.sock');
  await prepare(path);
  return setup.forward({ localForward: `${path}:${to}` }, [path]);
}

export const localListenFaults: readonly Fault[] = [
  {
    fault: 'a port in use by another program',
    code: 'AddressInUse',
    side: 'here',
    async inject(setup) {
      const port = await freePort();
      const { pid } = setup.keep(await program(await setup.dir(), 'postgres', port));
      const names = [`Port ${port}`, '"postgres"', `process ${pid}`];
      return setup.forward({ localForward: `${port}:${to}` }, names);
    },
  },
  {
    fault: "a dynamic forward's port in use by another program, with exitOnForwardFailure",
    code: 'AddressInUse',
    side: 'here',
    async inject(setup) {
      const port = await freePort();
      const { pid } = setup.keep(await program(await setup.dir(), 'squid', port));
      const tunnel = { host: 'test-sshd', dynamicForward: port, exitOnForwardFailure: true };
      return setup.start(tunnel, [`Port ${port}`, '"squid"', `process ${pid}`]);
    },
  },
  {
    fault: 'a port in use by another tunnel',
    code: 'AddressInUse',
    side: 'here',
    async inject(setup) {
      const port = await freePort();
      const other = await TestWindow.open(setup.daemon, setup.sharedServer, 'other');
      await other.bringUp({ host: 'test-sshd', localForward: `${port}:127.0.0.1:81` }, 'user:other');
      const shown = await setup.forward({ localForward: `${port}:${to}` }, [`Port ${port}`, 'tunnel']);
      await other.client.stop('user:other');
      other.disconnect();
      return shown;
    },
  },
  {
    fault: "a port in use by another user's program",
    code: 'AddressInUse',
    side: 'here',
    async inject(setup) {
      const port = await freePort();
      const dir = await setup.dir();
      await chmod(dir.path, 0o755);
      setup.keep(await program(dir, 'theirs', port, { uid: otherUser }));
      await setup.useUnprivilegedDaemon();
      return setup.forward({ localForward: `${port}:${to}` }, [`Port ${port}`, 'another user']);
    },
  },
  {
    fault: 'a port below 1024 without permission',
    code: 'PortPermissionDenied',
    side: 'here',
    exists: keepsPrivilegedPorts,
    fix: 'sudo sysctl net.ipv4.ip_unprivileged_port_start=443',
    async inject(setup) {
      await setup.useUnprivilegedDaemon();
      return setup.forward({ localForward: `443:${to}` }, ['443', '1024']);
    },
  },
  {
    fault: "a bind address that this machine doesn't have",
    code: 'AddressNotAvailable',
    side: 'here',
    inject: (setup) => setup.forward({ localForward: `192.0.2.1:8080:${to}` }, ['192.0.2.1']),
  },
  {
    fault: "a bind address whose name doesn't exist",
    code: 'AddressNotAvailable',
    side: 'here',
    inject: (setup) =>
      setup.forward({ localForward: `no-such-host.invalid:8080:${to}` }, ['no-such-host.invalid']),
  },
  {
    fault: 'a socket in a missing folder',
    code: 'AddressNotAvailable',
    side: 'here',
    async inject(setup) {
      const path = `${(await setup.dir()).path}/missing/d.sock`;
      return setup.forward({ localForward: `${path}:${to}` }, [dirname(path), path]);
    },
  },
  {
    fault: 'a socket in a folder without write permission',
    code: 'PortPermissionDenied',
    side: 'here',
    async inject(setup) {
      await setup.useUnprivilegedDaemon();
      return atSocket(setup, (path) => chmod(dirname(path), 0o500));
    },
  },
  {
    fault: 'a socket whose path is too long',
    code: 'AddressNotAvailable',
    side: 'here',
    async inject(setup) {
      const path = `${(await setup.dir()).path}/${'long'.repeat(30)}.sock`;
      return setup.forward({ localForward: `${path}:${to}` }, [path.slice(0, 100), `${path.length} bytes`]);
    },
  },
  {
    fault: "a regular file at the socket's path",
    code: 'AddressInUse',
    side: 'here',
    async inject(setup) {
      const path = await (await setup.dir()).write('d.sock', 'precious');
      return setup.forward({ localForward: `${path}:${to}` }, [path, 'not a socket']);
    },
  },
  {
    fault: "a folder at the socket's path",
    code: 'AddressInUse',
    side: 'here',
    inject: (setup) => atSocket(setup, (path) => mkdir(path)),
  },
  {
    fault: 'a socket in use by another program',
    code: 'AddressInUse',
    side: 'here',
    inject: (setup) =>
      atSocket(setup, async (path) => setup.keep(await target((socket) => socket.end(), { path }))),
  },
  {
    fault: 'a socket left behind by another program',
    code: 'AddressInUse',
    side: 'here',
    inject: (setup) =>
      atSocket(setup, async (path) => (await program(await setup.dir(), 'dockerd', path)).kill()),
  },
];
