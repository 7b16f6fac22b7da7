// What the tests in the editor add to a browser's command line. It comes from the environment of the editor's own
// process, which no workspace can set, and counts only where the extension itself is being developed or tested.

export const testArgumentsVariable = 'SSH_TUNNELS_TEST_BROWSER_ARGS';

/** @param installed whether the extension runs as users have it */
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
