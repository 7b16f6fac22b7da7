// Foreign text stays text inside Markdown.
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

/** What is left of it once the entities are taken out can't mean anything to Markdown. */
function assertInert(markdown: string): void {
  assert.match(markdown.replace(/&#\d+;/g, ''), /^[A-Za-z0-9 \P{ASCII}]*$/u);
}

function decode(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

describe('escapeMarkdown', () => {
  for (const text of nasty) {
    it(`keeps ${JSON.stringify(text)} as it is`, () => {
      const escaped = escapeMarkdown(text);
      assertInert(escaped);
      assert.equal(decode(escaped), text.replace(/\n+/g, ' '));
    });
  }
  it('takes out terminal escapes and controls', () =>
    assert.equal(escapeMarkdown('\u001b[31mred\u0000\u202e'), 'red'));
  it('leaves other scripts alone', () => assert.equal(escapeMarkdown('Datenbänke 数据'), 'Datenbänke 数据'));
});

describe('the parts', () => {
  it('bold of nothing is nothing', () => assert.equal(bold('').value, ''));
  it('of a template only its own words are Markdown', () => {
    assert.equal(marked`**${'*a*'}** ${marked`_${'b_'}_`}`.value, '**&#42;a&#42;** _b&#95;_');
  });
  it('bold escapes', () => assert.equal(bold('a*').value, '**a&#42;**'));
  it('lists and paragraphs', () =>
    assert.equal(
      paragraphs([marked`a`, undefined, marked``, bulletList([marked`b`, marked`c`])]).value,
      'a\n\n- b\n- c',
    ));
});

describe('tooltips of foreign text', () => {
  for (const text of nasty) {
    it(`hold nothing of ${JSON.stringify(text)} but text`, () => {
      const state = { status: 'failed', error: { ...error(text), nextStep: text, detail: text } } as const;
      const target = { host: text, port: 1 };
      const forwards = [forward(local(text, { target }), listening({ lastError: state.error }))];
      const base = tunnel(state, { name: text, forwards, origin: 'folder', folder: text });
      const snapshot = { ...base, entry: base.entry && { ...base.entry, description: text } };
      for (const node of [tunnelRow(snapshot.id), ...childRows(snapshot)]) {
        const tooltip = tooltipOf(node, snapshot, now)?.value ?? '';
        // Our own Markdown is bold type, italics of the detail, and bullets.
        const foreign = tooltip
          .replace(/\*\*(.*?)\*\*:/g, '$1')
          .replace(/^\*(.*)\*$/gm, '$1')
          .replace(/^- /gm, '');
        assertInert(foreign.replace(/[:.\n']/g, ''));
      }
    });
  }
});

describe('code', () => {
  const rows: readonly (readonly [text: string, span: string])[] = [
    ['staging', '`staging`'],
    ['**a** [b](command:c)', '`**a** [b](command:c)`'],
    ['a`b', '``a`b``'],
    ['`a``', '``` `a`` ```'],
    ['a\nb', '`a b`'],
    ['', '`  `'],
  ];
  for (const [text, span] of rows) {
    it(JSON.stringify(text), () => assert.equal(Markdown.code(text).value, span));
  }
});
