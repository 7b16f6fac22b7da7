// Changes of one value in a JSON text with comments: every other character stays.
import assert from 'node:assert/strict';
import { parse } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';
import { describe, it } from 'mocha';
import { changeJson } from '../../../../src/extension/settings/jsonEdits';
import type { JsonChange } from '../../../../src/tunnels/util/jsonPath';

const tunnels = 'sshTunnels.tunnels';

describe('a change of settings.json', () => {
  const cases: readonly [title: string, before: string, change: JsonChange, after: string][] = [
    [
      'adds the first tunnel to an empty file',
      '{}\n',
      { path: [tunnels, 'db'], value: { host: 'a' } },
      '{\n  "sshTunnels.tunnels": {\n    "db": {\n      "host": "a"\n    }\n  }\n}\n',
    ],
    [
      'adds a tunnel below one that is written on one line, and behind its comment',
      '{\n    "sshTunnels.tunnels": {\n        // ours\n        "a": { "host": "x" } // note\n    }\n}\n',
      { path: [tunnels, 'db'], value: { host: 'y', localForward: ['1:a:2'] } },
      '{\n    "sshTunnels.tunnels": {\n        // ours\n        "a": { "host": "x" }, // note\n        "db": { "host": "y", "localForward": ["1:a:2"] }\n    }\n}\n',
    ],
    [
      'keeps a comma at the end, tabs, and the line breaks of Windows',
      '{\r\n\t"sshTunnels.tunnels": {\r\n\t\t"a": {\r\n\t\t\t"host": "x"\r\n\t\t},\r\n\t},\r\n}\r\n',
      { path: [tunnels, 'b'], value: { host: 'y' } },
      '{\r\n\t"sshTunnels.tunnels": {\r\n\t\t"a": {\r\n\t\t\t"host": "x"\r\n\t\t},\r\n\t\t"b": {\r\n\t\t\t"host": "y"\r\n\t\t}\r\n\t},\r\n}\r\n',
    ],
    [
      'adds an item to a list on one line',
      '{ "sshTunnels.tunnels": { "a": { "localForward": ["1:a:2" /* x */] } } }',
      { path: [tunnels, 'a', 'localForward', 1], value: '3:b:4' },
      '{ "sshTunnels.tunnels": { "a": { "localForward": ["1:a:2", "3:b:4" /* x */] } } }',
    ],
    [
      'adds an item to a list of objects',
      '{\n "t": [\n  { "a": 1 }\n  // end\n ]\n}',
      { path: ['t', 1], value: { a: 2 } },
      '{\n "t": [\n  { "a": 1 },\n  { "a": 2 }\n  // end\n ]\n}',
    ],
    [
      'adds a key to an object with a comment alone',
      '{\n  // nothing yet\n}\n',
      { path: ['a'], value: 1 },
      '{\n  // nothing yet\n  "a": 1\n}\n',
    ],
    [
      'replaces a value and nothing else',
      '{ "a" : [ 1,2 ] , "b":3 }',
      { path: ['a', 1], value: 'x' },
      '{ "a" : [ 1,"x" ] , "b":3 }',
    ],
    [
      'replaces a list on one line by one on one line',
      '{\n  "a": ["x"] // why\n}',
      { path: ['a'], value: ['x', 'y'] },
      '{\n  "a": ["x", "y"] // why\n}',
    ],
    [
      'removes the last entry, and keeps the comment about the one before',
      '{\n  "a": 1, // one\n  "b": 2 // two\n}',
      { path: ['b'], value: undefined },
      '{\n  "a": 1 // one\n}',
    ],
    [
      'removes the first entry, and keeps what stands above it',
      '{\n  // ours\n  "a": {\n    "x": 1\n  }, // one\n  // later\n  "b": 2,\n}',
      { path: ['a'], value: undefined },
      '{\n  // ours\n  // later\n  "b": 2,\n}',
    ],
    [
      'removes an entry on one line with others',
      '{ "a": 1, "b": 2, "c": 3 }',
      { path: ['b'], value: undefined },
      '{ "a": 1, "c": 3 }',
    ],
    ['removes the only entry', '{ "a": { "b": 2 } }', { path: ['a', 'b'], value: undefined }, '{ "a": { } }'],
    ['removes nothing where nothing is', '{ "a": 1 }', { path: ['b', 'c'], value: undefined }, '{ "a": 1 }'],
    ['writes a whole file', '', { path: ['a', 'b'], value: 1 }, '{\n  "a": {\n    "b": 1\n  }\n}'],
  ];
  for (const [title, before, change, after] of cases) {
    it(title, () => {
      assert.equal(changeJson(before, change), after);
    });
  }

  it('always leaves valid JSON, with the value in it or without, and every comment where others are', () => {
    const places = ['', ' // x\n', '/* y */', '\n'];
    const read = (text: string): unknown => {
      const errors: ParseError[] = [];
      const value: unknown = parse(text, errors, { allowTrailingComma: true });
      assert.deepEqual(errors, [], text);
      return value;
    };
    for (const one of places) {
      for (const two of places) {
        for (const comma of ['', ',']) {
          const before = `{${one}"a":${two}{${one}"b": 1${two}${comma}${one}}${comma}${two}}`;
          const added = changeJson(before, { path: ['a', 'c'], value: { d: [1, 'x'] } });
          assert.deepEqual(read(added), { a: { b: 1, c: { d: [1, 'x'] } } }, added);
          for (const comment of ['// x', '/* y */']) {
            assert.equal(added.split(comment).length, before.split(comment).length, added);
          }
          assert.deepEqual(read(changeJson(added, { path: ['a', 'b'], value: undefined })), {
            a: { c: { d: [1, 'x'] } },
          });
          assert.deepEqual(read(changeJson(added, { path: ['a', 'c'], value: undefined })), { a: { b: 1 } });
        }
      }
    }
  });
});
