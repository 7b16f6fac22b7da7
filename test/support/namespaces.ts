// Whether this system lets root change networks and file systems: a container may lack CAP_SYS_ADMIN, and then the
// faults that need it aren't possible.
import { before } from 'mocha';
import { mayMakeMachines } from './faults/twoMachines';

let allowed: boolean | undefined;

/** Skips the tests of the describe it is called in, with a message, if the system doesn't allow what they need. */
export function needsNamespaces(): void {
  before(function () {
    allowed ??= mayMakeMachines();
    if (!allowed) {
      console.log('      left out: this system lets nobody make network or mount namespaces');
      this.skip();
    }
  });
}
