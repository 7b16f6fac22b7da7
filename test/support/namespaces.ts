// Whether this system lets its root rearrange networks and file systems: a container may have been denied that
// (CAP_SYS_ADMIN), and then the faults that need it can't be had there.
import { before } from 'mocha';
import { mayMakeMachines } from './faults/twoMachines';

let allowed: boolean | undefined;

/** The tests of the describe it is called in are left out, with a word, where the system denies what they need. */
export function needsNamespaces(): void {
  before(function () {
    allowed ??= mayMakeMachines();
    if (!allowed) {
      console.log('      left out: this system lets nobody make network or mount namespaces');
      this.skip();
    }
  });
}
