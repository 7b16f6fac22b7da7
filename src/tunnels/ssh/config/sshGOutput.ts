// Reads what `ssh -G` prints: dump_client_config() in OpenSSH's readconf.c.
import type { ConfigValues } from './configValues';

/** Keywords with several files on their one line, unquoted. */
const fileLists = new Set(['userknownhostsfile', 'globalknownhostsfile', 'revokedhostkeys']);

/** One keyword and its value a line. A keyword that comes several times has several values, in their order. */
export function parseSshGOutput(text: string): ConfigValues {
  const values = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    const keyword = name.toLowerCase();
    if (keyword !== '') {
      const read = fileLists.has(keyword) ? splitPaths(value) : [value];
      values.set(keyword, [...(values.get(keyword) ?? []), ...read]);
    }
  }
  return values;
}

/**
 * Paths that are separated by spaces and may hold spaces themselves, such as `/home/Jo Do/.ssh/known_hosts`: a word
 * that does not begin like an absolute path goes on with the one before, unless the first is relative as well.
 */
export function splitPaths(text: string): readonly string[] {
  const words = text.split(' ').filter((word) => word !== '');
  const isAbsolute = (word: string): boolean => /^([/~\\]|[A-Za-z]:[\\/]|__PROGRAMDATA__)/.test(word);
  if (!words[0] || !isAbsolute(words[0])) {
    return words;
  }
  return text.trim().split(/ +(?=[/~\\]|[A-Za-z]:[\\/]|__PROGRAMDATA__)/);
}
