// A page of ours in the editor before anything is in it, and what it may say to us: that it is there, and which button
// was pressed.

export interface PageParts {
  readonly title: string;
  /** Addresses as the page may load them; the scripts in the order in which they run. */
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
    <p id="said" role="status" aria-live="polite"></p>
    ${tags.join('\n    ')}
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export type PageMessage =
  /** It has loaded, or loaded again, and shows nothing yet. */
  | { readonly type: 'ready' }
  /** id: of a button of ours. */
  | { readonly type: 'press'; readonly id: string };

/** undefined: nothing that the page ever says. */
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
