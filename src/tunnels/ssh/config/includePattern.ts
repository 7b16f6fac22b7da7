// The patterns of Include in ssh_config: one name of a path at a time, as glob(3) and POSIX 2.13 (Pattern Matching
// Notation) read it. There are no braces and no `**`.

/** A name as it is, or what tells whether a name matches. */
export type NamePattern = string | ((name: string) => boolean);

type Step = '*' | ((character: string) => boolean);

/**
 * @param name without slashes
 * @param platform on Windows, a backslash separates folders, and so can't escape a character
 */
export function parseNamePattern(name: string, platform: NodeJS.Platform = process.platform): NamePattern {
  const steps: (Step | { readonly literal: string })[] = [];
  const characters = Array.from(name);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const bracket = character === '[' ? parseBracket(characters, at + 1) : undefined;
    if (bracket) {
      steps.push(bracket.matches);
      at = bracket.end;
    } else if (character === '*') {
      steps.push('*');
    } else if (character === '?') {
      steps.push(() => true);
    } else {
      const isEscape = character === '\\' && platform !== 'win32' && at + 1 < characters.length;
      steps.push({ literal: isEscape ? (characters[++at] ?? '') : character });
    }
  }
  if (steps.every((step) => typeof step === 'object')) {
    return steps.map(({ literal }) => literal).join('');
  }
  const [first] = steps;
  const takesHidden = typeof first === 'object' && first.literal === '.';
  const compared = steps.map((step) =>
    typeof step === 'object' ? (character: string) => character === step.literal : step,
  );
  return (candidate) =>
    (takesHidden || !candidate.startsWith('.')) && matches(Array.from(candidate), compared);
}

/** Whether a path has to be looked for in its folders. */
export function hasWildcard(path: string): boolean {
  return path.split(/[\\/]/).some((name) => typeof parseNamePattern(name) !== 'string');
}

/** In time proportional to the product of the lengths, as matchesPattern() in util/glob.ts. */
function matches(characters: readonly string[], steps: readonly Step[]): boolean {
  let at = 0;
  let step = 0;
  let star = -1;
  let retry = 0;
  while (at < characters.length) {
    const current = steps[step];
    if (current === '*') {
      star = step++;
      retry = at;
    } else if (current?.(characters[at] ?? '') === true) {
      step++;
      at++;
    } else if (star >= 0) {
      step = star + 1;
      at = ++retry;
    } else {
      return false;
    }
  }
  return steps.slice(step).every((rest) => rest === '*');
}

const classes: ReadonlyMap<string, RegExp> = new Map([
  ['alnum', /[\p{L}\p{N}]/u],
  ['alpha', /\p{L}/u],
  ['digit', /[0-9]/],
  ['lower', /\p{Ll}/u],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /\s/],
  ['upper', /\p{Lu}/u],
  ['xdigit', /[0-9A-Fa-f]/],
]);

/**
 * What follows a `[`: characters, ranges and classes such as `[:alpha:]`; `!` at the beginning means any other. `^` is
 * itself: ssh doesn't use glibc's glob(), but its own (openbsd-compat/glob.c), as that of macOS.
 * @returns undefined: it isn't closed, so that the `[` stands for itself
 */
function parseBracket(
  characters: readonly string[],
  start: number,
): { readonly matches: (character: string) => boolean; readonly end: number } | undefined {
  const isNegated = characters[start] === '!';
  const tests: ((character: string) => boolean)[] = [];
  const first = isNegated ? start + 1 : start;
  for (let at = first; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === ']' && at > first) {
      return { matches: (one) => tests.some((test) => test(one)) !== isNegated, end: at };
    }
    const [whole, name] = /^\[:([a-z]+):\]/.exec(characters.slice(at, at + 10).join('')) ?? [];
    if (whole !== undefined && name !== undefined) {
      tests.push((one) => classes.get(name)?.test(one) === true);
      at += whole.length - 1;
      continue;
    }
    const from = character === '\\' ? (characters[++at] ?? '') : character;
    let to = from;
    if (characters[at + 1] === '-' && (characters[at + 2] ?? ']') !== ']') {
      at += 2;
      to = characters[at] === '\\' ? (characters[++at] ?? '') : (characters[at] ?? '');
    }
    tests.push((one) => isBetween(one, from, to));
  }
  return undefined;
}

function isBetween(one: string, from: string, to: string): boolean {
  const [code, least, most] = [one, from, to].map((text) => text.codePointAt(0) ?? -1) as [
    number,
    number,
    number,
  ];
  return code >= least && code <= most;
}
