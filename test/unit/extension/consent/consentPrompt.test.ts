// When the notification about tunnels that wait for consent is shown.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import type * as consentPrompt from '../../../../src/extension/consent/consentPrompt';
import { takeShown, withFakeVscode } from '../../../support/fakeVscode';
import { tunnel, stopped } from '../../views/snapshots';

describe('the notification about tunnels that wait for consent', () => {
  let module: typeof consentPrompt;
  let isChanging: boolean;
  let waiting: readonly unknown[];
  let prompt: consentPrompt.ConsentPrompt;

  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/extension/consent/consentPrompt'));
  });
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    takeShown();
    [isChanging, waiting] = [false, [tunnel(stopped)]];
    const parts = {
      manager: {
        get awaitingConsent() {
          return waiting;
        },
      },
      consents: {
        get isChanging() {
          return isChanging;
        },
        resolve: () => Promise.reject(new Error('not resolved here')),
      },
      where: undefined,
      review: () => undefined,
    };
    prompt = new module.ConsentPrompt(parts as unknown as consentPrompt.ConsentPromptOptions);
  });
  afterEach(() => {
    prompt.dispose();
    mock.timers.reset();
  });

  /** After so many milliseconds. */
  async function shownAfter(ms: number): Promise<number> {
    mock.timers.tick(ms);
    await new Promise((resolve) => setImmediate(resolve));
    return takeShown().length;
  }

  it('is shown once when a tunnel keeps waiting', async () => {
    prompt.notify();
    assert.equal(await shownAfter(100), 0);
    assert.equal(await shownAfter(5000), 1);
    prompt.notify();
    assert.equal(await shownAfter(5000), 0);
  });

  it('is not shown for a tunnel that stops waiting at once', async () => {
    prompt.notify();
    assert.equal(await shownAfter(100), 0);
    waiting = [];
    assert.equal(await shownAfter(5000), 0);
  });

  it('is not shown while a command changes settings and consent, however long that takes', async () => {
    isChanging = true;
    prompt.notify();
    assert.equal(await shownAfter(5000), 0);
    assert.equal(await shownAfter(60_000), 0);
    waiting = [];
    isChanging = false;
    assert.equal(await shownAfter(5000), 0);
  });

  it('is shown after the change when the tunnel still waits', async () => {
    isChanging = true;
    prompt.notify();
    assert.equal(await shownAfter(5000), 0);
    isChanging = false;
    assert.equal(await shownAfter(5000), 1);
  });
});
