// What the user must recognize to the letter: different commands, paths and hosts are never shown alike, wherever they
// are shown.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { sheetInText } from '../../../../src/views/consent/consentDiff';
import { consentLines } from '../../../../src/views/consent/consentLines';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import {
  commandWithoutPasswords,
  exactText,
  shortDestination,
  shownHost,
  titleHost,
} from '../../../../src/views/words/exactText';
import { fullPlainText, plainLines } from '../../../../src/views/words/format';
import { Markdown } from '../../../../src/views/words/markdown';
import { tunnelText } from '../../../../src/extension/editor/agents/toolFacts';
import { detailsOf } from '../../../../src/views/details/detailsView';
import { tunnelNode } from '../../../../src/views/tree/nodes';
import { tooltipOf } from '../../../../src/views/tree/tooltips';
import { describeTunnel } from '../../../../src/views/words/tunnelWords';
import { Random } from '../../../support/random';
import { tunnel } from '../snapshots';

describe('showing a text to the letter', () => {
  const cases: readonly (readonly [text: string, shown: string])[] = [
    ['xclock -digital', 'xclock -digital'],
    ['rm  -rf   /', 'rm␣␣-rf␣␣␣/'],
    [' a ', '␣a␣'],
    ['a\u00a0b', 'a\\u{a0}b'],
    ['a\u3000b', 'a\\u{3000}b'],
    ['a\tb', 'a\\u{9}b'],
    ['Zu\u0308rich', 'Zu\\u{308}rich'],
    ['Zürich', 'Zürich'],
    ['хclock', '\\u{445}clock'],
    ['a\u202eb\u200bc', 'a\\u{202e}b\\u{200b}c'],
    ['\\u{a0}', '\\u{5c}u{a0}'],
    ['a\\b', 'a\\b'],
    ['␣', '\\u{2423}'],
    ['日本', '\\u{65e5}\\u{672c}'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
  ];
  for (const [text, shown] of cases) {
    it(`gives ${JSON.stringify(shown)}`, () => assert.equal(exactText(text), shown));
  }

  /** What reads the text back: it can exist only if two texts are never shown alike. */
  function original(shown: string): string {
    return shown
      .replaceAll('␣', ' ')
      .replace(/\\u\{([0-9a-f]+)\}/g, (_whole, hex: string) =>
        String.fromCodePoint(Number.parseInt(hex, 16)),
      );
  }

  /** As a browser shows a text without `white-space: pre`, and the eye: spaces collapse, marks compose. */
  function asSeen(shown: string): string {
    return shown.replace(/\s+/g, ' ').trim().normalize('NFKC');
  }

  const random = new Random(15);
  const pieces = [
    ...[
      ' ',
      '  ',
      '\u00a0',
      '\u3000',
      '\t',
      '\n',
      '\u0301',
      '\u0300\u0301\u0302\u0303\u0304\u0305',
      'é',
      'e\u0301',
    ],
    ...[
      '\\',
      '\\u{',
      'u{a0}',
      '\\u{a0}',
      '}',
      '␣',
      '\u202e',
      '\u200b',
      '\u00ad',
      '\u115f',
      '\ufe0f',
      '\ud800',
    ],
    ...[
      'a',
      'а',
      'x',
      '"',
      "'",
      '`',
      '``',
      '$(x)',
      '](command:x)',
      '<b>',
      '&amp;',
      '*',
      '_',
      'ﬁ',
      '１',
      '…',
      '\u001b[0m',
    ],
    ...[': ', ', trusted with your display: ', '" → '],
  ];
  const texts = Array.from({ length: 5000 }, () =>
    Array.from({ length: random.int(1, 6) }, () => pieces[random.int(0, pieces.length - 1)]).join(''),
  );

  it('can be read back, and no other step of showing it changes it', () => {
    for (const text of texts) {
      const shown = exactText(text);
      assert.equal(original(shown), text);
      assert.equal(asSeen(shown), shown);
      assert.equal(fullPlainText(shown), shown);
      assert.equal(plainLines(`    ${shown}`), `    ${shown}`);
    }
  });

  it('keeps two commands apart on the consent page, in a dialog and in a tooltip', () => {
    const seen = {
      page: new Map<string, string>(),
      dialog: new Map<string, string>(),
      tooltip: new Map<string, string>(),
    };
    for (const command of texts) {
      for (const name of ['A', 'A": x', 'Clock", trusted with your display']) {
        const parsed = parseTunnel('t', { host: 'h', x11Programs: { [name]: command } }, 'user');
        if (!('entry' in parsed)) {
          continue;
        }
        const lines = consentLines({ entry: parsed.entry }, undefined);
        const shown = {
          page: asSeen(lines[1]?.text ?? ''),
          dialog: plainLines(sheetInText({ name: 't', before: undefined, lines })),
          tooltip: asSeen(Markdown.command(command).value),
        };
        for (const place of ['page', 'dialog', 'tooltip'] as const) {
          assert.equal(seen[place].get(shown[place]) ?? command, command, place);
          seen[place].set(shown[place], command);
        }
      }
    }
    assert.ok(seen.page.size > 1000, `only ${seen.page.size} commands`);
  });

  it('shows the longest command that is accepted in full in the question, and visibly cut off in a tooltip', () => {
    const command = `${'x'.repeat(4090)} evil`;
    const parsed = parseTunnel('t', { host: 'h', x11Programs: { Clock: command } }, 'user');
    assert.ok('entry' in parsed);
    assert.ok(consentLines({ entry: parsed.entry }, undefined)[1]?.text.endsWith(command));
    assert.ok(Markdown.command(command).value.includes(`${'x'.repeat(1000)}…`));
    assert.ok(
      'problems' in parseTunnel('t', { host: 'h', x11Programs: { Clock: 'x'.repeat(10_000) } }, 'user'),
    );
  });

  it('shows a password in no command outside the question, and one mark in its place', () => {
    const command = 'xterm  -e "report --password hunter2"';
    assert.equal(commandWithoutPasswords(command), 'xterm␣␣-e "report --password …');
  });

  it('keeps two paths apart from each other and from what follows them', () => {
    const line = (listen: string): string => {
      const parsed = parseTunnel('t', { host: 'h', localForward: { listen, target: 'db:1' } }, 'user');
      assert.ok('entry' in parsed, JSON.stringify(parsed));
      return consentLines({ entry: parsed.entry }, undefined)[1]?.text ?? '';
    };
    assert.equal(line('/tmp/a-b'), '/tmp/a-b → db:1');
    assert.equal(line('/tmp/a b'), '"/tmp/a b" → db:1');
    assert.equal(line('/tmp/a"  b'), '"/tmp/a\\u{22}␣␣b" → db:1');
    assert.equal(line('/tmp/a→b'), '/tmp/a\\u{2192}b → db:1');
  });
});

describe('showing a host', () => {
  const cases: readonly (readonly [host: string, shown: string])[] = [
    ['db.example.org:22', 'db.example.org:22'],
    ['[::1]:22', '[::1]:22'],
    ['ɡithub.com', 'xn--ithub-qmc.com (ɡithub.com)'],
    ['gıthub.com:22', 'xn--gthub-n4a.com:22 (gıthub.com)'],
    ['büro', 'xn--bro-hoa (büro)'],
    ['а/b:22', '\\u{430}/b:22'],
    ['а%b', '\\u{430}%b'],
    ['ⓖithub.com', 'github.com (ⓖithub.com)'],
  ];
  for (const [host, shown] of cases) {
    it(`gives "${shown}"`, () => assert.equal(shownHost(host), shown));
  }

  it('shows the end of a long one in a title, which says whose host it is', () => {
    const shown = titleHost(`prod.bank.example.${'a'.repeat(60)}.${'b'.repeat(60)}.evil.example:22`);
    assert.match(shown, /^….*\.evil\.example:22$/);
    assert.ok(shown.length <= 60);
    assert.equal(titleHost('prod.bank.example:22'), 'prod.bank.example:22');
  });

  it('comes before the user wherever it is shown, if it has letters that could be taken for others', () => {
    const host = 'ɡithub.com';
    const parsed = parseTunnel(
      'x',
      {
        host: `git@${host}:2222`,
        proxyJump: host,
        localForward: `1:${host}:1`,
      },
      'user',
    );
    assert.ok('entry' in parsed);
    const shown = tunnel({ status: 'connecting', attempt: 1, phase: 'tcp', hop: 0 }, { entry: parsed.entry });
    const texts = [
      JSON.stringify(detailsOf(shown, { now: 0, platform: 'linux', locale: 'en-GB' })),
      tunnelText(shown),
      describeTunnel(shown),
      // Markdown is escaped.
      (tooltipOf(tunnelNode(shown.id), shown, 0)?.value ?? '').replace(/&#(\d+);/g, (_, code: string) =>
        String.fromCharCode(Number(code)),
      ),
    ];
    for (const text of texts) {
      assert.ok(text.includes('xn--ithub-qmc.com'), text);
      assert.ok(!text.replaceAll(`(${host})`, '').includes(host), text);
    }
    assert.equal(shortDestination({ host: 'staging', user: 'me', port: 22 }), 'me@staging:22');
  });
});
