// What this version understands but can't do yet.
import { describe, it } from 'mocha';
import { assertProblems, plain, problemsOf } from './problems';

describe('notYetSupported', () => {
  const x11Programs = { Clock: 'xclock' };
  const cases: readonly [title: string, keys: object, problems: readonly RegExp[]][] = [
    ['x11Programs', { x11Programs }, [/^\.x11Programs: .*comes later\.$/]],
    ['none of them', { x11Programs: {} }, []],
    ['remote forwards', { remoteForward: [9000, '/tmp/a:b:1'] }, []],
    ['sockets', { localForward: ['/tmp/a:host:80', '8080:/tmp/b'] }, []],
    ['beside other problems', { x11Programs, statusBar: 1 }, [/^\.statusBar: /, /^\.x11Programs: /]],
  ];
  for (const [title, keys, problems] of cases) {
    it(title, () => assertProblems(problemsOf({ ...plain, ...keys }), problems));
  }
});
