// Whether this system lets its root rearrange networks and file systems: a container may have been denied that
// (CAP_SYS_ADMIN), and then the faults that need it can't be had there.
import { execFileSync } from 'node:child_process';
import { before } from 'mocha';

let allowed: boolean | undefined;

function mayRearrange(): boolean {
  try {
    execFileSync('unshare', ['--net', '--mount', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The tests of the describe it is called in are left out, with a word, where the system denies what they need. */
export function needsNamespaces(): void {
  before(function () {
    allowed ??= mayRearrange();
    if (!allowed) {
      console.log('      left out: this system lets nobody make network or mount namespaces');
      this.skip();
    }
  });
}
