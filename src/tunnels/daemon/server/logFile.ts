// The daemon's log file: small, and rotated once, so that it can't fill a disk.
import { closeSync, constants, fchmodSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { checkOwnFile, noFollowFlags } from '../../util/files/privateFile';
import { replaceHidden } from '../../util/untrustedText';
import type { LogLine } from '../protocol/protocol';

const longestLine = 4000;
/** Bytes. */
const largestFile = 1024 * 1024;
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | noFollowFlags;

export class LogFile {
  readonly #file: string;
  #problem: string | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  /** Why the last line could not be written. */
  get problem(): string | undefined {
    return this.#problem;
  }

  write({ level, text, tunnel }: LogLine): void {
    const about = tunnel === undefined ? text : `[${tunnel}] ${text}`;
    const line = `${new Date().toISOString()} ${level} ${replaceHidden(about.slice(0, longestLine), () => ' ')}\n`;
    try {
      if (this.#append(line) > largestFile) {
        renameSync(this.#file, `${this.#file}.1`);
      }
      this.#problem = undefined;
    } catch (error) {
      // A full disk, for example, must not end the tunnels.
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** @returns the new size of the file in bytes */
  #append(line: string): number {
    const file = openSync(this.#file, flags, 0o600);
    try {
      const { nlink, mode, size } = checkOwnFile(this.#file, fstatSync(file));
      if (nlink !== 1) {
        throw new Error(`${this.#file} is a hard link to another file`);
      }
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
        fchmodSync(file, 0o600);
      }
      // If it could not be rotated, it stops growing.
      return size > largestFile ? size : size + writeSync(file, line);
    } finally {
      closeSync(file);
    }
  }
}
