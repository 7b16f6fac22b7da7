// Parsing the X11 programs of a tunnel.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatJsonPath } from '../../../../src/tunnels/config/definition';
import type { X11Program } from '../../../../src/tunnels/config/definition';
import { parseX11Programs } from '../../../../src/tunnels/config/parsing/parseX11Programs';
import { inEnglish } from '../../../support/inEnglish';

function parse(value: unknown): { programs: X11Program[]; problems: string[] } {
  const problems: string[] = [];
  const programs = parseX11Programs(value, (path, message) =>
    problems.push(`${formatJsonPath(path)}: ${inEnglish(message)}`),
  );
  return { programs, problems };
}

describe('the x11Programs parser', () => {
  it('reads a program as a command and as an object', () => {
    const value = {
      Clock: 'xclock',
      Desktop: { command: 'startxfce4', nested: '1280x800' },
      Editor: { command: 'gedit', trusted: true },
    };
    assert.deepEqual(parse(value), {
      programs: [
        { name: 'Clock', command: 'xclock', trusted: false },
        { name: 'Desktop', command: 'startxfce4', trusted: false, nested: '1280x800' },
        { name: 'Editor', command: 'gedit', trusted: true },
      ],
      problems: [],
    });
  });

  it('reads a program named __proto__ like any other', () => {
    const { programs, problems } = parse(JSON.parse('{ "__proto__": "xclock" }'));
    assert.deepEqual(problems, []);
    assert.deepEqual(programs, [{ name: '__proto__', command: 'xclock', trusted: false }]);
  });

  const bad: readonly [value: unknown, problem: RegExp][] = [
    ['xclock', /^\.x11Programs: x11Programs is "xclock"; it must be an object/],
    [null, /^\.x11Programs: x11Programs is null;/],
    [{ Clock: 7 }, /^\.x11Programs\.Clock: The program "Clock" is 7; it must be a command/],
    [{ Clock: ['xclock'] }, /^\.x11Programs\.Clock: The program "Clock" is \[…\];/],
    [{ Clock: '' }, /^\.x11Programs\.Clock: "" is not a valid command\. It is empty\.$/],
    [{ Clock: 'a\nb' }, /^\.x11Programs\.Clock: .*control character/],
    [{ Clock: 'x ${HOME}' }, /^\.x11Programs\.Clock: .*socket paths only/],
    [
      { 'a/b': 'xclock' },
      /^\.x11Programs\["a\/b"\]: "a\/b" is not a valid program name\. It contains a "\/"\.$/,
    ],
    [{ '': 'xclock' }, /^\.x11Programs\[""\]: "" is not a valid program name\. It is empty\.$/],
    [{ Clock: {} }, /^\.x11Programs\.Clock: The program "Clock" needs "command"/],
    [{ Clock: { command: 7 } }, /^\.x11Programs\.Clock\.command: command is 7;/],
    [
      { Clock: { command: 'x', nested: '0x0' } },
      /^\.x11Programs\.Clock\.nested: "0x0" is not a valid screen size/,
    ],
    [{ Clock: { command: 'x', nested: true } }, /^\.x11Programs\.Clock\.nested: nested is true;/],
    [{ Clock: { command: 'x', trusted: 'yes' } }, /^\.x11Programs\.Clock\.trusted: trusted is "yes";/],
    [{ Clock: { command: 'x', nestd: 'x' } }, /^\.x11Programs\.Clock\.nestd: .*did you mean "nested"\?$/],
  ];
  for (const [value, problem] of bad) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      const { problems } = parse(value);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.match(problems[0] ?? '', problem);
    });
  }
});
