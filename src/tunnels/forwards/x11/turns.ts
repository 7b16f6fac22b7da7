// Who changes the authority file of the server's user: one at a time on a connection. sshd has its xauth put a program's
// key there, and xauth waits two seconds where the file is locked; and a display's number may have been given to the next
// program before the key of the last one is removed.
import type { SshSession } from '../../ssh/session/session';
import { removeKey } from './remoteXauth';
import type { DisplayThere } from './remoteXauth';

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
