// Faults of forwards that listen on the server.
import { mkdir } from 'node:fs/promises';
import { freePort } from '../../support/freePort';
import { target } from '../../support/targetAndClient';
import { reservePort } from '../../support/reservedPorts';
import { temporaryUser } from '../../support/temporaryUser';
import type { Sshd, SshdOptions } from '../../support/sshd';
import type { Fault } from './fault';
import type { FaultSetup } from './setup';
import { keepsPrivilegedPorts } from '../../support/privilegedPorts';

const to = '127.0.0.1:80';

type Row = Pick<Fault, 'fault' | 'code' | 'fix'>;

/** The server or the key forbids all listening. */
function refused(row: Row, options: SshdOptions, names: readonly string[]): Fault {
  return {
    ...row,
    side: 'server',
    async inject(setup) {
      const sshd = await setup.server(options);
      return setup.forward({ remoteForward: `${await reservePort()}:${to}` }, ['127.0.0.1', ...names], sshd);
    },
  };
}

/** A server whose login is a user other than root. */
async function serverWithOrdinaryUser(setup: FaultSetup): Promise<Sshd> {
  const user = temporaryUser();
  setup.keep({
    [Symbol.asyncDispose]: () => {
      user[Symbol.dispose]();
      return Promise.resolve();
    },
  });
  setup.window.answer = () => user.password;
  return setup.server({
    config: ['PasswordAuthentication yes', 'PubkeyAuthentication no'],
    clientConfig: [`User ${user.name}`],
  });
}

const disabled = { code: 'ForwardingDisabled', fix: 'AllowTcpForwarding yes' } as const;

export const remoteListenFaults: readonly Fault[] = [
  refused(
    { ...disabled, fault: 'a remote forward with AllowTcpForwarding no' },
    { config: ['AllowTcpForwarding no'] },
    ['AllowTcpForwarding'],
  ),
  refused(
    { ...disabled, fault: 'a remote forward with AllowTcpForwarding local' },
    { config: ['AllowTcpForwarding local'] },
    ['AllowTcpForwarding'],
  ),
  refused(
    { ...disabled, fault: 'a remote forward with DisableForwarding yes', fix: 'DisableForwarding no' },
    { config: ['DisableForwarding yes'] },
    ['DisableForwarding'],
  ),
  refused(
    { ...disabled, fault: 'a remote forward with "restrict" on the key', fix: 'cat ~/.ssh/authorized_keys' },
    { keyOptions: 'restrict' },
    ['your key'],
  ),
  refused(
    {
      ...disabled,
      fault: 'a remote forward with "no-port-forwarding" on the key',
      fix: 'cat ~/.ssh/authorized_keys',
    },
    { keyOptions: 'no-port-forwarding' },
    ['your key'],
  ),
  refused(
    {
      ...disabled,
      fault: 'a remote port that "permitlisten" on the key excludes',
      fix: 'cat ~/.ssh/authorized_keys',
    },
    { keyOptions: 'permitlisten="127.0.0.1:9"' },
    ['port'],
  ),
  {
    fault: "a remote port that PermitListen doesn't permit",
    code: 'ForwardingDisabled',
    side: 'server',
    fix: 'PermitListen OTHERS 28123',
    async inject(setup) {
      const sshd = await setup.server({ config: ['PermitListen localhost:9'] });
      return setup.forward({ remoteForward: `28123:${to}` }, ['127.0.0.1', '28123', 'PermitListen'], sshd);
    },
  },
  {
    fault: 'a remote socket with AllowStreamLocalForwarding no',
    code: 'ForwardingDisabled',
    side: 'server',
    fix: 'AllowStreamLocalForwarding yes',
    async inject(setup) {
      const sshd = await setup.server({ config: ['AllowStreamLocalForwarding no'] });
      const remoteForward = `${sshd.dir}/r.sock:${to}`;
      return setup.forward({ remoteForward }, ['127.0.0.1', 'AllowStreamLocalForwarding'], sshd);
    },
  },
  {
    fault: 'a remote socket with AllowTcpForwarding no',
    code: 'ForwardingDisabled',
    side: 'server',
    fix: 'AllowTcpForwarding yes',
    async inject(setup) {
      const sshd = await setup.server({ config: ['AllowTcpForwarding no'] });
      const path = `${sshd.dir}/r.sock`;
      return setup.forward({ remoteForward: `${path}:${to}` }, [path, 'AllowTcpForwarding'], sshd);
    },
  },
  {
    fault: 'a remote socket that already exists',
    code: 'RemoteListenRefused',
    side: 'server',
    fix: 'StreamLocalBindUnlink yes',
    async inject(setup) {
      const path = await (await setup.dir()).write('r.sock', 'left behind');
      return setup.forward({ remoteForward: `${path}:${to}` }, ['127.0.0.1', path]);
    },
  },
  {
    fault: 'a remote socket in a missing folder',
    code: 'RemoteListenRefused',
    side: 'server',
    async inject(setup) {
      const path = `${(await setup.dir()).path}/missing/r.sock`;
      return setup.forward({ remoteForward: `${path}:${to}` }, ['127.0.0.1', path]);
    },
  },
  {
    fault: 'a remote port in use by a program that sends a greeting',
    code: 'RemoteListenRefused',
    side: 'server',
    async inject(setup) {
      const { port } = setup.keep(await target((socket) => socket.end('220 mine')));
      const remoteForward = `127.0.0.1:${port}:${to}`;
      return setup.forward({ remoteForward }, ['127.0.0.1', `${port}`, 'another program']);
    },
  },
  {
    fault: 'a remote port in use by a silent program',
    code: 'RemoteListenRefused',
    side: 'server',
    async inject(setup) {
      const { port } = setup.keep(await target(() => undefined));
      return setup.forward({ remoteForward: `127.0.0.1:${port}:${to}` }, [`${port}`, 'another program']);
    },
  },
  {
    fault: "a bind address that the server doesn't have",
    code: 'RemoteListenRefused',
    side: 'server',
    async inject(setup) {
      const sshd = await setup.server({ config: ['GatewayPorts clientspecified'] });
      const port = await freePort();
      return setup.forward({ remoteForward: `192.0.2.1:${port}:${to}` }, [`192.0.2.1:${port}`], sshd);
    },
  },
  {
    fault: 'a remote port below 1024 for a user other than root',
    code: 'RemoteListenRefused',
    side: 'here',
    exists: keepsPrivilegedPorts,
    async inject(setup) {
      const sshd = await serverWithOrdinaryUser(setup);
      return setup.forward({ remoteForward: `127.0.0.1:443:${to}` }, ['127.0.0.1:443', '1024'], sshd);
    },
  },
  {
    fault: "a remote socket in another user's folder",
    code: 'RemoteListenRefused',
    side: 'server',
    async inject(setup) {
      const sshd = await serverWithOrdinaryUser(setup);
      const folder = `${sshd.dir}/theirs`;
      await mkdir(folder);
      return setup.forward({ remoteForward: `${folder}/r.sock:${to}` }, [`${folder}/r.sock`], sshd);
    },
  },
];
