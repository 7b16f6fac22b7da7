// Which servers have let us in. A server that closes a login in silence refuses it; but one that let us in before may
// just be restarting. There, the first such ends count as lost connections, if no person was asked for anything.
import type { TunnelError } from '../../errors/errors';
import { connectionLost } from '../../errors/ssh/connectionLost';

/** How many logins in a row. */
const most = 3;

export class LoginHistory {
  /** Silent ends since the last success, by session. Only of those that have succeeded. */
  readonly #silentEnds = new Map<string, number>();

  succeeded(session: string): void {
    this.#silentEnds.set(session, 0);
  }

  /** @returns the error that counts */
  failed(session: string, error: TunnelError, host: string): TunnelError {
    if (error.code !== 'LoginRefused' || error.reason !== 'closed' || error.mayHaveAskedPerson) {
      return error;
    }
    const ends = this.#silentEnds.get(session);
    if (ends === undefined || ends >= most) {
      this.#silentEnds.delete(session);
      return error;
    }
    this.#silentEnds.set(session, ends + 1);
    return connectionLost(host, error.detail);
  }
}
