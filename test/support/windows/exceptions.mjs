// Which tests the stage "windows" runs not at all, or may see fail, each with the reason. An entry is a test file, or
// the title of a test or a describe as mocha prints it, with those of the describes around it. An entry that fits no
// test fails the stage.

/** @typedef {{ reason: string, entries: readonly string[] }} Exception */

/**
 * Not run: what they test doesn't exist on Windows.
 * @type {readonly Exception[]}
 */
export const notForWindows = [
  {
    reason: 'checks the sources of this checkout, with its lint and its scripts',
    entries: [
      'test/unit/contributing.test.ts',
      'test/unit/lint.test.ts',
      'test/unit/translatableTexts.test.ts',
      'test/unit/realHome.test.ts',
    ],
  },
  {
    reason: 'compares with the ssh that is installed beside it',
    entries: ['test/unit/sshConfigKeywords.test.ts'],
  },
  {
    reason: "its fake programs are shell scripts, which Windows can't start",
    entries: ['the files of a host on Windows'],
  },
];

/**
 * May fail: Wine does there what Windows doesn't.
 * @type {readonly Exception[]}
 */
export const faultsOfWine = [];

/**
 * @param {readonly Exception[]} exceptions
 * @returns {readonly string[]} the entries that are files
 */
export function filesOf(exceptions) {
  return exceptions.flatMap(({ entries }) => entries).filter((entry) => entry.endsWith('.test.ts'));
}

/**
 * The entry that a test's title fits.
 * @param {string} title with those of the describes around it
 * @param {readonly Exception[]} exceptions
 */
export function entryFor(title, exceptions) {
  const entries = exceptions.flatMap((each) => each.entries);
  return entries.find((entry) => title === entry || title.startsWith(`${entry} `));
}
