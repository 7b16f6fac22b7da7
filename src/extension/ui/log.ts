// The SSH Tunnels log: messages of this window and of the daemon, and problems in the settings, each once.
import type { LogLine } from '../../tunnels/daemon/protocol/protocol';
import { english, untranslated } from '../../tunnels/util/l10n';
import { formatProblemLocation } from '../settings/configuredTunnel';
import type { ConfiguredTunnel } from '../settings/configuredTunnel';
import { PlainLog } from './outputChannel';

export class ExtensionLog {
  readonly log = new PlainLog(untranslated`SSH Tunnels`);
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
        const path = formatProblemLocation(problem, tunnel.origin, english);
        const where = tunnel.origin === 'sshConfig' ? path : untranslated`${tunnel.origin} settings, ${path}`;
        return `${where}: ${problem.message}`;
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
