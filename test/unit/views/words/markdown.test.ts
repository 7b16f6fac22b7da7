// Untrusted text is escaped in Markdown.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  bold,
  bulletList,
  escapeMarkdown,
  marked,
  Markdown,
  paragraphs,
} from '../../../../src/views/words/markdown';
import { childRows, tunnelRow } from '../../../../src/views/tree/nodes';
import { tooltipOf } from '../../../../src/views/tree/tooltips';
import { error, forward, listening, local, now, tunnel } from '../snapshots';

const nasty = [
  '**bold** _italics_ `code` ~~struck~~',
  '[link](command:evil) ![image](https://evil.example.org/x.png)',
  '<img src=x onerror=alert(1)> <b>bold</b> &lt;b&gt;',
  'https://evil.example.org www.evil.example.org me@evil.example.org',
  '# title\n- item\n1. item\n> quote\n\n---\n```\ncode',
  '$(zap) | a | b | \\',
];

/** Asserts that, apart from entities, it has no character that means something in Markdown. */
function assertInert(markdown: string): void {
  assert.match(markdown.replace(/&#\d+;/g, ''), /^[A-Za-z0-9 \P{ASCII}]*$/u);
}

function decode(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

describe('escaping Markdown', () => {
  for (const text of nasty) {
    it(`shows ${JSON.stringify(text)} literally`, () => {
      const escaped = escapeMarkdown(text);
      assertInert(escaped);
      assert.equal(decode(escaped), text.replace(/\n+/g, ' '));
    });
  }
  it('removes terminal escapes and control characters', () =>
    assert.equal(escapeMarkdown('\u001b[31mred\u0000\u202e'), 'red'));
  it('leaves letters of other scripts unchanged', () =>
    assert.equal(escapeMarkdown('Datenbänke 数据'), 'Datenbänke 数据'));
});

describe('building Markdown', () => {
  it('makes no bold text of an empty string', () => assert.equal(bold('').value, ''));
  it('escapes the values of a template, but not the template', () => {
    assert.equal(marked`**${'*a*'}** ${marked`_${'b_'}_`}`.value, '**&#42;a&#42;** _b&#95;_');
  });
  it('escapes bold text', () => assert.equal(bold('a*').value, '**a&#42;**'));
  it('separates paragraphs and the items of a list', () =>
    assert.equal(
      paragraphs([marked`a`, undefined, marked``, bulletList([marked`b`, marked`c`])]).value,
      'a\n\n- b\n- c',
    ));
});

describe('tooltips with untrusted text', () => {
  for (const text of nasty) {
    it(`show ${JSON.stringify(text)} literally`, () => {
      const state = { status: 'failed', error: { ...error(text, text), detail: text } } as const;
      const target = { host: text, port: 1 };
      const forwards = [forward(local(text, { target }), listening({ lastError: state.error }))];
      const base = tunnel(state, { name: text, forwards, origin: 'folder', folder: text });
      const snapshot = { ...base, entry: base.entry && { ...base.entry, description: text } };
      for (const node of [tunnelRow(snapshot.id), ...childRows(snapshot)]) {
        const tooltip = tooltipOf(node, snapshot, now)?.value ?? '';
        // Our own Markdown is bold type, italics of the detail, and bullets.
        const untrusted = tooltip
          .replace(/\*\*(.*?)\*\*:/g, '$1')
          .replace(/^\*(.*)\*$/gm, '$1')
          .replace(/^- /gm, '');
        assertInert(untrusted.replace(/[:.\n']/g, ''));
      }
    });
  }
});

describe('a code span in Markdown', () => {
  const rows: readonly (readonly [text: string, span: string])[] = [
    ['staging', '`staging`'],
    ['**a** [b](command:c)', '`**a** [b](command:c)`'],
    ['a`b', '``a`b``'],
    ['`a``', '``` `a`` ```'],
    ['a\nb', '`a b`'],
    ['', '`  `'],
  ];
  for (const [text, span] of rows) {
    it(`is ${span} for ${JSON.stringify(text)}`, () => assert.equal(Markdown.code(text).value, span));
  }
});
