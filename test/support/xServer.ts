// A real X server without a screen (Debian's Xvfb), with its own authority file, and what is shown on it.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { crc32, deflateSync } from 'node:zlib';
import { longWaitMs } from './eventually';
import { tempDir } from './tempDir';

const run = promisify(execFile);

export interface XServer extends AsyncDisposable {
  /** `:99`. */
  readonly display: string;
  /** Its key, in hexadecimal. */
  readonly cookie: string;
  /** DISPLAY and XAUTHORITY of its user. */
  readonly env: { readonly DISPLAY: string; readonly XAUTHORITY: string };
  /** Names of all windows, those within others too. */
  windows(): Promise<readonly string[]>;
  /** @throws Error with the existing windows, after so many milliseconds */
  untilWindow(name: RegExp, milliseconds?: number): Promise<void>;
  untilNoWindow(name: RegExp, milliseconds?: number): Promise<void>;
  /** The whole screen, as a PNG file. */
  screenshot(file: string): Promise<void>;
  /** How many colours the whole screen has: 1 if nothing is drawn. */
  colours(): Promise<number>;
  stop(): Promise<void>;
}

export interface XServerOptions {
  /** Further arguments: `-noreset`, `-extension SECURITY`. */
  readonly args?: readonly string[];
}

export async function startXServer({ args = ['-noreset'] }: XServerOptions = {}): Promise<XServer> {
  const folder = await tempDir('x-');
  const cookie = randomBytes(16).toString('hex');
  const authority = folder.file('authority');
  // The number doesn't matter to the server; the clients' line is added when it is known.
  await run('xauth', ['-f', authority, 'add', ':0', '.', cookie]);
  const screen = ['-screen', '0', '1400x1000x24', '-nolisten', 'tcp', '-displayfd', '3', '-auth', authority];
  // Its own folder: a server that ends may remove the socket of the next one with its number.
  const own = `:${randomInt(100, 10_000)}`;
  const child = spawn('Xvfb', [own, ...screen, ...args], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const killOnExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killOnExit);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', killOnExit);
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    }
    await folder.remove();
  };
  try {
    const number = await displayNumber(child);
    const display = `:${number}`;
    await run('xauth', ['-f', authority, 'add', display, '.', cookie]);
    const env = { DISPLAY: display, XAUTHORITY: authority };
    const programEnv = { ...process.env, ...env };
    const windows = async (): Promise<readonly string[]> => {
      const { stdout } = await treeOf(programEnv);
      return [...stdout.matchAll(/^\s+0x[0-9a-f]+ "([^"]+)"/gm)].map(([, name = '']) => name);
    };
    const until = async (reached: (names: readonly string[]) => boolean, ms: number): Promise<void> => {
      const end = performance.now() + ms;
      for (let names = await windows(); !reached(names); names = await windows()) {
        if (performance.now() > end) {
          throw new Error(`the windows of ${display} are ${names.join(', ') || 'none'}`);
        }
        await sleep(50);
      }
    };
    const dump = async (): Promise<Buffer> => {
      const options = { env: programEnv, encoding: 'buffer', maxBuffer: 32 * 1024 * 1024 } as const;
      return (await run('xwd', ['-root', '-silent'], options)).stdout;
    };
    return {
      display,
      cookie,
      env,
      windows,
      untilWindow: (name, ms = longWaitMs) => until((names) => names.some((each) => name.test(each)), ms),
      untilNoWindow: (name, ms = longWaitMs) => until((names) => !names.some((each) => name.test(each)), ms),
      screenshot: async (file) => {
        await writeFile(file, pngOf(await dump()));
      },
      colours: async () => coloursOf(await dump()),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** It fails if a window closes while it is being looked at. */
async function treeOf(env: NodeJS.ProcessEnv, tries = 5): Promise<{ readonly stdout: string }> {
  try {
    return await run('xwininfo', ['-root', '-tree'], { env });
  } catch (error) {
    if (tries === 1) {
      throw error;
    }
    return treeOf(env, tries - 1);
  }
}

async function displayNumber(child: ReturnType<typeof spawn>): Promise<string> {
  let text = '';
  for await (const data of child.stdio[3] as AsyncIterable<Buffer>) {
    text += data.toString();
    if (text.includes('\n')) {
      return text.trim();
    }
  }
  throw new Error('Xvfb did not start');
}

/** Of a dump in xwd's format (X11/XWDFile.h): four bytes each, behind the header and the colour map. */
function pixelsOf(dump: Buffer): Buffer {
  const [headerSize, colours] = [dump.readUInt32BE(0), dump.readUInt32BE(19 * 4)];
  return dump.subarray(headerSize + colours * 12);
}

/** ISO/IEC 15948: the header, one compressed block of lines that begin with a 0, the end. */
function pngOf(dump: Buffer): Buffer {
  const [width, height] = [dump.readUInt32BE(4 * 4), dump.readUInt32BE(5 * 4)];
  const pixels = pixelsOf(dump);
  const lines = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [4 * (y * width + x), y * (1 + width * 3) + 1 + 3 * x];
      lines.writeUIntBE(pixels.readUIntLE(from, 3), to, 3);
    }
  }
  const block = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [block('IHDR', header), block('IDAT', deflateSync(lines)), block('IEND', Buffer.alloc(0))];
  return Buffer.concat([signature, ...parts]);
}

function coloursOf(dump: Buffer): number {
  const pixels = pixelsOf(dump);
  const seen = new Set<number>();
  for (let at = 0; at + 4 <= pixels.length; at += 4) {
    seen.add(pixels.readUInt32LE(at) & 0xffffff);
  }
  return seen.size;
}
