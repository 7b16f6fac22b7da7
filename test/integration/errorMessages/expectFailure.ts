// Checks the error of a fault: its code, the names of the things at fault, and the fix.
import assert from 'node:assert/strict';
import { explain } from '../../../src/tunnels/errors/errors';
import { english } from '../../../src/tunnels/util/l10n';
import type { Explanation } from '../../../src/tunnels/errors/explanation';
import { define } from '../../support/testWindow';
import { messageOf } from '../../support/errorWords';
import { checkReadable } from '../../support/readableErrors';
import type { Fault } from './fault';
import type { Shown } from './setup';

export function expectFailure({ code, side, fix }: Fault, shown: Shown): void {
  const { error, names } = shown;
  const report = JSON.stringify(error, undefined, 1);
  assert.equal(error.code, code, report);
  assert.ok(names.length > 0, 'a row has to say what the message names');
  for (const name of names) {
    assert.ok(messageOf(error).includes(name), `"${name}" is not named: ${report}`);
  }
  checkReadable(error);

  const { steps } = explanationOf(shown);
  const onThatSide = steps.filter((step) => step.side === side);
  assert.ok(onThatSide.length > 0, `no step ${side}: ${JSON.stringify(steps)}`);
  if (fix !== undefined) {
    const lines = onThatSide.flatMap((step) => (step.code ?? '').split('\n').map((line) => line.trim()));
    assert.ok(lines.includes(fix), `"${fix}" is not among ${JSON.stringify(lines)}`);
  }
  for (const { text, code: lines = '' } of steps) {
    assert.doesNotMatch(`${text}\n${lines}`, /\bE[A-Z]{5,}\b|undefined|\[object/);
  }
}

function explanationOf({ error, tunnel }: Shown): Explanation {
  const { destination, forwards } = define(tunnel);
  const [forward] = forwards;
  return explain(
    error,
    { platform: process.platform, destination, ...(forward ? { forward } : {}) },
    english,
  );
}
