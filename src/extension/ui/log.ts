// The log that people read: what this window does, what the host says, and what is wrong in the settings, once each.
import type { LogLine } from '../../tunnels/daemon/protocol/protocol';
import { placeOf } from '../settings/configuredTunnel';
import type { ConfiguredTunnel } from '../settings/configuredTunnel';
import { PlainLog } from './outputChannel';

export class Journal {
  readonly log = new PlainLog('SSH Tunnels');
  #told: ReadonlySet<string> = new Set();

  fromHost({ level, text }: LogLine): void {
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

  /** Every problem with its place, when it is new. */
  tellProblems(tunnels: readonly ConfiguredTunnel[]): void {
    const problems = tunnels.flatMap((tunnel) =>
      tunnel.problems.map((problem) => {
        const place = placeOf(problem, tunnel.origin);
        const where = tunnel.origin === 'sshConfig' ? place : `${tunnel.origin} settings, ${place}`;
        return `${where}: ${problem.message}`;
      }),
    );
    for (const problem of problems) {
      if (!this.#told.has(problem)) {
        this.log.error(problem);
      }
    }
    this.#told = new Set(problems);
  }
}
