// Activation: builds the objects and connects them.
import { hostname } from 'node:os';
import * as vscode from 'vscode';
import { ContextKeys } from '../views/contextKeys';
import { DetailsPanels } from '../views/details/detailsPanels';
import { MapPanel } from '../views/details/mapPanel';
import { StatusBar } from '../views/statusBar/statusBar';
import { TunnelsView } from '../views/tree/treeView';
import { createApi } from './api';
import type { SshTunnelsApi } from './api.d';
import { createConsentServices } from './consent/consentServices';
import { allCommands } from './commands/allCommands';
import { addressOfRow } from './commands/copy';
import { actOnDetails, restorePages } from './commands/details';
import { registerCommands } from './commands/register';
import { Targets } from './commands/commandArgument';
import { ParsedTunnelCache } from './settings/parsedTunnelCache';
import { onDidChangeSettings, readSettings } from './settings/readSettings';
import type { Settings } from './settings/readSettings';
import {
  commandIds,
  contextKeys,
  detailsViewType,
  mapViewType,
  openTunnelsViewCommand,
  viewIds,
} from './contributions';
import { createCore } from './core';
import { SettingsDiagnostics } from './settings/diagnostics/settingsDiagnostics';
import { registerEditorParts } from './editor/editor';
import { registerSettingsEditing } from './editor/settings/settingsEditing';
import { testArguments } from './editor/browser/browserArguments';
import { showMessage } from './ui/dialogs';
import { ExtensionLog } from './ui/log';
import { TrafficHistory } from './tunnels/trafficHistory';
import { Restartable } from '../tunnels/util/pacing/restartable';
import { describeFault } from '../tunnels/util/shown';
import { SshConfigTunnels } from './settings/sshConfig/sshConfigTunnels';

/** @throws the reason why the extension can't start; the editor then reports it as not activated */
export async function activate(context: vscode.ExtensionContext): Promise<SshTunnelsApi> {
  const extensionLog = new ExtensionLog();
  const { log } = extensionLog;
  const cache = new ParsedTunnelCache();
  const read = (signal?: AbortSignal): Promise<Settings> =>
    readSettings((line) => log.error(line), cache, signal);
  try {
    return start(context, extensionLog, await read(), read);
  } catch (error) {
    void reportFailedStart(error, extensionLog);
    throw error;
  }
}

async function reportFailedStart(error: unknown, { log }: ExtensionLog): Promise<void> {
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  for (const line of stack.split('\n')) {
    log.error(line);
  }
  const showLog = vscode.l10n.t('Show Log');
  const text = vscode.l10n.t("SSH Tunnels couldn't start: {reason}", { reason: message });
  if ((await showMessage('error', text, showLog)) === showLog) {
    log.show();
  }
}

