// What every error must be like for a user who only reads its message and its next step.
import assert from 'node:assert/strict';
import type { TunnelError } from '../../src/tunnels/errors/errors';

const longest = 300;

/** What users can't be expected to understand: the system's words, ssh2's, and mistakes of ours. */
const gibberish: readonly RegExp[] = [
  /\bE[A-Z]{4,}\b/,
  /\berrno\b|\bsyscall\b/,
  /Timed out while waiting for handshake/,
  /All configured authentication methods failed/,
  /\(SSH\)|Channel open failure/,
  /undefined|\bnull\b|NaN|\[object/,
  /\.\.(?!\/)|\. \.| {2}|\s$|^\s|:\.|,\./,
];

/** A next step begins with what to do. */
const imperative =
  /^(Add|Allow|Answer|Ask|Change|Check|Choose|Compare|Convert|Correct|Encrypt|Fix|Free|Give|Let|Load|Log in|Look|Make|Move|Name|Pick|Remove|Restore|Review|Run|Set|Start|Stop|Take|Trust|Try|Wait|Write)\b/;

/** @throws AssertionError with an error that isn't readable */
export function checkReadable(error: TunnelError): void {
  const told = JSON.stringify(error, undefined, 1);
  for (const text of [error.message, error.nextStep]) {
    assert.ok(text.length <= longest, `${text.length} characters: ${told}`);
    assert.match(text, /[.]$/, told);
    for (const pattern of gibberish) {
      assert.doesNotMatch(text, pattern, told);
    }
  }
  assert.match(error.nextStep, imperative, told);
  assert.ok(isOneSentence(error.nextStep), `more than one sentence: ${told}`);
}

function isOneSentence(text: string): boolean {
  return !/[.!?] [A-Z]/.test(text.replaceAll(/"[^"]*"/g, '""'));
}
