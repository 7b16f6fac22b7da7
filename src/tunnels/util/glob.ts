// OpenSSH's patterns with `*` and `?`, and lists in which a negated pattern excludes. Source: PATTERNS in ssh_config(5), match.c.

/** Whether the whole text matches; `*` is any number of characters, `?` exactly one. In linear space, without a regex. */
export function matchesPattern(text: string, pattern: string): boolean {
  let t = 0;
  let p = 0;
  let star = -1;
  let retry = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') {
    p++;
  }
  return p === pattern.length;
}

/** What a text must start with to match the pattern. */
export function literalPart(pattern: string): string {
  return /^[^*?]*/.exec(pattern)?.[0] ?? '';
}

/** Whether one of the patterns matches and no negated one (`!`) does. */
export function matchesPatternList(text: string, patterns: readonly string[]): boolean {
  const matches = (negated: boolean): boolean =>
    patterns.some((pattern) =>
      pattern.startsWith('!')
        ? negated && matchesPattern(text, pattern.slice(1))
        : !negated && matchesPattern(text, pattern),
    );
  return matches(false) && !matches(true);
}

/** Lower case as C's tolower() in the C locale: ASCII letters only. */
export function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
