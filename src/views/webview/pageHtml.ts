// The empty HTML of a webview page, and how its messages are read.
import { untranslated } from '../../tunnels/util/l10n';
import type { MessageFromPage } from './pageData';

export interface PageParts {
  readonly title: string;
  /** BCP 47. */
  readonly language: string;
  /** Webview URIs. */
  readonly script: string;
  readonly styles: readonly string[];
  /** What the page shows, for its serializer. */
  readonly subject: string;
  readonly cspSource: string;
  readonly nonce: string;
}

export function pageHtml({ title, language, script, styles, subject, cspSource, nonce }: PageParts): string {
  const policy = untranslated`default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
${styles.map((style) => `    <link rel="stylesheet" href="${escapeHtml(style)}" />\n`).join('')}    <title>${escapeHtml(title)}</title>
  </head>
  <body>
    <main id="page" data-subject="${escapeHtml(subject)}"></main>
    <p id="announcement" role="status" aria-live="polite"></p>
    <script nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @returns undefined for anything the page never sends */
export function readPageMessage(value: unknown): MessageFromPage | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    return undefined;
  }
  if (value.type === 'ready') {
    return { type: 'ready' };
  }
  return value.type === 'press' && 'id' in value && typeof value.id === 'string'
    ? { type: 'press', id: value.id }
    : undefined;
}
