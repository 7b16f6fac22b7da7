// Reads what servers say in words as they refuse a login, or let one in with conditions.
import type { TunnelError } from '../../../errors/errors';
import { loginRefused } from '../../../errors/ssh/loginRefused';
import type { RefusalReason } from '../../../errors/ssh/loginRefused';

/** What a server's words say about why it refuses a login. */
export function refusalReason(words: string): RefusalReason {
  // pam_unix(8), in English: "You are required to change your password immediately (administrator enforced)."
  if (saysPasswordExpired(words)) {
    return 'passwordExpired';
  }
  return /\baccount\b.{0,40}\bexpired\b/i.test(words) ? 'accountExpired' : 'said';
}

/** Not a warning that it will expire. "You must change your password", "Your password has expired", and the like. */
function saysPasswordExpired(words: string): boolean {
  return /\b(required to|must) change your (\w+ )?password\b|\bpassword (has|is) expired\b|\bpassword change required\b/i.test(
    words,
  );
}

/**
 * Why a server forwards nothing, although the login succeeded; undefined: no reason is known. OpenSSH lets a key in when
 * the password has expired, and permits only a session to change it (sshpam_password_change_required() of auth-pam.c).
 * @param said what it said with its success
 */
export function forwardsNothing(who: string, said: string): TunnelError | undefined {
  return saysPasswordExpired(said) ? loginRefused(who, 'passwordExpired', said) : undefined;
}

/** "Too many authentication failures" of OpenSSH, and what others say. */
export function saysTooManyFailures(words: string): boolean {
  return /\btoo many (auth|login|bad|failed|password)|\bmax(imum)? (auth|login).{0,20} (tries|attempts)|\battempts exceeded\b/i.test(
    words,
  );
}

/** systemd puts this into /run/nologin, for pam_nologin(8): units/systemd-user-sessions.service, user-sessions.c. */
export function saysStartingOrStopping(words: string): boolean {
  return /\bsystem is (booting up|going down)\b/i.test(words);
}
