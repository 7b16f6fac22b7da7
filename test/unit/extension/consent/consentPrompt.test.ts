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
  let lookedUp: number;
  let reviews: number;
  let waiting: readonly unknown[];
  let prompt: consentPrompt.ConsentPrompt;

  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/extension/consent/consentPrompt'));
  });
  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    takeShown();
    [isChanging, waiting] = [false, [tunnel(stopped)]];
    [lookedUp, reviews] = [0, 0];
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
        resolve: () => {
          lookedUp++;
          return Promise.reject(new Error('not resolved here'));
        },
      },
      where: undefined,
      review: () => {
        reviews++;
      },
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

  it('looks up no more tunnels than a message has room for, and shows the others on the page', async () => {
    waiting = Array.from({ length: 1000 }, (_, index) => tunnel(stopped, { id: `workspace:t${index}` }));
    prompt.notify();
    assert.equal(await shownAfter(5000), 1);
    assert.equal(lookedUp, 20);
    await prompt.askTogether(waiting as Parameters<typeof prompt.askTogether>[0]);
    assert.deepEqual([lookedUp, reviews, takeShown()], [20, 1, []]);
  });
});
