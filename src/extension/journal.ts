// The log that people read: what this window does, what the host says, and what is wrong in the settings, once each.
import * as vscode from 'vscode';
import type { LogLine } from '../tunnels/host/protocol';
import { plainText } from '../views/format';
import { placeOf } from './configuredTunnel';
import type { ConfiguredTunnel } from './configuredTunnel';

export class Journal {
  readonly log = vscode.window.createOutputChannel('SSH Tunnels', { log: true });
  #told: ReadonlySet<string> = new Set();

  fromHost({ level, text }: LogLine): void {
    const line = plainText(text);
    switch (level) {
      case 'info':
        this.log.info(line);
        return;
      case 'warning':
        this.log.warn(line);
        return;
      case 'error':
        this.log.error(line);
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
        this.log.error(plainText(problem));
      }
    }
    this.#told = new Set(problems);
  }
}
