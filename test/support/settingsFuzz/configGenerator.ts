// Generates the text of an ssh_config: blocks with forwards, patterns, quotes, noise, and Includes of a file tree.
import type { Random } from '../random';
import type { FileTree } from './fileTree';

const keywords = [
  ...(['Host', 'Host', 'Host', 'Match', 'Include', 'LocalForward', 'LocalForward', 'RemoteForward'] as const),
  ...(['DynamicForward', 'ClearAllForwardings', 'HostName', '"Host"', 'hOsT', '', '#', 'Host='] as const),
] as const;
const words = [
  ...(['a', 'b', 'db-1', 'db-*', '*', '!a', '!*', '?', '*a*a*b', '"a b"', "'a", '"', '\\', '\\"'] as const),
  ...(['1', '8080', 'a:1', '[::1]:1', '/tmp/s', '%d/s', '%%', '%q', '${HOME}/s', '${NO}/s', '~/s'] as const),
  ...([
    'all',
    'host',
    'exec',
    'true',
    'yes',
    'me@a',
    '-f',
    '=',
    '\t',
    '\0',
    '\ud800',
    '\u202e',
    'é',
    '..',
  ] as const),
] as const;

export function configText(random: Random, { folder, names }: FileTree): string {
  const [name = 'loop', ...others] = names;
  const word = (): string => {
    if (random.chance(0.002)) {
      return random.pick(words).repeat(3000);
    }
    return random.chance(0.15)
      ? `${folder}/${random.pick([name, ...others])}${random.pick(['', '/*', '/..', '*', '/config'])}`
      : random.pick(words);
  };
  const line = (): string =>
    [random.pick(keywords), ...Array.from({ length: random.int(0, 4) }, word)].join(
      random.pick([' ', ' ', '=', '\t']),
    );
  const lines = Array.from({ length: random.int(0, random.chance(0.005) ? 500 : 12) }, line);
  return lines.join(random.pick(['\n', '\n', '\n  ', '\r\n']));
}
