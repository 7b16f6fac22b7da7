// Builds the core of this window: desired state from the settings, the daemon connection, the secrets, and the tunnel
// manager that connects them.
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Settings } from './settings/readSettings';
import { DaemonConnection } from './tunnels/daemonConnection';
import { DaemonWatcher } from './tunnels/daemonWatcher';
import type { ExtensionLog } from './ui/log';
import { TunnelManager } from './tunnels/tunnelManager';
import { WorkspaceStorage } from './tunnels/workspaceStorage';
import { readPortFacts } from './settings/portFacts';
import { offerToSave, Prompts } from './ui/prompts';
import { SecretBroker } from './secrets/secretBroker';
import { SecretStore } from './secrets/secretStore';
import { showMessage } from './ui/dialogs';
import { DesiredState } from './tunnels/desiredState';

export interface Core {
  readonly workspaceStorage: WorkspaceStorage;
  readonly ports: ReturnType<typeof readPortFacts>;
  readonly desiredState: DesiredState;
  readonly secrets: SecretBroker;
  readonly daemonConnection: DaemonConnection;
  readonly manager: TunnelManager;
  readonly daemonWatcher: DaemonWatcher;
  dispose(): void;
}

export function createCore(
  context: vscode.ExtensionContext,
  extensionLog: ExtensionLog,
  settings: Settings,
): Core {
  const { log } = extensionLog;
  const workspaceStorage = new WorkspaceStorage(context);
  const ports = readPortFacts();
  const secretStore = new SecretStore(context.secrets);
  const secrets = new SecretBroker({
    store: secretStore,
    offer: offerToSave,
    warn: (message) => void showMessage('warning', message),
    log: (line) => log.warn(line),
  });
  const prompts = new Prompts(secrets);
  const desiredState = new DesiredState(settings, workspaceStorage, () => ({
    trusted: vscode.workspace.isTrusted,
    remote: vscode.env.remoteName !== undefined,
  }));
  const daemonConnection: DaemonConnection = new DaemonConnection({
    script: join(context.extensionPath, 'dist', 'tunnelDaemon.js'),
    title: () => vscode.workspace.name,
    events: {
      onReport: (reports) => manager.handleReports(reports),
      onStoppedByUser: (id) => manager.handleStopped(id),
      onStartedByUser: (id, earlier) => manager.handleStarted(id, earlier),
      onTakenOver: (id) => manager.handleTakenOver(id),
      onLog: (line) => extensionLog.fromDaemon(line),
      onQuestion: (question, signal) => prompts.ask(question, signal),
      secrets,
    },
    onLost: () => manager.handleDaemonLost(),
    onBack: () => manager.handleDaemonBack(),
    log,
    logThresholds: () => extensionLog.thresholds,
  });
  extensionLog.onDidChangeThresholds(() => daemonConnection.sendLogThresholds());
  const manager: TunnelManager = new TunnelManager({
    daemonConnection,
    workspaceStorage,
    desiredState,
    ports,
    log: (line) => log.warn(line),
  });
  const daemonWatcher = new DaemonWatcher(manager.lookForDaemon);
  const parts = vscode.Disposable.from(daemonConnection, daemonWatcher, secretStore, secrets, manager);
  return {
    workspaceStorage,
    ports,
    desiredState,
    secrets,
    daemonConnection,
    manager,
    daemonWatcher,
    dispose: () => void parts.dispose(),
  };
}
