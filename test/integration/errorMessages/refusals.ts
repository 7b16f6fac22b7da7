// Logins that the server refuses although the key is right, by PAM.
import { execFileSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { pamService } from '../../support/pamService';
import { exchange } from '../../support/targetAndClient';
import type { Sshd } from '../../support/sshd';
import { temporaryUser } from '../../support/temporaryUser';
import type { Fault } from './fault';
import type { FaultSetup } from './setup';
import { throughJumpHost } from './jumpHostsAndProxies';

/** A server with a user of its own. @param account what PAM says about the account @param prepare gets the user's name */
async function serverWithPam(
  setup: FaultSetup,
  account: string,
  prepare: (user: string) => void = () => undefined,
): Promise<Sshd & { readonly who: string }> {
  const user = temporaryUser();
  setup.keep({
    [Symbol.asyncDispose]: () => {
      user[Symbol.dispose]();
      return Promise.resolve();
    },
  });
  prepare(user.name);
  const { program } = setup.keep(await pamService(await setup.dir(), ['required pam_deny.so'], [account]));
  const sshd = await setup.server({
    program,
    config: ['UsePAM yes'],
    clientConfig: [`User ${user.name}`],
  });
  // sshd reads the test user's keys there.
  await chmod(sshd.dir, 0o755);
  await chmod(sshd.authorizedKeys, 0o644);
  return { ...sshd, who: `${user.name}@127.0.0.1:${sshd.port}` };
}

/** As for every new user of some companies. */
function expirePassword(user: string): void {
  execFileSync('chage', ['-d', '0', user]);
}

const withExpiredPassword = (setup: FaultSetup): Promise<Sshd & { readonly who: string }> =>
  serverWithPam(setup, 'required pam_unix.so', expirePassword);

const expired = { code: 'LoginRefused', side: 'here', fix: 'ssh test-sshd' } as const;

export const refusalFaults: readonly Fault[] = [
  {
    fault: 'a server that shuts down (the nologin file of systemd)',
    code: 'ServerBusy',
    side: 'server',
    fix: 'ls -l /etc/nologin /run/nologin',
    async inject(setup) {
      const words =
        'System is going down. Unprivileged users are not permitted to log in anymore. For technical details, see pam_nologin(8).';
      const file = await (await setup.dir()).write('nologin', `${words}\n`);
      const sshd = await serverWithPam(setup, `required pam_nologin.so file=${file}`);
      return setup.login(sshd, ['127.0.0.1']);
    },
  },
  {
    fault: 'a server under maintenance (pam_nologin)',
    code: 'LoginRefused',
    side: 'server',
    fix: 'ls -l /etc/nologin /run/nologin',
    async inject(setup) {
      const file = await (await setup.dir()).write('nologin', 'Down for maintenance until 18:00.\n');
      const sshd = await serverWithPam(setup, `required pam_nologin.so file=${file}`);
      return setup.login(sshd, [sshd.who, '"Down for maintenance until 18:00"']);
    },
  },
  {
    fault: 'an account that has expired',
    code: 'LoginRefused',
    side: 'server',
    fix: 'sudo chage -l USER',
    async inject(setup) {
      const sshd = await serverWithPam(setup, 'required pam_unix.so', (user) =>
        execFileSync('chage', ['-E', '2020-01-01', user]),
      );
      return setup.login(sshd, [sshd.who, 'has expired']);
    },
  },
  {
    fault: 'an account that PAM denies without a reason',
    code: 'LoginRefused',
    side: 'server',
    fix: 'sudo journalctl -u ssh -n 50',
    async inject(setup) {
      const sshd = await serverWithPam(setup, 'required pam_deny.so');
      return setup.login(sshd, [sshd.who, 'client']);
    },
  },
  {
    fault: 'a local forward after a login by key with an expired password',
    ...expired,
    async inject(setup) {
      const sshd = await withExpiredPassword(setup);
      const tunnel = { localForward: setup.forwardToGreeter };
      return setup.connection(tunnel, [sshd.who, 'password'], () => exchange(setup.port), sshd);
    },
  },
  {
    fault: 'a remote forward after a login by key with an expired password',
    ...expired,
    async inject(setup) {
      const sshd = await withExpiredPassword(setup);
      return setup.forward({ remoteForward: '0:127.0.0.1:80' }, [sshd.who, 'password'], sshd);
    },
  },
  {
    fault: 'a jump host with an expired password',
    ...expired,
    async inject(setup) {
      const [jump, behind] = await Promise.all([withExpiredPassword(setup), setup.server()]);
      return throughJumpHost(setup, jump, behind, [jump.who, 'password']);
    },
  },
];
