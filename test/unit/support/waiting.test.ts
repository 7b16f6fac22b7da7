// The helpers that name the step that failed, and the condition that did not come true.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { eventually } from '../../support/eventually';
import { step } from '../../support/step';

describe('a step of a test', () => {
  it('returns what it runs', async () => {
    assert.equal(await step('one', () => 1), 1);
  });

  it('names itself in the error and in its stack', async () => {
    const failing = step('open the view', () => Promise.reject(new Error('no view')));
    await assert.rejects(failing, (error: Error) => {
      assert.equal(error.message, 'In the step "open the view": no view');
      assert.match(error.stack ?? '', /^Error: In the step "open the view": no view\n/);
      return true;
    });
  });
});

describe('waiting for a condition', () => {
  it('ends as soon as it is true', async () => {
    let asked = 0;
    await eventually('the third question', () => ++asked === 3);
    assert.equal(asked, 3);
  });

  it('ends with an error that names it', async () => {
    await assert.rejects(
      eventually('pigs fly', () => false, 30),
      /^Error: Not within 30 ms: pigs fly$/,
    );
  });
});
