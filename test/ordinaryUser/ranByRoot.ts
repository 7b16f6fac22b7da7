// What the tests know about the user that runs them, and what root has prepared for them.
import { before } from 'mocha';

const [, , , planted, checkout] = process.argv;

/** Whether the user exists only for this run. */
export const isTemporaryUser = planted !== undefined;

/** Where this project's files are; only if root started the run. */
export const checkoutFolder = checkout;

/** The path of a file of root's, in a folder where every user can create files. */
export function rootsOwn(name: string): string {
  if (planted === undefined) {
    throw new Error('Only root can plant things of root.');
  }
  return `${planted}/${name}`;
}

/** Skips the tests of the describe it is called in, with a message, for a user whose home is in use. */
export function needsTemporaryUser(): void {
  before(function () {
    if (!isTemporaryUser) {
      console.log('      left out: only root can make a user for it');
      this.skip();
    }
  });
}
