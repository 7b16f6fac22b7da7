// Checks that the message and the next step of an error are plain English.
import assert from 'node:assert/strict';
import { errorWords } from '../../src/tunnels/errors/errors';
import type { TunnelError } from '../../src/tunnels/errors/errors';
import { english } from '../../src/tunnels/util/l10n';

const longest = 300;

/** What users can't understand: error names of the system, texts of ssh2, and mistakes of ours. */
const gibberish: readonly RegExp[] = [
  /\bE[A-Z]{4,}\b/,
  /\berrno\b|\bsyscall\b/,
  /Timed out while waiting for handshake/,
  /All configured authentication methods failed/,
  /\(SSH\)|Channel open failure/,
  /undefined|\bnull\b|NaN|\[object/,
];

/** A part is missing, or there is one too many. */
const misplaced = /\.\.(?!\/)|\. \.| {2}|\s$|^\s|:\.|,\./;

/** A next step begins with what to do, or says what happens automatically. */
const imperative =
  /^(Add|Allow|Answer|Ask|Change|Check|Choose|Close|Compare|Convert|Correct|Create|Encrypt|Fix|Free|Give|Install|Load|Look|Make|Move|Name|Pick|Plug in|Reload|Remove|Restore|Review|Run|Set|Sign in|Start|Stop|Trust|Try|Unlock|Update|Use|Wait|Write|(Reconnecting|Restarting|Retrying) automatically)\b/;

/** @throws AssertionError with the error whose words are not plain */
export function checkReadable(error: TunnelError): void {
  const report = JSON.stringify(error, undefined, 1);
  const { message, nextStep } = errorWords(error, english);
  for (const text of [message, nextStep]) {
    assert.ok(text.length <= longest, `${text.length} characters: ${report}`);
    assert.match(text, /[.]$/, report);
    for (const pattern of gibberish) {
      assert.doesNotMatch(text, pattern, report);
    }
    assert.doesNotMatch(withoutQuotes(text), misplaced, report);
  }
  assert.match(nextStep, imperative, report);
  assert.ok(isOneSentence(nextStep), `more than one sentence: ${report}`);
}

function isOneSentence(text: string): boolean {
  return !/[.!?] [A-Z]/.test(withoutQuotes(text));
}

/** Others may say what they want. */
function withoutQuotes(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
}
