// What the views are given: snapshots of every tunnel and word of what changed. The manager implements it.
import type * as vscode from 'vscode';
import type { TunnelSnapshot } from '../tunnels/model/snapshot';

/** `structure`: tunnels came, went, or are defined differently. */
export type TunnelChange =
  | { readonly kind: 'structure' }
  /** counters: nothing moved but connections and bytes; the views may take their time. */
  | { readonly kind: 'tunnel'; readonly id: string; readonly counters: boolean };

export interface TunnelsModel {
  /** In the order to be shown; ids are unique. */
  readonly tunnels: readonly TunnelSnapshot[];
  readonly onDidChange: vscode.Event<TunnelChange>;
}

export const statusBarModes = ['summary', 'tunnels', 'off'] as const;
export type StatusBarMode = (typeof statusBarModes)[number];

export interface StatusBarModeSource {
  readonly statusBarMode: StatusBarMode;
  readonly onDidChangeStatusBarMode: vscode.Event<unknown>;
}
