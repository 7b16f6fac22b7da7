// What a notification says of a failure: it names the tunnel, and has no more than three lines.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type * as register from '../../../../src/extension/commands/register';
import { errorWords } from '../../../../src/tunnels/errors/errors';
import { english } from '../../../../src/tunnels/util/l10n';
import { withFakeVscode } from '../../../support/fakeVscode';
import { samples } from '../../errors/samples';

describe('the notification of a failure', () => {
  let module: typeof register;
  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/extension/commands/register'));
  });

  for (const [code, kinds] of Object.entries(samples)) {
    for (const [index, [error]] of kinds.entries()) {
      it(`names the tunnel, and has at most three lines: ${code} ${index + 1}`, () => {
        const { message, nextStep } = errorWords(error, english);
        const text = module.failureText(`${message} ${nextStep}`, error, 'staging');
        assert.ok(text.includes('"staging"'));
        assert.ok(text.length <= 140, text);
        assert.ok(text.includes(message.slice(0, 50)), text);
      });
    }
  }

  it('says more than the failure, if there is room', () => {
    const [error] = samples.AddressInUse[0] ?? assert.fail();
    const text = module.failureText(`${errorWords(error, english).message} Others: db.`, error, 'staging');
    assert.match(text, /Others: db\.$/);
  });
});
