// Faults of a connection that was up.
import { writeFileSync } from 'node:fs';
import { fakeSshServer } from '../../support/fakeSshServer';
import { freePort } from '../../support/freePort';
import { killAll } from '../../support/processTree';
import { TunnelFailure } from '../../../src/tunnels/errors/errors';
import type { Fault } from './fault';

export const lostConnectionFaults: readonly Fault[] = [
  {
    fault: 'a session that the server ends without a message',
    code: 'ConnectionLost',
    side: 'server',
    async inject(setup) {
      const sshd = await setup.server();
      const tunnel = { localForward: setup.forwardToGreeter };
      await setup.up(tunnel, sshd);
      return setup.lost(['127.0.0.1'], tunnel, () => sshd.dropSessions());
    },
  },
  {
    fault: 'a server that stops responding',
    code: 'KeepAliveTimeout',
    side: 'here',
    async inject(setup) {
      const sshd = await setup.server();
      const tunnel = { localForward: setup.forwardToGreeter, serverAliveInterval: 1, serverAliveCountMax: 1 };
      await setup.up(tunnel, sshd);
      return setup.lost(['127.0.0.1', ' s'], tunnel, () => {
        killAll(sshd.sessionPids(), 'SIGSTOP');
      });
    },
  },
  {
    fault: 'a server that answers no keep-alive',
    code: 'KeepAliveTimeout',
    side: 'here',
    fix: '"serverAliveInterval": 0',
    fake: 'the servers at hand answer them',
    async inject(setup) {
      const tunnel = { localForward: setup.forwardToGreeter, serverAliveInterval: 1, serverAliveCountMax: 1 };
      const server = setup.keep(
        await fakeSshServer(await setup.dir(), (context) => context.accept(), { isMute: true }),
      );
      await setup.up(tunnel, server);
      return setup.lost(['127.0.0.1', 'answered no keep-alive'], tunnel, () => undefined);
    },
  },
  {
    fault: 'a ProxyCommand that dies',
    code: 'ProxyFailed',
    side: 'here',
    async inject(setup) {
      const dir = await setup.dir();
      const die = dir.file('die');
      const script = `const s = require('node:net').connect(%p, '%h'); process.stdin.pipe(s).pipe(process.stdout); setInterval(() => require('node:fs').existsSync('${die}') && process.exit(9), 50)`;
      const command = `${process.execPath} -e "${script}"`;
      const sshd = await setup.server({ clientConfig: [`ProxyCommand ${command}`] });
      const tunnel = { localForward: setup.forwardToGreeter };
      await setup.up(tunnel, sshd);
      return setup.lost(['test-sshd', 'exit code 9'], tunnel, () => writeFileSync(die, ''));
    },
  },
  {
    fault: 'a server that shuts down',
    code: 'ConnectionRefused',
    side: 'server',
    async inject(setup) {
      const sshd = await setup.server();
      const tunnel = { localForward: setup.forwardToGreeter };
      await setup.up(tunnel, sshd);
      await sshd.halt();
      await setup.window.until(
        () => setup.error()?.code === 'ConnectionRefused',
        'refused at the second attempt',
      );
      return setup.lost([`127.0.0.1:${sshd.port}`], tunnel, () => undefined);
    },
  },
  {
    fault: 'a daemon that is killed while a tunnel starts',
    code: 'DaemonLost',
    side: 'here',
    async inject(setup) {
      const port = await freePort();
      const { window } = setup;
      const tunnel = { host: `127.0.0.1:${port}`, localForward: setup.forwardToGreeter };
      await window.lease({ id: 'user:t', tunnel, want: false });
      process.kill(window.client.daemonPid, 'SIGKILL');
      const reason: unknown = await window.client.start('user:t').catch((error: unknown) => error);
      await setup.reopen();
      if (!(reason instanceof TunnelFailure)) {
        throw reason;
      }
      return { tunnel, names: ['daemon that runs the tunnels'], error: reason.error };
    },
  },
];
