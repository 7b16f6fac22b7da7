// How commands do what takes a while: with a bar on the view, and with a failure that can be explained.
import * as vscode from 'vscode';
import type { TunnelNode } from '../../views/tree/nodes';
import { lacksConsent } from '../consent/consentPrompt';
import { viewIds } from '../contributions';
import { explainFailure } from '../tunnels/interactiveStart';
import { AboutTunnel } from './register';

/**
 * Who has just said no need not be told of it.
 * @param subject what the failure is about: a tunnel's id, or a row
 * @param explain in words
 */
export async function about(
  subject: string | TunnelNode,
  work: Promise<unknown>,
  explain = explainFailure,
): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!lacksConsent(error)) {
      throw new AboutTunnel(subject, error, explain(error));
    }
  }
}

/** A bar on the view while it takes. */
export function withProgress<T>(work: () => Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: { viewId: viewIds.tunnels } }, work);
}
