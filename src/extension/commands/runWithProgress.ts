// Runs the work of a command with progress on the Tunnels view, and links its failure to a tunnel for Explain.
import * as vscode from 'vscode';
import type { TunnelNode } from '../../views/tree/nodes';
import { lacksConsent } from '../consent/consentPrompt';
import { viewIds } from '../contributions';
import { explainFailure } from '../tunnels/interactiveStart';
import { TunnelCommandError } from './register';

/**
 * Links a failure to a tunnel. Doesn't report a cancellation.
 * @param subject a tunnel's id, or a row
 * @param explain makes the message
 */
export async function attributeFailure(
  subject: string | TunnelNode,
  work: Promise<unknown>,
  explain = explainFailure,
): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!lacksConsent(error)) {
      throw new TunnelCommandError(subject, error, explain(error));
    }
  }
}

/** Shows progress on the Tunnels view while the work runs. */
export function runWithProgress<T>(work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: { viewId: viewIds.tunnels } }, work);
}
