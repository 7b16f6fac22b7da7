// Parsing the X11 programs of a tunnel.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatJsonPath } from '../../../../src/tunnels/util/jsonPath';
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
    ['xclock', /^\.x11Programs: x11Programs must be an object such as \{ "Clock": "xclock" \}\./],
    [null, /^\.x11Programs: x11Programs must be an object such as \{ "Clock": "xclock" \}\./],
    [{ Clock: 7 }, /^\.x11Programs\.Clock: A program must be a command such as "xclock", or an object with/],
    [
      { Clock: ['xclock'] },
      /^\.x11Programs\.Clock: A program must be a command such as "xclock", or an object with/,
    ],
    [{ Clock: '' }, /^\.x11Programs\.Clock: The command is not valid\. It is empty\./],
    [{ Clock: 'a\nb' }, /^\.x11Programs\.Clock: .*control character/],
    [{ Clock: 'x ${HOME}' }, /^\.x11Programs\.Clock: .*socket paths only/],
    [{ 'a/b': 'xclock' }, /^\.x11Programs\["a\/b"\]: The name of the program is not valid\. It/],
    [{ '': 'xclock' }, /^\.x11Programs\[""\]: The name of the program is not valid\. It is empty\./],
    [{ Clock: {} }, /^\.x11Programs\.Clock: The program needs "command", as in "xclock"\./],
    [
      { Clock: { command: 7 } },
      /^\.x11Programs\.Clock\.command: command must be a string such as "xclock"\./,
    ],
    [
      { Clock: { command: 'x', nested: '0x0' } },
      /^\.x11Programs\.Clock\.nested: nested must be a screen size, width x height, as in "1280x800"\./,
    ],
    [
      { Clock: { command: 'x', nested: true } },
      /^\.x11Programs\.Clock\.nested: nested must be a string such as "1280x800"\./,
    ],
    [
      { Clock: { command: 'x', trusted: 'yes' } },
      /^\.x11Programs\.Clock\.trusted: trusted must be true or false\./,
    ],
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
