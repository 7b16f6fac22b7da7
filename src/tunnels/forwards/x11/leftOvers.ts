// What a program leaves in the authority file of its user on the server: sshd has put the key there that was sent, and
// does not take it out again (do_rc_files() in OpenSSH's session.c). The key is worth nothing by then.
import type { SshSession } from '../../ssh/session';
import { displayOf, removeKey } from './onServer';

/** One after another on a connection: a display's number may have been given to the next program meanwhile. */
const turns = new WeakMap<SshSession, Promise<void>>();

/** Resolves when nothing of an earlier program is being removed. Never rejects. */
export function whenTidy(session: SshSession): Promise<void> {
  return turns.get(session) ?? Promise.resolve();
}

/** Removes the key, where it is there, and nothing else. Never rejects. */
export function removeLeftOvers(session: SshSession, cookie: string): Promise<void> {
  const done = whenTidy(session)
    .then(async () => {
      const display = session.ended ? undefined : await displayOf(session, cookie);
      await (display && removeKey(session, display.authName));
    })
    .catch(() => undefined);
  turns.set(session, done);
  return done;
}
