// Outside the editor there is no module 'vscode'. This stands in for it, in English, with only what makes words, so that
// they can be tested without an editor. Mocha loads it before the tests.
import Module from 'node:module';
import { english } from '../../src/tunnels/util/l10n';
import type { Localizer } from '../../src/tunnels/util/l10n';

/** How Node loads a CommonJS module, which no type declares. */
interface Loader {
  _load: (this: Loader, name: string, ...more: readonly unknown[]) => unknown;
}

/** Makes `vscode` this object. @returns the undo function */
export function replaceVscode(replacement: object): () => void {
  const loader = Module as unknown as Loader;
  const before = loader._load;
  loader._load = (name, ...more) => (name === 'vscode' ? replacement : before.call(loader, name, ...more));
  return () => {
    loader._load = before;
  };
}

/** As `vscode.l10n`, whose `bundle` is the translation into the editor's language, if there is one. */
interface Translation extends Localizer {
  readonly bundle?: Readonly<Record<string, string>>;
}

let translation: Translation = english;
let language = 'en';

/** Sets the translation of texts, and the editor's language. @returns the undo function */
export function translateWith(chosen: Translation, editorLanguage = 'en'): () => void {
  [translation, language] = [chosen, editorLanguage];
  return () => {
    [translation, language] = [english, 'en'];
  };
}

replaceVscode({
  l10n: {
    t: (...[message, args]: Parameters<Localizer['t']>) => translation.t(message, args),
    get bundle() {
      return translation.bundle;
    },
  },
  env: {
    get language() {
      return language;
    },
  },
});
