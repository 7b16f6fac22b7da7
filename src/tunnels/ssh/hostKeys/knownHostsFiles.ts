// Reads known_hosts files, and adds a key to one as ssh(1) does.
import { createHmac, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { keyType } from './knownHosts';
import { parseKnownHosts } from './knownHostsLine';
import type { KnownHostsEntry } from './knownHostsLine';
import { asciiLowerCase } from '../../util/glob';

/**
 * The entries of several files, in their order. A file that does not exist, and anything that is not a file
 * (`/dev/null`), counts as empty.
 * @throws TunnelFailure HostKeyUnknown for a file that exists but can't be read. OpenSSH takes it for empty; but then
 *   a changed key would pass for a new one.
 */
export async function readKnownHosts(files: readonly string[]): Promise<readonly KnownHostsEntry[]> {
  const entries = await Promise.all(
    [...new Set(files)].map(async (file) => parseKnownHosts(await readText(file), file)),
  );
  return entries.flat();
}

async function readText(file: string): Promise<string> {
  try {
    return (await stat(file)).isFile() ? await readFile(file, 'utf8') : '';
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return '';
    }
    throw new TunnelFailure(cannotJudge(file, 'cannot be read', message), { cause: error });
  }
}

export function cannotJudge(file: string, what: string, detail: string): TunnelError {
  return {
    code: 'HostKeyUnknown',
    message: `${file} ${what}, so nobody can say whether the host key may be trusted.`,
    nextStep: 'Mend the file or its permissions, or take it out of your ssh_config.',
    detail,
    facts: { file },
  };
}

/**
 * Adds one line, in a single write that only ever appends; begins a new line if the file doesn't end in one. Creates
 * the file with mode 0600, and its folder with mode 0700 where that is missing.
 * @param name of lookupName()
 * @param key the public key as on the wire (RFC 4253 §6.6)
 * @param hashed hides the name, as HashKnownHosts does
 * @throws RangeError for a name that would be taken for a pattern, a list or a marker; nothing is written then
 * @throws the system's error when it can't be written
 */
export async function appendHostKey(file: string, name: string, key: Buffer, hashed: boolean): Promise<void> {
  const line = lineOf(name, key, hashed);
  await makeFolder(dirname(file));
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
 * Takes lines out of a file and adds others, at once: whoever reads it meanwhile sees the old or the new.
 * @param removed lines of this file as it was read
 * @throws Error when these lines have become others meanwhile; nothing is written then
 * @throws as appendHostKey()
 */
export async function replaceHostKeys(
  file: string,
  name: string,
  removed: readonly KnownHostsEntry[],
  added: readonly Buffer[],
  hashed: boolean,
): Promise<void> {
  const place = await realpath(file);
  const text = await readFile(place, 'latin1');
  const lines = text.split('\n');
  if (!removed.every(({ line, key }) => lines[line - 1]?.includes(key.toString('base64')) === true)) {
    throw new Error(`${file} was changed by somebody else at the same moment`);
  }
  const gone = new Set(removed.map(({ line }) => line - 1));
  const kept = lines.filter((_line, index) => !gone.has(index)).join('\n');
  const start = kept === '' || kept.endsWith('\n') ? kept : `${kept}\n`;
  const { mode } = await stat(place);
  const draft = `${place}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, start + added.map((key) => lineOf(name, key, hashed)).join(''), {
      encoding: 'latin1',
      flag: 'wx',
      mode: mode & 0o777,
      flush: true,
    });
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function lineOf(name: string, key: Buffer, hashed: boolean): string {
  const host = asciiLowerCase(name);
  assertWritable(host);
  return `${hashed ? hashName(host) : host} ${keyType(key)} ${key.toString('base64')}\n`;
}

/** The characters that check_host_key() in OpenSSH's sshconnect.c refuses to record, and those that end a name. */
function assertWritable(name: string): void {
  const host = /^\[(.+)\]:\d+$/.exec(name)?.[1] ?? name;
  if (host === '' || /[@?*#[\]|'"\\!,\s]/.test(host) || /\p{Cc}/u.test(host)) {
    throw new RangeError(`${JSON.stringify(name)} is no name to be kept in known_hosts.`);
  }
}

function hashName(host: string): string {
  const salt = randomBytes(20);
  const hash = createHmac('sha1', salt).update(host).digest('base64');
  return `|1|${salt.toString('base64')}|${hash}`;
}

async function makeFolder(folder: string): Promise<void> {
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
