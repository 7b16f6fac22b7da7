// Reads known_hosts files, and adds and removes keys, like ssh(1).
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TunnelFailure } from '../../errors/errors';
import { hostKeyFileUnusable } from '../../errors/ssh/hostKeys/hostKeySource';
import { keyType } from '../keys/publicKey';
import { isNullDeviceOfWindows } from '../../util/files/regularFile';
import { readHostKeyFile } from './hostKeyFile';
import { parseLines } from './knownHostsLine';
import type { KnownHostsEntry } from './knownHostsLine';
import { hashName } from './knownHostsNames';
import { asciiLowerCase } from '../../util/glob';
import { Slices } from '../../util/pacing/slices';

/**
 * Reads the entries of several files, in order. A file that doesn't exist and the null device count as empty.
 * @param onUnreadable called for each file that exists but can't be read, or that isn't text. OpenSSH treats such a
 *   file as empty, but then a changed key would look like a new one. Default: throws the failure
 * @throws TunnelFailure HostKeyUnknown
 */
export async function readKnownHosts(
  files: readonly string[],
  onUnreadable: (failure: TunnelFailure) => void = (failure) => {
    throw failure;
  },
): Promise<readonly KnownHostsEntry[]> {
  const read = async (file: string): Promise<readonly KnownHostsEntry[]> => {
    try {
      const content = (await readHostKeyFile(file)) ?? Buffer.alloc(0);
      if (content.includes(0)) {
        // UTF-16 is what `>` writes in Windows PowerShell.
        onUnreadable(new TunnelFailure(hostKeyFileUnusable('notText', file)));
      }
      return await parseInSlices(content.toString('utf8').replace(/^\ufeff/, ''), file);
    } catch (error) {
      if (!(error instanceof TunnelFailure)) {
        throw error;
      }
      onUnreadable(error);
      return [];
    }
  };
  return (await Promise.all([...new Set(files)].map(read))).flat();
}

const sliceLength = 100;

/** Lets other tunnels work meanwhile. */
export async function parseInSlices(text: string, file: string): Promise<readonly KnownHostsEntry[]> {
  const lines = text.split('\n');
  const parsed: (readonly KnownHostsEntry[])[] = [];
  const slices = new Slices();
  for (let at = 0; at < lines.length; at += sliceLength) {
    parsed.push(parseLines(lines.slice(at, at + sliceLength), file, at + 1));
    if (slices.isOver) {
      await slices.pause();
    }
  }
  return parsed.flat();
}

/**
 * Appends a key in a single write, after a line break if the file doesn't end in one. Creates a missing file with
 * mode 0600 and a missing folder with mode 0700.
 * @param names of lookupName(), and of the address with CheckHostIP
 * @param key the public key as on the wire (RFC 4253 §6.6)
 * @param hashed whether to hash the names, as HashKnownHosts does: then each has a line
 * @throws RangeError for a name that would be read as a pattern, a list or a marker. Nothing is written then
 * @throws the system's error when it can't be written
 */
export async function appendHostKey(
  file: string,
  names: readonly string[],
  key: Buffer,
  hashed: boolean,
): Promise<void> {
  const line = hashed ? names.map((name) => lineOf([name], key, true)).join('') : lineOf(names, key, false);
  if (isNullDeviceOfWindows(file)) {
    return;
  }
  await createFolder(dirname(file));
  const handle = await open(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
  try {
    const data = Buffer.from((await endsInMidLine(handle)) ? `\n${line}` : line);
    const { bytesWritten } = await handle.write(data);
    if (bytesWritten !== data.length) {
      throw new Error(`${file}: only ${bytesWritten} of ${data.length} bytes were written`);
    }
  } finally {
    await handle.close();
  }
}

/**
 * Removes and adds lines in one step: other programs see either the old or the new file.
 * @param removed entries of this file as it was read before
 * @throws Error when these lines have changed in the meantime. Nothing is written then
 * @throws as appendHostKey()
 */
export async function replaceHostKeys(
  file: string,
  name: string,
  removed: readonly KnownHostsEntry[],
  added: readonly Buffer[],
  hashed: boolean,
): Promise<void> {
  const realFile = await realpath(file);
  const text = await readFile(realFile, 'latin1');
  const lines = text.split('\n');
  if (!removed.every(({ line, key }) => lines[line - 1]?.includes(key.toString('base64')) === true)) {
    throw new Error(`${file} was changed by another program at the same time`);
  }
  const removedLines = new Set(removed.map(({ line }) => line - 1));
  const remaining = lines.filter((_line, index) => !removedLines.has(index)).join('\n');
  const start = remaining === '' || remaining.endsWith('\n') ? remaining : `${remaining}\n`;
  const { mode } = await stat(realFile);
  const tempFile = `${realFile}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(tempFile, start + added.map((key) => lineOf([name], key, hashed)).join(''), {
      encoding: 'latin1',
      flag: 'wx',
      mode: mode & 0o777,
      flush: true,
    });
    await rename(tempFile, realFile);
  } catch (error) {
    await rm(tempFile, { force: true });
    throw error;
  }
}

function lineOf(names: readonly string[], key: Buffer, hashed: boolean): string {
  const hosts = names.map((name) => asciiLowerCase(name));
  for (const host of hosts) {
    assertWritable(host);
  }
  return `${hosts.map((host) => (hashed ? hashName(host) : host)).join(',')} ${keyType(key)} ${key.toString('base64')}\n`;
}

/** Rejects the characters that check_host_key() in OpenSSH's sshconnect.c doesn't record, and those that end a name. */
function assertWritable(name: string): void {
  const host = /^\[(.+)\]:\d+$/.exec(name)?.[1] ?? name;
  if (host === '' || /[@?*#[\]|'"\\!,\s]/.test(host) || /\p{Cc}/u.test(host)) {
    throw new RangeError(`${JSON.stringify(name)} can't be saved in known_hosts as the name of a host.`);
  }
}

async function createFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
}

async function endsInMidLine(handle: FileHandle): Promise<boolean> {
  const info = await handle.stat();
  if (!info.isFile() || info.size === 0) {
    return false;
  }
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, info.size - 1);
  return bytesRead === 1 && buffer[0] !== 0x0a;
}
