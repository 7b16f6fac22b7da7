// Ends what a test has opened, even if the test fails or times out.
import { afterEach } from 'mocha';

/** After each test of the describe it is called in: ends first what was opened last. */
export function endAfterEach(): <T extends AsyncDisposable | Disposable>(thing: T) => T {
  const opened: (AsyncDisposable | Disposable)[] = [];
  afterEach(async () => {
    const errors: unknown[] = [];
    for (const thing of opened.splice(0).reverse()) {
      // One that can't be ended doesn't keep the others open.
      await end(thing).catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) {
      throw errors[0];
    }
  });
  return (thing) => {
    opened.push(thing);
    return thing;
  };
}

async function end(thing: AsyncDisposable | Disposable): Promise<void> {
  if (Symbol.asyncDispose in thing) {
    await thing[Symbol.asyncDispose]();
  } else {
    thing[Symbol.dispose]();
  }
}
