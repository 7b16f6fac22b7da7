// Extra browser arguments for the tests in the editor. They come from the environment of the extension host, which no
// workspace can set, and are ignored in an installed extension.

export const testArgumentsVariable = 'SSH_TUNNELS_TEST_BROWSER_ARGS';

/** @param installed whether the extension runs in production mode */
export function testArguments(
  installed: boolean,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] | undefined {
  const text = env[testArgumentsVariable];
  if (installed || text === undefined) {
    return undefined;
  }
  const words: unknown = JSON.parse(text);
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new Error(`${testArgumentsVariable} must be a list of strings.`);
  }
  return words;
}
