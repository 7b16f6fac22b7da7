// The API of SSH Tunnels for other extensions: what `vscode.extensions.getExtension('ssh-tunnels.ssh-tunnels')` exports
// after `activate()`. Copy this file into your extension.
import type { Event } from 'vscode';

export interface SshTunnelsApi {
  readonly version: 1;
  readonly tunnels: readonly TunnelInfo[];
  /** States, not byte counts. */
  readonly onDidChangeTunnels: Event<readonly TunnelInfo[]>;
  /** Resolves when the tunnel is up; rejects with an Error that has `code`. */
  start(nameOrId: string): Promise<TunnelInfo>;
  /** Resolves when the tunnel no longer listens anywhere. */
  stop(nameOrId: string): Promise<void>;
  /** Resolves when no tunnel is starting or stopping. */
  whenSettled(): Promise<void>;
}

export interface TunnelInfo {
  /** Stable over sessions: `user:NAME`, `workspace:NAME`, `folder:FOLDER:NAME`, `sshConfig:ALIAS`. */
  id: string;
  name: string;
  origin: 'user' | 'workspace' | 'folder' | 'sshConfig';
  folder?: string;
  /** As configured: `me@staging:2222`. */
  host: string;
  status: 'stopped' | 'idle' | 'blocked' | 'connecting' | 'up' | 'waiting' | 'failed' | 'stopping';
  /** Up, but at least one forward failed. */
  degraded: boolean;
  error?: { code: string; message: string };
  forwards: readonly ForwardInfo[];
}

export interface ForwardInfo {
  kind: 'local' | 'remote' | 'dynamic';
  label: string;
  status: 'closed' | 'opening' | 'listening' | 'failed';
  bound: readonly ({ host: string; port: number } | { path: string })[];
  target?: string;
  /** Connections that are open now. */
  connections: number;
  /** From the target to its clients. */
  bytesIn: number;
  bytesOut: number;
  /** Why the forward failed; while it listens, why the last connection failed. */
  error?: { code: string; message: string };
}
