// Outside the editor there is no module 'vscode'. This stands in for it, in English, with only what makes words, so that
// they can be tested without an editor. Mocha loads it before the tests.
import Module from 'node:module';
import { english } from '../../src/tunnels/util/l10n';

/** How Node loads a CommonJS module, which no type declares. */
interface Loader {
  _load: (this: Loader, name: string, ...more: readonly unknown[]) => unknown;
}

/** From now on `vscode` is this. Returns what takes it back. */
export function replaceVscode(replacement: object): () => void {
  const loader = Module as unknown as Loader;
  const before = loader._load;
  loader._load = (name, ...more) => (name === 'vscode' ? replacement : before.call(loader, name, ...more));
  return () => {
    loader._load = before;
  };
}

replaceVscode({ l10n: english, env: { language: 'en' } });
