// The host's own log file: small, and rotated once, so that it can't fill a disk.
import { appendFileSync, renameSync, statSync } from 'node:fs';
import type { LogLine } from './protocol';

const largest = 1024 * 1024;

export class HostLog {
  readonly #file: string;
  #size: number;

  constructor(file: string) {
    this.#file = file;
    this.#size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  write({ level, text }: LogLine): void {
    const line = `${new Date().toISOString()} ${level} ${text.replaceAll(/[\r\n]+/g, ' ')}\n`;
    try {
      if (this.#size > largest) {
        renameSync(this.#file, `${this.#file}.1`);
        this.#size = 0;
      }
      appendFileSync(this.#file, line, { mode: 0o600 });
      this.#size += line.length;
    } catch {
      // A full disk must not end the tunnels.
    }
  }
}
