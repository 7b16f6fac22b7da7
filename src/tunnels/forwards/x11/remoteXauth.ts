// Runs small commands on the server for what SSH has no message for: finding and removing the cookie of a program, and
// sending signals to its processes.
import { readable } from '../../util/untrustedText';
import type { SshSession } from '../../ssh/session/session';

const commandTimeoutMs = 3000;
/** Bytes. */
const mostOutput = 256 * 1024;

/** `host/unix:10`. */
const authName = /^[\w.-]*\/unix:(\d{1,5})$/;

/** The display that sshd has created for a program on the server. Found by the cookie that was sent there. */
export class RemoteDisplay {
  readonly #session: SshSession;
  readonly #cookie: string;
  #found: FoundDisplay | undefined;

  constructor(session: SshSession, cookie: string) {
    this.#session = session;
    this.#cookie = cookie;
  }

  /** @returns undefined: not found, or the session has ended. Never rejects. */
  async find(): Promise<FoundDisplay | undefined> {
    this.#found ??= await this.#look().catch(() => undefined);
    return this.#found;
  }

  async #look(): Promise<FoundDisplay | undefined> {
    // -i ignores locks: this only reads.
    const list = await outputOf(this.#session, 'xauth -i list');
    const line = list.split('\n').find((each) => each.trim().endsWith(` ${this.#cookie}`));
    const [name = '', number] = authName.exec(line?.trim().split(/\s/)[0] ?? '') ?? [];
    return number === undefined ? undefined : { authName: name, number };
  }
}

interface FoundDisplay {
  readonly authName: string;
  readonly number: string;
}

/** @throws Error */
async function removeCookie(session: SshSession, name: string): Promise<void> {
  await outputOf(session, `xauth remove ${name}`);
}

/**
 * Sends a signal to the processes of one display of this SSH session, on servers with /proc. sshd itself passes on no
 * signals for root, nor for a key with a forced command (session_signal_req() in OpenSSH's session.c).
 * @throws Error
 */
export async function signalProcesses(
  session: SshSession,
  displayNumber: string,
  signal: 'TERM' | 'KILL',
): Promise<void> {
  const ofDisplay = `grep -lzx "DISPLAY=[^:]*:${displayNumber}[.]0" /proc/[0-9]*/environ 2>/dev/null`;
  const ofConnection = 'grep -qzxF "SSH_CONNECTION=$SSH_CONNECTION" "$f" 2>/dev/null';
  const kill = `p=\${f#/proc/} && kill -${signal} "\${p%/environ}" 2>/dev/null`;
  await outputOf(session, `sh -c 'for f in $(${ofDisplay}); do ${ofConnection} && ${kill}; done'`);
}

async function outputOf(session: SshSession, command: string): Promise<string> {
  if (session.commands.isForced) {
    // The server would run the forced command instead.
    throw new Error('the server runs a forced command instead');
  }
  const channel = await session.commands.run(command);
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => {
      channel.destroy();
      reject(new Error(`"${readable(command)}" did not end in time`));
    }, commandTimeoutMs);
    channel.on('error', () => undefined);
    channel.stderr.resume();
    channel.setEncoding('latin1').on('data', (text: string) => {
      output = (output + text).slice(-mostOutput);
    });
    channel.once('close', () => {
      clearTimeout(timer);
      resolve(output);
    });
  });
}

const queues = new WeakMap<SshSession, Promise<void>>();

/** Runs actions on a session one after another. @throws what `act` throws */
export function serialize<T>(
  session: SshSession,
  act: () => Promise<{ result: T; done: Promise<unknown> }>,
): Promise<T> {
  const acting = (queues.get(session) ?? Promise.resolve()).then(act);
  queues.set(
    session,
    acting
      .then(({ done }) => done)
      .then(
        () => undefined,
        () => undefined,
      ),
  );
  return acting.then(({ result }) => result);
}

/**
 * Removes the cookie that sshd has stored for the program. It is useless by now, but sshd does not remove it
 * (do_rc_files() in OpenSSH's session.c). Never rejects.
 */
export function removeRemoteCookie(session: SshSession, remoteDisplay: RemoteDisplay): Promise<void> {
  return serialize(session, async () => {
    const display = session.ended ? undefined : await remoteDisplay.find();
    await (display && removeCookie(session, display.authName));
    return { result: undefined, done: Promise.resolve() };
  }).catch(() => undefined);
}
