// What this version understands but can't do yet.
import { describe, it } from 'mocha';
import { assertProblems, plain, problemsOf } from './problems';

describe('notYetSupported', () => {
  const cases: readonly [title: string, keys: object, problems: readonly RegExp[]][] = [
    ['remoteForward', { remoteForward: '9000:localhost:3000' }, [/^\.remoteForward: .*comes later\.$/]],
    ['a bare remote port', { remoteForward: [9000] }, [/^\.remoteForward: .*comes later\.$/]],
    ['dynamicForward', { dynamicForward: 1080 }, []],
    ['x11Programs', { x11Programs: { Clock: 'xclock' } }, [/^\.x11Programs: .*comes later\.$/]],
    ['a socket that listens', { localForward: '/tmp/a:host:80' }, [/^\.localForward: .*come later\.$/]],
    ['a socket as target', { localForward: '8080:/tmp/a' }, [/^\.localForward: .*come later\.$/]],
    ['a port by itself', { localForward: '8080:host:80' }, []],
    ['compression', { compression: true }, []],
    ['empty lists', { remoteForward: [], dynamicForward: [], x11Programs: {} }, []],
    [
      'each once, however many',
      { remoteForward: ['1:a:1', '2:a:1'], localForward: ['/tmp/a:a:1', '/tmp/b:a:1'] },
      [/^\.remoteForward: /, /^\.localForward: /],
    ],
    [
      'beside other problems',
      { remoteForward: [1080], statusBar: 1 },
      [/^\.statusBar: /, /^\.remoteForward: .*comes later/],
    ],
  ];
  for (const [title, keys, problems] of cases) {
    it(title, () => assertProblems(problemsOf({ ...plain, ...keys }), problems));
  }
});
