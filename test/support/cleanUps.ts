// Ends what a test has opened, also where the test fails or runs out of time.
import { afterEach } from 'mocha';

/** After each test of the describe it is called in: what was opened last is ended first. */
export function endAfterEach(): <T extends AsyncDisposable | Disposable>(thing: T) => T {
  const opened: (AsyncDisposable | Disposable)[] = [];
  afterEach(async () => {
    for (const thing of opened.splice(0).reverse()) {
      if (Symbol.asyncDispose in thing) {
        await thing[Symbol.asyncDispose]();
      } else {
        thing[Symbol.dispose]();
      }
    }
  });
  return (thing) => {
    opened.push(thing);
    return thing;
  };
}
