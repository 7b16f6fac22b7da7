// The page of the details before anything is in it, and what it may say to us: that it is there, and which button was pressed.

export interface PageParts {
  readonly title: string;
  /** Addresses as the page may load them. */
  readonly script: string;
  readonly style: string;
  readonly cspSource: string;
  readonly nonce: string;
}

export function pageHtml({ title, script, style, cspSource, nonce }: PageParts): string {
  const policy = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'`;
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
    <main id="details"></main>
    <p id="said" role="status" aria-live="polite"></p>
    <script nonce="${escapeHtml(nonce)}" src="${escapeHtml(script)}"></script>
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
