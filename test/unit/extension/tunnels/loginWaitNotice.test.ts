// What the user sees, during a start that they asked for, while the login waits for approval elsewhere.
import assert from 'node:assert/strict';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import type { openServerLink } from '../../../../src/extension/ui/serverLink';
import type { showingLoginWait } from '../../../../src/extension/tunnels/loginWaitNotice';
import type { TunnelState } from '../../../../src/tunnels/model/state';
import { setAnswer, takeShown, withFakeVscode } from '../../../support/fakeVscode';
import type { ShownCall } from '../../../support/fakeVscode';
import { connecting, tunnel, up, waitingFor } from '../../views/snapshots';

const url = 'https://login.example.org/a/1?code=AB%2BCD';
const waiting = waitingFor('device', `To sign in, visit:\n${url}`);
const { id } = tunnel(up);

/** Runs the work of a progress notification, as the editor does. */
class Progress {
  readonly messages: unknown[] = [];
  cancel: () => void = () => undefined;
  isOpen = false;
  closed: Promise<unknown> = Promise.resolve();

  readonly show = ({ name, args: [, work] }: ShownCall): unknown => {
    if (name !== 'withProgress' || typeof work !== 'function') {
      return undefined;
    }
    this.isOpen = true;
    const report = ({ message }: { message: unknown }): void => void this.messages.push(message);
    const onCancellationRequested = (listener: () => void): object => {
      this.cancel = listener;
      return { dispose: () => undefined };
    };
    const running = (work as (...args: object[]) => Promise<unknown>)(
      { report },
      { onCancellationRequested },
    );
    return (this.closed = running.finally(() => (this.isOpen = false)));
  };
}

describe('the notification about a login that waits', () => {
  let showing: typeof showingLoginWait;
  let openLink: typeof openServerLink;
  let progress: Progress;
  let state: TunnelState;
  let listeners: Set<() => void>;
  let stopped: string[];
  const manager = {
    get tunnels() {
      return [tunnel(state)];
    },
    onDidChange: (listener: () => void) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    stop: (tunnelId: string) => {
      stopped.push(tunnelId);
      return Promise.resolve();
    },
  };
  function become(next: TunnelState): void {
    state = next;
    listeners.forEach((listener) => listener());
  }

  before(async () => {
    ({ showingLoginWait: showing } = await withFakeVscode(
      () => import('../../../../src/extension/tunnels/loginWaitNotice'),
    ));
    ({ openServerLink: openLink } = await withFakeVscode(
      () => import('../../../../src/extension/ui/serverLink'),
    ));
  });
  beforeEach(() => {
    takeShown();
    progress = new Progress();
    setAnswer(progress.show);
    listeners = new Set();
    stopped = [];
    state = connecting();
  });
  afterEach(() => setAnswer(undefined));

  function start(report?: (text: string | undefined) => void): { end: () => void; done: Promise<void> } {
    let end: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (end = resolve));
    return { end, done: showing(manager, id, started, report) };
  }

  it('stays until the login goes on, with what the server says', async () => {
    const { end, done } = start();
    assert.deepEqual(takeShown(), []);
    become(waitingFor('device'));
    become(waiting);
    assert.deepEqual(progress.messages, [
      'waiting for approval on another device',
      `waiting for approval on another device. staging.example.org says: “To sign in, visit: ${url}”`,
    ]);
    assert.equal(progress.isOpen, true);
    become(up);
    end();
    await done;
    await progress.closed;
    assert.equal(progress.isOpen, false);
    assert.equal(listeners.size, 0);
  });

  it('has a Cancel button that stops the tunnel', async () => {
    const { end, done } = start();
    become(waiting);
    progress.cancel();
    assert.deepEqual(stopped, [id]);
    end();
    await done;
  });

  it('offers a link once, to the letter', async () => {
    const { end, done } = start();
    become(waiting);
    become({ ...waiting, attempt: 2 });
    const offers = takeShown().filter(({ name }) => name === 'showInformationMessage');
    assert.deepEqual(
      offers.map(({ args }) => args),
      [[`staging.example.org waits for you to follow a link: ${url}`, 'Open Link…']],
    );
    end();
    await done;
  });

  it('leaves the text to a progress that is open already', async () => {
    const texts: (string | undefined)[] = [];
    const { end, done } = start((text) => texts.push(text));
    become(waitingFor('agent'));
    become(connecting({ phase: 'auth' }));
    assert.deepEqual(texts, ['waiting for your SSH agent', undefined]);
    assert.deepEqual(takeShown(), []);
    end();
    await done;
  });

  it('shows the whole link before it opens it, and only opens it on request', async () => {
    const long = `https://login.example.org/${'a'.repeat(1900)}`;
    await openLink({ url: long, host: 'staging.example.org' });
    const [question, ...opened] = takeShown();
    assert.match(JSON.stringify(question), new RegExp(`${long}\\\\n`));
    assert.deepEqual(opened, []);
    setAnswer(({ args }) => args.find((arg) => (arg as { title?: string }).title === 'Open'));
    await openLink({ url, host: 'staging.example.org' });
    assert.deepEqual(takeShown().at(-1), { name: 'openExternal', args: [url] });
  });
});
