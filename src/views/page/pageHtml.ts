// The empty HTML of a webview page, and the messages that the page can send: it is ready, or a button was pressed.

export interface PageParts {
  readonly title: string;
  /** Webview URIs, in the order in which the scripts run. */
  readonly scripts: readonly string[];
  readonly style: string;
  readonly cspSource: string;
  readonly nonce: string;
}

export function pageHtml({ title, scripts, style, cspSource, nonce }: PageParts): string {
  const policy = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
  const tags = scripts.map(
    (script) => `<script nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>`,
  );
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${escapeHtml(style)}" />
    <title>${escapeHtml(title)}</title>
  </head>
  <body>
    <main id="page"></main>
    <p id="announcement" role="status" aria-live="polite"></p>
    ${tags.join('\n    ')}
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export type PageMessage =
  /** The page has loaded or reloaded, and is still empty. */
  | { readonly type: 'ready' }
  /** id: of the button. */
  | { readonly type: 'press'; readonly id: string };

/** @returns undefined for anything the page never sends */
export function readPageMessage(value: unknown): PageMessage | undefined {
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