function start(
  context: vscode.ExtensionContext,
  extensionLog: ExtensionLog,
  first: Settings,
  read: (signal?: AbortSignal) => Promise<Settings>,
): SshTunnelsApi {
  const { log } = extensionLog;
  const where = machineName(vscode.env.remoteName);
  const { extensionUri } = context;
  let settings = first;
  const core = createCore(context, extensionLog, settings);
  const { manager, desiredState, workspaceStorage, daemonWatcher } = core;
  const consentServices = createConsentServices(core, where, extensionUri);
  const { interactiveStart } = consentServices;
  const targets = new Targets(() => manager.tunnels);
  const sshConfig = new SshConfigTunnels({ onChange: () => apply(), log: (line) => log.warn(line) });
  const whenLoaded = async (): Promise<void> => {
    await reading.settled();
    await sshConfig.settled();
  };
  const { api, ...apiEvents } = createApi(manager, interactiveStart, whenLoaded);
  const diagnostics = new SettingsDiagnostics({
    ports: core.ports,
    tunnels: () => desiredState.settings.tunnels,
    log: (line) => log.error(line),
  });
  const trafficHistory = new TrafficHistory(() => manager.tunnels);
  const mapPanel = new MapPanel({
    viewType: mapViewType,
    model: manager,
    extensionUri,
    traffic: (id) => trafficHistory.of(id),
  });
  const panels = new DetailsPanels({
    viewType: detailsViewType,
    model: manager,
    extensionUri,
    platform: process.platform,
    now: Date.now,
    sources: {
      activity: async (id) => core.daemonConnection.connected?.activity(id),
      traffic: (id) => trafficHistory.of(id),
      log: (id) => extensionLog.recent(id),
    },
    act: (id, action) => void actOnDetails(id, action, desiredState.settings.connection.sshConfigFile),
  });
  const modeChanged = new vscode.EventEmitter<void>();
  const mode = {
    get statusBarMode() {
      return desiredState.settings.statusBar;
    },
    onDidChangeStatusBarMode: modeChanged.event,
  };

  const apply = (): void => {
    sshConfig.configure(settings);
    manager.refresh({ ...settings, tunnels: [...settings.tunnels, ...sshConfig.tunnels] });
    extensionLog.update(desiredState.settings.tunnels);
    diagnostics.updateSoon();
    modeChanged.fire();
  };
  const reading = new Restartable(
    async (signal) => {
      settings = await read(signal);
      apply();
    },
    (error) => log.error(`The settings can't be read: ${describeFault(error)}`),
  );
  const refresh = (): void => reading.request();
  const onFocus = ({ focused }: vscode.WindowState): void => {
    if (focused) {
      sshConfig.refreshSoon();
      manager.lookForDaemon();
    }
  };
  const remoteName = where === undefined ? {} : { remoteName: where };
  const view = new TunnelsView({
    viewId: viewIds.tunnels,
    model: manager,
    now: Date.now,
    addressOf: (node) => addressOfRow(manager.tunnels, node),
    showsHosts: () => workspaceStorage.showsHosts,
    moving: (id) => trafficHistory.of(id).moving,
    ...remoteName,
  });
  const surroundings = {
    extensionLog,
    rows: () => view.selectedRows(),
    tunnel: (id: string) => manager.tunnels.find((tunnel) => tunnel.id === id),
  };
  context.subscriptions.push(
    extensionLog,
    core,
    consentServices,
    sshConfig,
    apiEvents,
    diagnostics,
    trafficHistory,
    panels,
    mapPanel,
    restorePages(panels, mapPanel),
    modeChanged,
    view,
    new StatusBar({ model: manager, mode, openCommand: openTunnelsViewCommand, commands: commandIds }),
    new ContextKeys({ model: manager, keys: contextKeys }),
    registerCommands(
      allCommands({ core, consentServices, targets, panels, mapPanel, extensionLog, view }),
      surroundings,
    ),
    registerEditorParts({
      manager,
      interactiveStart,
      whenLoaded,
      targets,
      workspaceStorage,
      collection: context.environmentVariableCollection,
      testArguments: testArguments(context.extensionMode === vscode.ExtensionMode.Production, process.env),
      surroundings,
    }),
    registerSettingsEditing({
      manager,
      ports: core.ports,
      marksIn: (document) => diagnostics.marksIn(document),
    }),
    reading,
    onDidChangeSettings(refresh),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    vscode.window.onDidChangeWindowState(onFocus),
  );
  apply();
  // They may have changed since they were read.
  refresh();
  void daemonWatcher.start();
  return api;
}

/**
 * The name of the machine this runs on, if it isn't the desktop. "wsl", "ssh-remote" and the like are part of the name.
 * In a browser, `remoteName` is an address, which tells the user nothing, so it is left out.
 */
function machineName(remoteName: string | undefined): string | undefined {
  if (remoteName === undefined) {
    return undefined;
  }
  return /^[\w-]+$/.test(remoteName) ? `${remoteName} (${hostname()})` : hostname();
}
