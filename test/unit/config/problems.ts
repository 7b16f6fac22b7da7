// What the tests of a tunnel's problems share.
import assert from 'node:assert/strict';
import { formatJsonPath } from '../../../src/tunnels/util/jsonPath';
import { parseTunnel } from '../../../src/tunnels/config/parsing/parseTunnel';
import { inEnglish } from '../../support/inEnglish';

/** The problems as text: `path: sentence`. */
export function problemsOf(value: unknown, name = 'staging'): string[] {
  const parsed = parseTunnel(name, value, 'user');
  return 'problems' in parsed
    ? parsed.problems.map(({ path, message }) => `${formatJsonPath(path)}: ${inEnglish(message)}`)
    : [];
}

/** Exactly these problems, in this order. */
export function assertProblems(actual: readonly string[], expected: readonly RegExp[]): void {
  assert.equal(actual.length, expected.length, JSON.stringify(actual, null, 2));
  expected.forEach((pattern, index) => assert.match(actual[index] ?? '', pattern));
}

/** A valid tunnel. */
export const plain = { host: 'staging' };
