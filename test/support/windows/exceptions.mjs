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
    reason: "compares with, or has its files made by, OpenSSH's programs on this machine",
    entries: [
      'test/unit/sshConfigKeywords.test.ts',
      'test/unit/ssh/keys/readPrivateKey.test.ts',
      'RevokedHostKeys finds a key in a binary list, by key',
      'RevokedHostKeys finds a key in a binary list, by sha1',
      'RevokedHostKeys finds a key in a binary list, by sha256',
      'RevokedHostKeys finds a key in a binary list that also revokes certificates',
      'RevokedHostKeys finds no key in a truncated binary list',
      'RevokedHostKeys ignores an extension of a binary list unless it is critical, and reads on after a signature',
      'RevokedHostKeys refuses a list that is missing, malformed or not a file',
      'a password in the ssh_config of the user is not repeated by the error for',
      'a variable of ssh_config that is not set is named by the error for',
      'a config in an encoding that ssh does not read is named:',
      'the question about options of a pasted command offers no block where none can be written, and says why',
      'keys beside ssh-keygen',
      'a variable with a line break',
    ],
  },
  {
    reason: 'measures for long how work grows with its size, which is the same everywhere',
    entries: [
      'huge settings',
      'the growth of work',
      'the list of the hosts of a large ssh_config',
      'the problem marks of a huge settings file',
    ],
  },
  {
    reason: "its fake programs are shell scripts, which Windows can't start",
    entries: [
      'the files of a host on Windows',
      'running ssh -G',
      'proxied browser search finds each browser once, and only executable files',
      'proxied browser start fails with the path and the exit code of a browser that ends at once',
    ],
  },
  {
    reason: 'tries a shell of Unix',
    entries: [
      'a command line pasted into a POSIX shell',
      'proxied browser arguments for another machine are command lines that its shell passes on unchanged',
    ],
  },
  {
    reason: 'Unix sockets, pipes with a path, devices, file modes and such file names are not there',
    entries: [
      'the ssh command line parser reports what is wrong with "ssh -L ${workspaceFolder}/a:/b -L 1:c:2 host"',
      'the folder of the daemon is in XDG_RUNTIME_DIR, if that is a folder of this user',
      'the folder of the daemon is one per user in the temporary folder',
      'the folder of the daemon is another one in the temporary folder if XDG_RUNTIME_DIR is too long',
      'the folder of the daemon is in /tmp if',
      'the folder of the daemon is looked for',
      'the lease of a tunnel with a socket of the origin',
      'a path that is too long for a socket is not connected to, for a forward or an agent, whatever its beginning names',
      'reading ssh_config without ssh understands a backslash in an Include as glob does',
      'reading ssh_config without ssh refuses an included file that others can write, and says how to mend that',
      'reading ssh_config without ssh refuses a pipe without waiting for it',
      'whether a Host block can be written is not so for a file that others can write to',
      'an IdentityFile that is a pipe is no key file',
      'listening on a Unix socket',
      'where a path leads',
      'generated settings and file trees',
      'expanding socket paths removes doubled slashes',
      'expanding socket paths removes slashes at the start',
      'expanding socket paths removes a slash at the end',
      'expanding socket paths has one form for each path, whatever slashes it is written with',
      'known_hosts files are refused instead of counting as empty when they are a pipe that nobody writes to',
      'known_hosts files are refused instead of counting as empty when they are an endless device',
      'proxied browser profile is readable by its user alone, and removed when the browser has ended',
      'proxied browser profile is removed by the next window if its browser has ended, and only if it is ours',
      'adding a Host block to ssh_config creates the file and its folder for the user alone, and removes the file on undo',
      'adding a Host block to ssh_config does not change the other bytes of the file or its mode',
    ],
  },
  {
    reason: 'stops a process by SIGSTOP',
    entries: [
      'connecting to the addresses of a name tries four at once at most, and ends all when it is aborted',
      'connecting to the addresses of a name tries one at a time while there are too many connections',
      'connecting to the addresses of a name ends the slower attempts when one has succeeded',
      'connecting to the addresses of a name tries both kinds of addresses in turn, beginning with the first',
    ],
  },
  {
    reason: 'a reset is told only to who reads there, and these clients are not read from yet',
    entries: [
      'a forward whose clients wait for the connection disconnects those beyond its bound, and leaves room for another forward',
    ],
  },
];

/**
 * May fail: Wine does there what Windows doesn't.
 * @type {readonly Exception[]}
 */
export const faultsOfWine = [
  {
    reason: 'symbolic links lead nowhere',
    entries: [
      'the file watcher reports a change of the file that a symbolic link points to',
      'adding a Host block to ssh_config writes to the target of a symbolic link, and leaves the link',
      'known_hosts files are refused instead of counting as empty when they are a link to itself',
      'known_hosts files are refused instead of counting as empty when they are a link to a folder',
      'known_hosts files are written through a symbolic link',
      'whether a Host block can be written is not so for a dangling link',
      'looking at a file that ssh refuses finds its facts: dangling',
      'looking at a file that ssh refuses finds its facts: circle',
    ],
  },
  {
    reason: 'two processes that append to a file overwrite each other',
    entries: ['known_hosts files get all lines when twenty are appended at once'],
  },
  {
    reason: 'a folder can be opened for writing, and the write fails with another error',
    entries: ['known_hosts files fail with the system error when they cannot be written'],
  },
];

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
