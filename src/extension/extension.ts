// Activation: builds the objects and joins them. Everything else happens in them.
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ConsentPanel } from '../views/consent/consentPanel';
import { ContextKeys } from '../views/contextKeys';
import { DetailsPanels } from '../views/details/detailsPanels';
import { StatusBar } from '../views/statusBar';
import { TunnelsView } from '../views/treeView';
import { createApi } from './api';
import type { SshTunnelsApi } from './api.d';
import { anotherPortCommands } from './commands/anotherPort';
import { actOnDetails, detailsCommands } from './commands/details';
import { lifecycleCommands } from './commands/lifecycle';
import { registerCommands } from './commands/register';
import { secretsCommands } from './commands/secrets';
import { settingsCommands } from './commands/settings';
import { sshCommandCommands } from './commands/sshCommand';
import { takeOverCommands } from './commands/takeOver';
import { Targets } from './commands/target';
import { useCommands } from './commands/use';
import { onDidChangeSettings, readSettings } from './configuration';
import { ConsentQuestions } from './consentQuestions';
import { ConsentReview } from './consentReview';
import { Consents } from './consents';
import {
  consentViewType,
  contextKeys,
  detailsViewType,
  openTunnelsViewCommand,
  viewIds,
} from './contributions';
import { SettingsDiagnostics } from './diagnostics';
import { registerEditorParts } from './editor/editor';
import { testArguments } from './editor/testSeam';
import { HostLink } from './hostLink';
import { HostWatch } from './hostWatch';
import { Journal } from './journal';
import { TunnelManager } from './manager';
import { Memory } from './memory';
import { readPortFacts } from './portFacts';
import { startsAllTheSame } from './overridesSetting';
import { offerToKeep, Questions } from './questions';
import { Secrets } from './secrets';
import { SecretStore } from './secretStore';
import { SshConfigTunnels } from './sshConfigTunnels';
import { tell } from './show';
import { Starter } from './starter';
import { Wishes } from './wishes';

export function activate(context: vscode.ExtensionContext): SshTunnelsApi {
  const journal = new Journal();
  const { log } = journal;
  const where = machineName(vscode.env.remoteName);
  const memory = new Memory(context);
  const ports = readPortFacts();
  const questions = new Questions();
  const secretStore = new SecretStore(context.secrets);
  const secrets = new Secrets({
    store: secretStore,
    ask: (...asked) => questions.ask(...asked),
    offer: offerToKeep,
    tell: (message) => void tell('warning', message),
    log: (line) => log.warn(line),
  });
  const wishes = new Wishes(readSettings(), memory, () => ({
    trusted: vscode.workspace.isTrusted,
    remote: vscode.env.remoteName !== undefined,
  }));
  const link: HostLink = new HostLink({
    script: join(context.extensionPath, 'dist', 'tunnelHost.js'),
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
    onLost: () => manager.handleHostLost(),
    onBack: () => manager.handleHostBack(),
    log: (line) => log.info(line),
  });
  const manager: TunnelManager = new TunnelManager({
    link,
    memory,
    wishes,
    ports,
    log: (line) => log.warn(line),
  });
  const hostWatch = new HostWatch(manager.lookForHost);
  const consents = new Consents(link, memory, wishes);
  const consent: ConsentQuestions = new ConsentQuestions({
    manager,
    consents,
    where,
    review: (id) => consentPanel.show(id),
  });
  const starter = new Starter(manager, consent, startsAllTheSame);
  const media = vscode.Uri.joinPath(context.extensionUri, 'media');
  const consentReview = new ConsentReview({ manager, consents, starter, where });
  const consentPanel = new ConsentPanel({ viewType: consentViewType, media, list: consentReview });
  const targets = new Targets(() => manager.tunnels);
  const sshConfig = new SshConfigTunnels({ onChange: () => refresh(), log: (line) => log.warn(line) });
  const complete = (): Promise<void> => sshConfig.settled();
  const { api, ...apiEvents } = createApi(manager, starter, complete);
  const diagnostics = new SettingsDiagnostics(ports, () => wishes.settings.tunnels);
  const panels = new DetailsPanels({
    viewType: detailsViewType,
    model: manager,
    media,
    platform: process.platform,
    now: Date.now,
    act: (id, action) => void actOnDetails(id, action, wishes.settings.connection.sshConfigFile),
  });
  const modeChanged = new vscode.EventEmitter<void>();
  const mode = {
    get statusBarMode() {
      return wishes.settings.statusBar;
    },
    onDidChangeStatusBarMode: modeChanged.event,
  };

  const refresh = (): void => {
    const settings = readSettings();
    sshConfig.configure(settings);
    manager.refresh({ ...settings, tunnels: [...settings.tunnels, ...sshConfig.tunnels] });
    journal.tellProblems(wishes.settings.tunnels);
    diagnostics.updateSoon();
    modeChanged.fire();
  };
  context.subscriptions.push(
    log,
    link,
    hostWatch,
    secretStore,
    secrets,
    manager,
    sshConfig,
    apiEvents,
    diagnostics,
    panels,
    consentReview,
    consentPanel,
    modeChanged,
    new TunnelsView({
      viewId: viewIds.tunnels,
      model: manager,
      now: Date.now,
      ...(where === undefined ? {} : { remoteName: where }),
    }),
    new StatusBar({ model: manager, mode, openCommand: openTunnelsViewCommand }),
    new ContextKeys({ model: manager, keys: contextKeys }),
    registerCommands(
      [
        lifecycleCommands({ manager, starter, targets, review: (id) => consentPanel.show(id) }),
        useCommands({ targets, log }),
        settingsCommands({ manager, starter, targets }),
        sshCommandCommands({ manager, starter, targets }),
        secretsCommands(secrets),
        takeOverCommands({ manager, targets }),
        anotherPortCommands({ consents, wishes, targets, ports }),
        detailsCommands({ panels, targets }),
      ],
      log,
    ),
    registerEditorParts({
      manager,
      starter,
      complete,
      targets,
      memory,
      collection: context.environmentVariableCollection,
      testArguments: testArguments(context.extensionMode === vscode.ExtensionMode.Production, process.env),
      log,
    }),
    onDidChangeSettings(refresh),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) {
        sshConfig.lookAgain();
        manager.lookForHost();
      }
    }),
    manager.onDidChange((change) => {
      if (change.kind === 'structure' || !change.counters) {
        void consent.notify();
      }
    }),
  );
  refresh();
  void hostWatch.start();
  return api;
}

/**
 * The machine this runs on, where it is not the desktop. "wsl", "ssh-remote" and the like are part of its name; a window
 * in a browser has an address there, which says nothing.
 */
function machineName(remoteName: string | undefined): string | undefined {
  if (remoteName === undefined) {
    return undefined;
  }
  return /^[\w-]+$/.test(remoteName) ? `${remoteName} (${hostname()})` : hostname();
}
