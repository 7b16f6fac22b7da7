// Builds the core of this window: desired state from the settings, the daemon connection, the secrets, and the tunnel
// manager that connects them.
import { join } from 'node:path';
import * as vscode from 'vscode';
import { readSettings } from './settings/readSettings';
import { DaemonConnection } from './tunnels/daemonConnection';
import { DaemonWatcher } from './tunnels/daemonWatcher';
import type { Journal } from './ui/log';
import { TunnelManager } from './tunnels/tunnelManager';
import { Memory } from './tunnels/workspaceStorage';
import { readPortFacts } from './settings/portFacts';
import { offerToKeep, Questions } from './ui/prompts';
import { Secrets } from './secrets/secretBroker';
import { SecretStore } from './secrets/secretStore';
import { tell } from './ui/dialogs';
import { Wishes } from './tunnels/desiredState';

export interface Core {
  readonly memory: Memory;
  readonly ports: ReturnType<typeof readPortFacts>;
  readonly wishes: Wishes;
  readonly secrets: Secrets;
  readonly link: DaemonConnection;
  readonly manager: TunnelManager;
  readonly daemonWatcher: DaemonWatcher;
  dispose(): void;
}

export function createCore(context: vscode.ExtensionContext, journal: Journal): Core {
  const { log } = journal;
  const memory = new Memory(context);
  const ports = readPortFacts();
  const prompts = new Questions();
  const secretStore = new SecretStore(context.secrets);
  const secrets = new Secrets({
    store: secretStore,
    ask: (...prompt) => prompts.ask(...prompt),
    offer: offerToKeep,
    tell: (message) => void tell('warning', message),
    log: (line) => log.warn(line),
  });
  const wishes = new Wishes(readSettings(), memory, () => ({
    trusted: vscode.workspace.isTrusted,
    remote: vscode.env.remoteName !== undefined,
  }));
  const link: DaemonConnection = new DaemonConnection({
    script: join(context.extensionPath, 'dist', 'tunnelDaemon.js'),
    title: () => vscode.workspace.name,
    events: {
      onReport: (reports) => manager.handleReports(reports),
      onStoppedByUser: (id) => manager.handleStopped(id),
      onStartedByUser: (id, earlier) => manager.handleStarted(id, earlier),
      onHandedOver: (id) => manager.handleHandedOver(id),
      onLog: (line) => journal.fromHost(line),
      onQuestion: (_id, question, signal) => secrets.ask(question, signal),
      secrets,
    },
    onLost: () => manager.handleDaemonLost(),
    onBack: () => manager.handleDaemonBack(),
    log: (line) => log.info(line),
  });
  const manager: TunnelManager = new TunnelManager({
    link,
    memory,
    wishes,
    ports,
    log: (line) => log.warn(line),
  });
  const daemonWatcher = new DaemonWatcher(manager.lookForDaemon);
  const parts = vscode.Disposable.from(link, daemonWatcher, secretStore, secrets, manager);
  return {
    memory,
    ports,
    wishes,
    secrets,
    link,
    manager,
    daemonWatcher,
    dispose: () => void parts.dispose(),
  };
}
