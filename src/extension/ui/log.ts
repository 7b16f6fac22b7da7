// The SSH Tunnels log: messages of this window and of the daemon, and problems in the settings, each once.
import { english, localize } from '../../tunnels/util/l10n';
import type { LogLine } from '../../tunnels/daemon/protocol/protocol';
import { formatProblemLocation } from '../settings/configuredTunnel';
import type { ConfiguredTunnel } from '../settings/configuredTunnel';
import { PlainLog } from './outputChannel';

export class ExtensionLog {
  readonly log = new PlainLog('SSH Tunnels');
  #logged: ReadonlySet<string> = new Set();

  fromDaemon({ level, text }: LogLine): void {
    switch (level) {
      case 'info':
        this.log.info(text);
        return;
      case 'warning':
        this.log.warn(text);
        return;
      case 'error':
        this.log.error(text);
        return;
    }
  }

  /** Logs each new problem with its location. */
  logProblems(tunnels: readonly ConfiguredTunnel[]): void {
    const problems = tunnels.flatMap((tunnel) =>
      tunnel.problems.map((problem) => {
        const path = formatProblemLocation(problem, tunnel.origin);
        const where = tunnel.origin === 'sshConfig' ? path : `${tunnel.origin} settings, ${path}`;
        return `${where}: ${localize(problem.message, english)}`;
      }),
    );
    for (const problem of problems) {
      if (!this.#logged.has(problem)) {
        this.log.error(problem);
      }
    }
    this.#logged = new Set(problems);
  }
}
