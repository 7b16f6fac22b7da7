// What a browser behind a tunnel shows first: which tunnel that is, so that nobody takes it for their own browser.
import { plainText } from '../../../views/words/format';

/** A page in an address. */
export function startPage(tunnel: string): string {
  const name = plainText(tunnel).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  const html =
    `<!doctype html><meta charset="utf-8"><title>via ${name}</title>` +
    '<style>:root{color-scheme:light dark}body{font:1rem system-ui;margin:15vh auto;max-width:32rem;padding:0 1rem}</style>' +
    `<h1>via ${name}</h1><p>Whatever is opened in this window goes through the tunnel. Names are looked up by its ` +
    'server, and <code>localhost</code> is the server’s own.</p><p>This profile is removed when the window is closed.</p>';
  return `data:text/html,${encodeURIComponent(html)}`;
}
