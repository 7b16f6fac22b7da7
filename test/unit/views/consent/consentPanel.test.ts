// The consent page is drawn again when something has changed, but not for each of a thousand tunnels at once.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type * as panels from '../../../../src/views/consent/consentPanel';
import type { ConsentPage } from '../../../../src/views/consent/consentView';
import { setAnswer, withFakeVscode } from '../../../support/fakeVscode';

describe('the consent panel', () => {
  let module: typeof panels;
  let panel: panels.ConsentPanel;
  let change: () => void;
  let reads: number;
  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/views/consent/consentPanel'));
  });
  after(() => setAnswer(undefined));

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    reads = 0;
    let isReady: (message: unknown) => void = () => undefined;
    const nothing = (): void => undefined;
    const webview = {
      onDidReceiveMessage: (listener: typeof isReady) => {
        isReady = listener;
      },
      asWebviewUri: String,
      postMessage: nothing,
    };
    const page = { webview, visible: true, reveal: nothing, dispose: nothing };
    setAnswer(() => ({ ...page, onDidChangeViewState: nothing, onDidDispose: nothing }));
    panel = new module.ConsentPanel({
      viewType: 'consent',
      extensionUri: '/extension' as never,
      list: {
        onDidChange: (listener) => {
          change = () => void listener();
          return { dispose: nothing };
        },
        open: nothing,
        close: nothing,
        read: () => {
          reads++;
          return { view: { reads }, actions: new Map() } as unknown as ConsentPage;
        },
        act: () => Promise.resolve(),
      },
    });
    panel.show();
    isReady({ type: 'ready' });
  });
  afterEach(() => {
    panel.dispose();
    mock.timers.reset();
  });

  it('is drawn at once when it opens, and a moment after a change', () => {
    assert.equal(reads, 1);
    change();
    mock.timers.tick(60_000);
    assert.equal(reads, 2);
  });

  it('is drawn once for a thousand changes at a time', () => {
    for (let count = 0; count < 1000; count++) {
      change();
    }
    mock.timers.tick(60_000);
    assert.equal(reads, 2);
  });

  it('is not drawn after it was disposed', () => {
    change();
    panel.dispose();
    mock.timers.tick(60_000);
    assert.equal(reads, 1);
  });
});
