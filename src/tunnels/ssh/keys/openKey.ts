// Opens an encrypted key in a thread of its own: to make a key from a passphrase takes from a tenth of a second to
// minutes, in which all tunnels of this process would stand still.
import { extname, join } from 'node:path';
import { createPrivateKey } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { KeyDefect } from '../../errors/ssh/keys/keyOrAgent';
import { Semaphore } from '../../util/pacing/semaphore';
import { privateKeyOf, UnusableKey } from './privateKey';
import type { PrivateKey } from './privateKey';
import { keyText, readPrivateKey } from './readPrivateKey';

export interface OpenRequest {
  /** The whole file. */
  readonly bytes: Uint8Array;
  readonly passphrase: string;
}

export type OpenResult =
  /** PKCS#8 in DER. */
  | { readonly result: 'open'; readonly der: Uint8Array }
  | { readonly result: 'wrongPassphrase' }
  | { readonly result: 'unusable'; readonly defect: KeyDefect; readonly blob: Uint8Array | undefined };

/** What the thread runs. Beside this file, in the sources as in `dist`. */
const workerFile = join(__dirname, `keyWorker${extname(__filename)}`);

/** Tunnels that start together share their keys as a rule, and each thread may need a lot of memory. */
const threadLimit = new Semaphore(4);

/**
 * The thread can't load its file: an update of the extension has removed the folder, while this process still runs. Or
 * this runs from the sources, as in tests.
 */
const cantLoad: ReadonlySet<unknown> = new Set([
  'MODULE_NOT_FOUND',
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNKNOWN_FILE_EXTENSION',
]);

/**
 * @param signal ends the thread
 * @returns undefined when the passphrase is wrong
 * @throws UnusableKey
 * @throws the reason of `signal`
 */
export async function openInWorker(
  request: OpenRequest,
  signal: AbortSignal,
  file = workerFile,
): Promise<PrivateKey | undefined> {
  signal.throwIfAborted();
  const opened = await threadLimit.run(signal, () => runWorker(file, request, signal));
  switch (opened.result) {
    case 'open':
      return privateKeyOf(createPrivateKey({ key: Buffer.from(opened.der), format: 'der', type: 'pkcs8' }));
    case 'wrongPassphrase':
      return undefined;
    case 'unusable':
      throw new UnusableKey(opened.defect, opened.blob && Buffer.from(opened.blob));
  }
}

/** Blocks. */
export function openKey({ bytes, passphrase }: OpenRequest): OpenResult {
  try {
    const key = readPrivateKey(keyText(Buffer.from(bytes))).open(passphrase);
    return key ? { result: 'open', der: key.toPkcs8() } : { result: 'wrongPassphrase' };
  } catch (error) {
    return error instanceof UnusableKey
      ? { result: 'unusable', defect: error.defect, blob: error.blob }
      : failed(error);
  }
}

function failed(error: unknown): OpenResult {
  return { result: 'unusable', defect: { defect: 'damaged', error: String(error) }, blob: undefined };
}

function runWorker(file: string, request: OpenRequest, signal: AbortSignal): Promise<OpenResult> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const worker = new Worker(file, { workerData: request, env: {} });
    const abort = (): void => {
      void worker.terminate();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    worker.once('message', resolve);
    worker.once('error', (error) => {
      resolve('code' in error && cantLoad.has(error.code) ? openKey(request) : failed(error));
    });
    worker.once('exit', () => {
      signal.removeEventListener('abort', abort);
      reject(new Error('the thread that opens the key has ended early'));
    });
  });
}
