// What the views show: snapshots of all tunnels, and change events. TunnelManager implements it.
import type * as vscode from 'vscode';
import type { TunnelSnapshot } from '../tunnels/model/snapshot';

/** `structure`: tunnels were added, removed or redefined. */
export type TunnelChange =
  | { readonly kind: 'structure' }
  /**
   * Several tunnels, because hundreds may change at once.
   * @param counters only connection and byte counts changed, so views may redraw later
   */
  | { readonly kind: 'tunnels'; readonly ids: ReadonlySet<string>; readonly counters: boolean };

export interface TunnelsModel {
  /** In display order; ids are unique. */
  readonly tunnels: readonly TunnelSnapshot[];
  readonly onDidChange: vscode.Event<TunnelChange>;
}

export const statusBarModes = ['summary', 'tunnels', 'off'] as const;
export type StatusBarMode = (typeof statusBarModes)[number];

export interface StatusBarModeSource {
  readonly statusBarMode: StatusBarMode;
  readonly onDidChangeStatusBarMode: vscode.Event<unknown>;
}
