// What the tests of this folder know of the user that runs them.
import { before } from 'mocha';

const [, , , planted, checkout] = process.argv;

/** Whether the user is there for this run alone. */
export const isTemporaryUser = planted !== undefined;

/** Where this project's files are; only where root began the run. */
export const checkoutFolder = checkout;

/** The path of a thing that root has planted, in a folder where everybody may put files. */
export function rootsOwn(name: string): string {
  if (planted === undefined) {
    throw new Error('Only root can plant things of root.');
  }
  return `${planted}/${name}`;
}

/** The tests of the describe it is called in are left out, with a word, for a user whose home is in use. */
export function needsTemporaryUser(): void {
  before(function () {
    if (!isTemporaryUser) {
      console.log('      left out: only root can make a user for it');
      this.skip();
    }
  });
}
