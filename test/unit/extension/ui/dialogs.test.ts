// Texts that the editor shows are plain text: no link that runs a command, no icon, no escape sequence, nothing hidden.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type * as plainLog from '../../../../src/extension/ui/outputChannel';
import type * as shown from '../../../../src/extension/ui/dialogs';
import { findHidden } from '../../../../src/tunnels/util/untrustedText';
import { takeShown, withFakeVscode } from '../../../support/fakeVscode';
import type { ShownCall } from '../../../support/fakeVscode';

const evil: readonly (readonly [what: string, text: string])[] = [
  ['a command link', '[Fix it](command:workbench.action.terminal.sendSequence?%7B%7D)'],
  ['a command link with a title', '[Fix it](command:x "harmless")'],
  ['a web link', '[example.org](https://evil.example.org)'],
  ['a file link', '[README](file:///etc/passwd)'],
  ['a link behind a bracket', '[[x](command:x)'],
  ['a link that appears when hidden characters are removed', '[x]\u200b(command:x)'],
  ['a link that appears when an escape sequence is removed', '[x]\u001b[0m(command:x)'],
  ['an icon', '$(verified) Trusted'],
  ['an icon behind a backslash', '\\$(verified)'],
  ['an icon that appears when hidden characters are removed', '$\u200b(verified)'],
  ['terminal escape sequences', 'a\u001b[31mred\u001b]0;title\u0007\u009b1m'],
  ['several lines', 'first\nsecond\r\nthird\u2028fourth'],
  ['marks of the writing direction', 'a\u202egpj.exe\u2066'],
  ['characters without a width', 'st\u200baging\ufeff'],
  ['many combining marks', `Z${'\u0300\u0301\u0302'.repeat(100)}algo`],
  ['a megabyte', `[x](command:x)$(zap)\n`.repeat(50_000)],
];

/** VS Code's own patterns: linkedText.ts and iconLabels.ts of its sources. */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)/i;
const icon = /(?<!\\)\$\([A-Za-z0-9-]+(~[A-Za-z]+)?\)/;

/** Every text in a value, at any depth. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(visible) : [];
}

/** Leaves out what is only returned to the caller, and never shown. */
function visible([name, value]: [string, unknown]): readonly string[] {
  return name === 'item' || name === 'value' ? [] : textsIn(value);
}

function assertPlain(text: string, what: 'message' | 'list' | 'lines'): void {
  for (const line of what === 'lines' ? text.split('\n') : [text]) {
    assert.equal(findHidden(line), -1, JSON.stringify(line.slice(0, 200)));
    assert.doesNotMatch(line, /\p{M}{6}/u);
  }
  if (what === 'message') {
    assert.doesNotMatch(text, link);
    assert.ok(text.length <= 1100, `${text.length} characters`);
  } else if (what === 'list') {
    assert.doesNotMatch(text, icon);
  }
}

/** The one thing that was shown. */
function shownOnce(): ShownCall {
  const [call, ...others] = takeShown();
  assert.ok(call && others.length === 0);
  return call;
}

describe('a text that the editor shows', () => {
  let show: typeof shown;
  let log: typeof plainLog;
  before(async () => {
    show = await withFakeVscode(() => import('../../../../src/extension/ui/dialogs'));
    log = await withFakeVscode(() => import('../../../../src/extension/ui/outputChannel'));
  });

  const places: readonly (readonly [
    place: string,
    what: 'message' | 'list' | 'lines',
    of: (text: string) => unknown,
  ])[] = [
    ['a message', 'message', (text) => show.showMessage('information', text, 'OK')],
    ['a warning', 'message', (text) => show.showMessage('warning', text)],
    ['an error', 'message', (text) => show.showMessage('error', text)],
    ['an error in a dialog', 'message', (text) => show.showModalError(text, 'OK')],
    ['a progress notification', 'message', (text) => show.showProgress(text, () => Promise.resolve())],
    ['the prompt of an input box', 'message', (text) => show.showInput({ title: 'Title', prompt: text })],
    ['the title of an input box', 'lines', (text) => show.showInput({ title: text, prompt: 'Prompt' })],
    [
      'the title of a list',
      'lines',
      (text) => show.pickOne([{ label: 'a' }], { title: text, placeHolder: text }),
    ],
    ['a list', 'list', (text) => show.pickOne([{ label: text, description: text, detail: text }], {})],
    ['a list with check boxes', 'list', (text) => show.pickMany([{ label: text, detail: text }], {})],
    ['the status bar', 'list', (text) => show.showInStatusBar(text)],
  ];
  for (const [place, what, of] of places) {
    for (const [evilName, text] of evil) {
      it(`is plain in ${place}, given ${evilName}`, () => {
        void of(text);
        const texts = textsIn(shownOnce().args);
        assert.notEqual(texts.length, 0);
        texts.forEach((line) => assertPlain(line, what));
      });
    }
  }

  for (const [evilName, text] of evil) {
    it(`is plain in a dialog, given ${evilName}`, () => {
      void show.confirm(text, `A line of ours\n    ${text.replaceAll('\n', ' ')}`, 'Yes');
      const [message, options] = shownOnce().args;
      assertPlain(String(message), 'message');
      const { detail } = options as { detail: string };
      assertPlain(detail, 'lines');
      assert.equal(detail.split('\n')[0], 'A line of ours');
      assert.match(detail.split('\n')[1] ?? '', /^ {4}/);
    });
    it(`is plain in the validation message of an input box, given ${evilName}`, async () => {
      for (const verdict of [text, { hint: text }]) {
        void show.showInput({ title: 'Title', prompt: 'Prompt', validate: () => verdict });
        const [options] = shownOnce().args;
        const { validateInput } = options as { validateInput: (text: string) => Promise<unknown> };
        const messages = textsIn(await validateInput('x'));
        assert.equal(messages.length, 1);
        messages.forEach((line) => assertPlain(line, 'message'));
      }
    });
    it(`is plain and one line in the log, given ${evilName}`, () => {
      const channel = new log.PlainLog('Log');
      takeShown();
      for (const level of ['info', 'warn', 'error'] as const) {
        channel[level](text);
        const { name, args } = shownOnce();
        const line = String(args[0]);
        assert.equal(name, level);
        assertPlain(line, 'lines');
        assert.ok(!line.includes('\n') && line.length <= 4000);
      }
    });
  }

  it('keeps the original item in a list, to be returned when it is picked', () => {
    const item = { label: '$(zap) a', mine: 1 };
    void show.pickOne([item], { title: 'Title' });
    const [items] = shownOnce().args;
    assert.equal((items as { item: unknown }[])[0]?.item, item);
  });
});
