// Small commands on the server, for what SSH has no message for: who has a key there, and which processes are a program's.
import { readable } from '../../util/printable';
import type { SshSession } from '../../ssh/session/session';

/** Milliseconds. */
const patience = 3000;
const mostRead = 256 * 1024;

/** `host/unix:10`. */
const authName = /^[\w.-]*\/unix:(\d{1,5})$/;

/** The display that sshd has made for a program: its key there, and its number. Found by the key that was sent, and then kept. */
export class DisplayThere {
  readonly #session: SshSession;
  readonly #cookie: string;
  #found: FoundDisplay | undefined;

  constructor(session: SshSession, cookie: string) {
    this.#session = session;
    this.#cookie = cookie;
  }

  /** @returns undefined: the server can't tell, or has gone. Never rejects. */
  async find(): Promise<FoundDisplay | undefined> {
    this.#found ??= await this.#look().catch(() => undefined);
    return this.#found;
  }

  async #look(): Promise<FoundDisplay | undefined> {
    // Without regard to locks: it only reads.
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
export async function removeKey(session: SshSession, name: string): Promise<void> {
  await outputOf(session, `xauth remove ${name}`);
}

/**
 * Sends a signal to the processes of one display of this very connection; where there is /proc. sshd itself passes no
 * signals on for root, nor for a key with a command of its own (session_signal_req() in OpenSSH's session.c).
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
    // It would run that instead.
    throw new Error('the server runs another command than the one that is asked for');
  }
  const channel = await session.commands.run(command);
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => {
      channel.destroy();
      reject(new Error(`"${readable(command)}" did not end`));
    }, patience);
    channel.on('error', () => undefined);
    channel.stderr.resume();
    channel.setEncoding('latin1').on('data', (text: string) => {
      output = (output + text).slice(-mostRead);
    });
    channel.once('close', () => {
      clearTimeout(timer);
      resolve(output);
    });
  });
}

const turns = new WeakMap<SshSession, Promise<void>>();

/** Does it when those before have done theirs. @throws what it throws */
export function inTurn<T>(
  session: SshSession,
  act: () => Promise<{ result: T; done: Promise<unknown> }>,
): Promise<T> {
  const acting = (turns.get(session) ?? Promise.resolve()).then(act);
  turns.set(
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
 * Removes the key that sshd has put there, which is worth nothing by then, and which sshd does not take out again
 * (do_rc_files() in OpenSSH's session.c). Never rejects.
 */
export function removeLeftOver(session: SshSession, there: DisplayThere): Promise<void> {
  return inTurn(session, async () => {
    const display = session.ended ? undefined : await there.find();
    await (display && removeKey(session, display.authName));
    return { result: undefined, done: Promise.resolve() };
  }).catch(() => undefined);
}
