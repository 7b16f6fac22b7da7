// A port that nobody listens on, on any address, and that nobody is given by chance.
import { reservePort } from './reservedPorts';

/** A program of another kind may take it before you do: whoever binds it should be ready to ask for another. */
export function freePort(): Promise<number> {
  return reservePort();
}
