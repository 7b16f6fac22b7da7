// Faults of what listens on this machine.
import { chmod, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { freePort } from '../../support/freePort';
import { TestWindow } from '../../support/testWindow';
import { target } from '../../support/targetAndClient';
import type { Fault, Shown } from './fault';
import type { Ground } from './setup';
import { program } from './portHolder';
import { keepsLowPorts } from '../../support/privilegedPorts';

const to = '127.0.0.1:80';
/** Of "nobody": some user other than the one that runs the tests. */
const otherUser = 65534;

/** A socket to listen on, in a folder of the row's own, that is prepared. */
async function atSocket(ground: Ground, prepare: (path: string) => Promise<unknown>): Promise<Shown> {
  const path = (await ground.dir()).file('d.sock');
  await prepare(path);
  return ground.forward({ localForward: `${path}:${to}` }, [path]);
}

export const listeningHere: readonly Fault[] = [
  {
    fault: 'a port that another program has',
    code: 'AddressInUse',
    side: 'here',
    async inject(ground) {
      const port = await freePort();
      const { pid } = ground.keep(await program(await ground.dir(), 'postgres', port));
      const names = [`Port ${port}`, '"postgres"', `process ${pid}`];
      return ground.forward({ localForward: `${port}:${to}` }, names);
    },
  },
  {
    fault: "a proxy's port that another program has, and exitOnForwardFailure",
    code: 'AddressInUse',
    side: 'here',
    async inject(ground) {
      const port = await freePort();
      const { pid } = ground.keep(await program(await ground.dir(), 'squid', port));
      const tunnel = { host: 'test-sshd', dynamicForward: port, exitOnForwardFailure: true };
      return ground.start(tunnel, [`Port ${port}`, '"squid"', `process ${pid}`]);
    },
  },
  {
    fault: 'a port that another tunnel has',
    code: 'AddressInUse',
    side: 'here',
    async inject(ground) {
      const port = await freePort();
      const other = await TestWindow.open(ground.place, ground.plain, 'other');
      await other.bringUp({ host: 'test-sshd', localForward: `${port}:127.0.0.1:81` }, 'user:other');
      const shown = await ground.forward({ localForward: `${port}:${to}` }, [`Port ${port}`, 'tunnel']);
      await other.client.stop('user:other');
      other.vanish();
      return shown;
    },
  },
  {
    fault: 'a port that a program of another user has',
    code: 'AddressInUse',
    side: 'here',
    async inject(ground) {
      const port = await freePort();
      const dir = await ground.dir();
      await chmod(dir.path, 0o755);
      ground.keep(await program(dir, 'theirs', port, { uid: otherUser }));
      await ground.beHumble();
      return ground.forward({ localForward: `${port}:${to}` }, [`Port ${port}`, 'another user']);
    },
  },
  {
    fault: 'a port below 1024 without the right to it',
    code: 'PortPermissionDenied',
    side: 'here',
    exists: keepsLowPorts,
    cure: 'sudo sysctl net.ipv4.ip_unprivileged_port_start=443',
    async inject(ground) {
      await ground.beHumble();
      return ground.forward({ localForward: `443:${to}` }, ['443', '1024']);
    },
  },
  {
    fault: 'an address that this machine does not have',
    code: 'AddressNotAvailable',
    side: 'here',
    inject: (ground) => ground.forward({ localForward: `192.0.2.1:8080:${to}` }, ['192.0.2.1']),
  },
  {
    fault: 'a bind address whose name does not exist',
    code: 'AddressNotAvailable',
    side: 'here',
    inject: (ground) =>
      ground.forward({ localForward: `no-such-host.invalid:8080:${to}` }, ['no-such-host.invalid']),
  },
  {
    fault: 'a socket in a folder that is not there',
    code: 'AddressNotAvailable',
    side: 'here',
    async inject(ground) {
      const path = `${(await ground.dir()).path}/missing/d.sock`;
      return ground.forward({ localForward: `${path}:${to}` }, [dirname(path), path]);
    },
  },
  {
    fault: 'a socket in a folder where one may not write',
    code: 'PortPermissionDenied',
    side: 'here',
    async inject(ground) {
      await ground.beHumble();
      return atSocket(ground, (path) => chmod(dirname(path), 0o500));
    },
  },
  {
    fault: 'a socket whose path is too long',
    code: 'AddressNotAvailable',
    side: 'here',
    async inject(ground) {
      const path = `${(await ground.dir()).path}/${'long'.repeat(30)}.sock`;
      return ground.forward({ localForward: `${path}:${to}` }, [path.slice(0, 100), `${path.length} bytes`]);
    },
  },
  {
    fault: 'a file where the socket should be',
    code: 'AddressInUse',
    side: 'here',
    async inject(ground) {
      const path = await (await ground.dir()).write('d.sock', 'precious');
      return ground.forward({ localForward: `${path}:${to}` }, [path, 'no socket']);
    },
  },
  {
    fault: 'a folder where the socket should be',
    code: 'AddressInUse',
    side: 'here',
    inject: (ground) => atSocket(ground, (path) => mkdir(path)),
  },
  {
    fault: 'a socket on which another program listens',
    code: 'AddressInUse',
    side: 'here',
    inject: (ground) =>
      atSocket(ground, async (path) => ground.keep(await target((socket) => socket.end(), { path }))),
  },
  {
    fault: 'a socket that another program has left behind',
    code: 'AddressInUse',
    side: 'here',
    inject: (ground) =>
      atSocket(ground, async (path) => (await program(await ground.dir(), 'dockerd', path)).kill()),
  },
];
