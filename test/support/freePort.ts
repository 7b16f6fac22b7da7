// A port that is free on every address, and that the system doesn't give away.
import { reservePort } from './reservedPorts';

/** Another kind of program may take it first: be ready to ask for another one. */
export function freePort(): Promise<number> {
  return reservePort();
}
