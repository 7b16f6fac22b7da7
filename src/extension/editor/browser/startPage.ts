// The first page of a proxied browser. It names the tunnel, so that the user doesn't confuse it with their own browser.
import { plainText } from '../../../views/words/format';

/** The page as a data: URL. */
export function startPage(tunnel: string): string {
  const name = plainText(tunnel).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const html =
    `<!doctype html><meta charset="utf-8"><title>via ${name}</title>` +
    '<style>:root{color-scheme:light dark}body{font:1rem system-ui;margin:15vh auto;max-width:32rem;padding:0 1rem}</style>' +
    `<h1>via ${name}</h1><p>Everything in this window goes through the tunnel. Its server looks up names, and ` +
    '<code>localhost</code> is the server itself.</p><p>This profile is deleted when you close the window.</p>';
  return `data:text/html,${encodeURIComponent(html)}`;
}
