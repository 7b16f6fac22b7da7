// What every error has to be like for somebody who reads nothing but its message and its next step.
import assert from 'node:assert/strict';
import { explain } from '../../../src/tunnels/model/explain/explain';
import type { Explanation } from '../../../src/tunnels/model/explain/explanation';
import { define } from '../../support/hostWindow';
import type { Fault, Shown } from './fault';

const longest = 300;

/** What people can't be asked to understand: the system's words, ssh2's, and slips of ours. */
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
  /^(Add|Allow|Answer|Ask|Change|Check|Choose|Compare|Convert|Correct|Free|Give|Let|Load|Log in|Look|Make|Mend|Move|Name|Pick|Remove|Restore|Run|Start|Stop|Take|Trust|Wait|Write)\b/;

export function judge({ code, side, cure }: Fault, shown: Shown): void {
  const { error, names } = shown;
  const told = JSON.stringify(error, undefined, 1);
  assert.equal(error.code, code, told);
  assert.ok(names.length > 0, 'a row has to say what the message names');
  for (const name of names) {
    assert.ok(error.message.includes(name), `"${name}" is not named: ${told}`);
  }
  for (const text of [error.message, error.nextStep]) {
    assert.ok(text.length <= longest, `${text.length} characters: ${told}`);
    assert.match(text, /[.]$/, told);
    for (const pattern of gibberish) {
      assert.doesNotMatch(text, pattern, told);
    }
  }
  assert.match(error.nextStep, imperative, told);
  assert.ok(isOneSentence(error.nextStep), `more than one sentence: ${told}`);

  const { steps } = explanationOf(shown);
  const onThatSide = steps.filter((step) => step.side === side);
  assert.ok(onThatSide.length > 0, `no step ${side}: ${JSON.stringify(steps)}`);
  if (cure !== undefined) {
    const lines = onThatSide.flatMap((step) => (step.code ?? '').split('\n').map((line) => line.trim()));
    assert.ok(lines.includes(cure), `"${cure}" is not among ${JSON.stringify(lines)}`);
  }
  for (const { text, code: lines = '' } of steps) {
    assert.doesNotMatch(`${text}\n${lines}`, /\bE[A-Z]{5,}\b|undefined|\[object/);
  }
}

function isOneSentence(text: string): boolean {
  return !/[.!?] [A-Z]/.test(text.replaceAll(/"[^"]*"/g, '""'));
}

function explanationOf({ error, tunnel }: Shown): Explanation {
  const { destination, forwards } = define(tunnel);
  const [forward] = forwards;
  return explain(error, { platform: process.platform, destination, ...(forward ? { forward } : {}) });
}
