// Faults of what listens on the server.
import { mkdir } from 'node:fs/promises';
import { freePort } from '../../support/freePort';
import { target } from '../../support/targetAndClient';
import { quietPort } from '../../support/reservedPorts';
import { throwAwayUser } from '../../support/temporaryUser';
import type { Sshd, SshdOptions } from '../../support/sshd';
import type { Fault } from './fault';
import type { Ground } from './setup';
import { keepsLowPorts } from '../../support/privilegedPorts';

const to = '127.0.0.1:80';

type Row = Pick<Fault, 'fault' | 'code' | 'cure'>;

/** The server, or the key, does not let anybody listen. */
function refused(row: Row, options: SshdOptions, names: readonly string[]): Fault {
  return {
    ...row,
    side: 'server',
    async inject(ground) {
      const sshd = await ground.server(options);
      return ground.forward({ remoteForward: `${await quietPort()}:${to}` }, ['127.0.0.1', ...names], sshd);
    },
  };
}

/** A server that somebody logs in to who is not root. */
async function asSomebody(ground: Ground): Promise<Sshd> {
  const user = throwAwayUser();
  ground.keep({
    [Symbol.asyncDispose]: () => {
      user[Symbol.dispose]();
      return Promise.resolve();
    },
  });
  ground.window.answer = () => user.password;
  return ground.server({
    config: ['PasswordAuthentication yes', 'PubkeyAuthentication no'],
    clientConfig: [`User ${user.name}`],
  });
}

const disabled = { code: 'ForwardingDisabled', cure: 'AllowTcpForwarding yes' } as const;

export const listeningThere: readonly Fault[] = [
  refused(
    { ...disabled, fault: 'remote forwards, and AllowTcpForwarding no' },
    { config: ['AllowTcpForwarding no'] },
    ['AllowTcpForwarding'],
  ),
  refused(
    { ...disabled, fault: 'remote forwards, and AllowTcpForwarding local' },
    { config: ['AllowTcpForwarding local'] },
    ['AllowTcpForwarding'],
  ),
  refused(
    { ...disabled, fault: 'remote forwards, and DisableForwarding yes', cure: 'DisableForwarding no' },
    { config: ['DisableForwarding yes'] },
    ['DisableForwarding'],
  ),
  refused(
    { ...disabled, fault: 'remote forwards, and a key with "restrict"', cure: 'cat ~/.ssh/authorized_keys' },
    { keyOptions: 'restrict' },
    ['your key'],
  ),
  refused(
    {
      ...disabled,
      fault: 'remote forwards, and a key with "no-port-forwarding"',
      cure: 'cat ~/.ssh/authorized_keys',
    },
    { keyOptions: 'no-port-forwarding' },
    ['your key'],
  ),
  refused(
    {
      ...disabled,
      fault: 'a key that may listen elsewhere ("permitlisten")',
      cure: 'cat ~/.ssh/authorized_keys',
    },
    { keyOptions: 'permitlisten="127.0.0.1:9"' },
    ['port'],
  ),
  {
    fault: 'a port that PermitListen does not name',
    code: 'ForwardingDisabled',
    side: 'server',
    cure: 'PermitListen 28123',
    async inject(ground) {
      const sshd = await ground.server({ config: ['PermitListen localhost:9'] });
      return ground.forward({ remoteForward: `28123:${to}` }, ['127.0.0.1', '28123', 'PermitListen'], sshd);
    },
  },
  {
    fault: 'a socket there, and AllowStreamLocalForwarding no',
    code: 'ForwardingDisabled',
    side: 'server',
    cure: 'AllowStreamLocalForwarding yes',
    async inject(ground) {
      const sshd = await ground.server({ config: ['AllowStreamLocalForwarding no'] });
      const remoteForward = `${sshd.dir}/r.sock:${to}`;
      return ground.forward({ remoteForward }, ['127.0.0.1', 'AllowStreamLocalForwarding'], sshd);
    },
  },
  {
    fault: 'a socket there, and AllowTcpForwarding no',
    code: 'ForwardingDisabled',
    side: 'server',
    cure: 'AllowTcpForwarding yes',
    async inject(ground) {
      const sshd = await ground.server({ config: ['AllowTcpForwarding no'] });
      const path = `${sshd.dir}/r.sock`;
      return ground.forward({ remoteForward: `${path}:${to}` }, [path, 'AllowTcpForwarding'], sshd);
    },
  },
  {
    fault: 'a socket there that exists already',
    code: 'RemoteListenRefused',
    side: 'server',
    cure: 'StreamLocalBindUnlink yes',
    async inject(ground) {
      const path = await (await ground.dir()).write('r.sock', 'left behind');
      return ground.forward({ remoteForward: `${path}:${to}` }, ['127.0.0.1', path]);
    },
  },
  {
    fault: 'a socket there in a folder that is not there',
    code: 'RemoteListenRefused',
    side: 'server',
    async inject(ground) {
      const path = `${(await ground.dir()).path}/missing/r.sock`;
      return ground.forward({ remoteForward: `${path}:${to}` }, ['127.0.0.1', path]);
    },
  },
  {
    fault: 'a port there that a program which greets has',
    code: 'RemoteListenRefused',
    side: 'server',
    async inject(ground) {
      const { port } = ground.keep(await target((socket) => socket.end('220 mine')));
      const remoteForward = `127.0.0.1:${port}:${to}`;
      return ground.forward({ remoteForward }, ['127.0.0.1', `${port}`, 'another program']);
    },
  },
  {
    fault: 'a port there that a program which is silent has',
    code: 'RemoteListenRefused',
    side: 'server',
    async inject(ground) {
      const { port } = ground.keep(await target(() => undefined));
      return ground.forward({ remoteForward: `127.0.0.1:${port}:${to}` }, [`${port}`, 'another program']);
    },
  },
  {
    fault: 'an address that the server does not have',
    code: 'RemoteListenRefused',
    side: 'server',
    async inject(ground) {
      const sshd = await ground.server({ config: ['GatewayPorts clientspecified'] });
      const port = await freePort();
      return ground.forward({ remoteForward: `192.0.2.1:${port}:${to}` }, [`192.0.2.1:${port}`], sshd);
    },
  },
  {
    fault: 'a port there below 1024, and a user who is not root',
    code: 'RemoteListenRefused',
    side: 'here',
    exists: keepsLowPorts,
    async inject(ground) {
      const sshd = await asSomebody(ground);
      return ground.forward({ remoteForward: `127.0.0.1:443:${to}` }, ['127.0.0.1:443', '1024'], sshd);
    },
  },
  {
    fault: 'a socket there in a folder of somebody else',
    code: 'RemoteListenRefused',
    side: 'server',
    async inject(ground) {
      const sshd = await asSomebody(ground);
      const folder = `${sshd.dir}/theirs`;
      await mkdir(folder);
      return ground.forward({ remoteForward: `${folder}/r.sock:${to}` }, [`${folder}/r.sock`], sshd);
    },
  },
];
