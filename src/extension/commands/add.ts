// Add Tunnel…: asks for the server, the port and where to save the tunnel, then writes the setting.
import { l10n } from 'vscode';
import { parseForwardSpec } from '../../tunnels/config/parsing/forwardSpec';
import { parseDestination } from '../../tunnels/config/parsing/parseDestination';
import { localize } from '../../tunnels/util/l10n';
import type { Parsed } from '../../tunnels/util/text';
import { askText, saveTunnel } from './addSteps';
import type { AddParts } from './addSteps';

/** Changes nothing if the user cancels at any step. */
export async function addTunnel(parts: AddParts): Promise<void> {
  const steps = { title: 'Add SSH Tunnel', of: 4 };
  const host = await askText({
    ...steps,
    number: 1,
    prompt: 'SSH server: an alias from your SSH config, user@host:port, or an ssh:// address',
    placeHolder: 'me@bastion.example.org',
    validate: (text) => problemOf(parseDestination(text)),
  });
  const forward =
    host &&
    (await askText({
      ...steps,
      number: 2,
      prompt: 'Local port and target (for example 5432:db.internal:5432)',
      placeHolder: '5432:db.internal:5432',
      validate: (text) => problemOf(parseForwardSpec('local', text)),
    }));
  if (forward) {
    await saveTunnel(parts, { ...steps, number: 3 }, { host, localForward: [forward] });
  }
}

function problemOf(parsed: Parsed<unknown>): string | undefined {
  return 'error' in parsed ? localize(parsed.error.message, l10n) : undefined;
}
