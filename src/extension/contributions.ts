// Every id that package.json contributes, typed; a unit test compares the two.

export const commandIds = {
  start: 'sshTunnels.start',
  stop: 'sshTunnels.stop',
  restart: 'sshTunnels.restart',
  retryNow: 'sshTunnels.retryNow',
  answer: 'sshTunnels.answer',
  answerTrust: 'sshTunnels.answerTrust',
  answerConsent: 'sshTunnels.answerConsent',
  answerPassword: 'sshTunnels.answerPassword',
  answerPassphrase: 'sshTunnels.answerPassphrase',
  answerCode: 'sshTunnels.answerCode',
  answerHostKey: 'sshTunnels.answerHostKey',
  startAll: 'sshTunnels.startAll',
  stopAll: 'sshTunnels.stopAll',
  add: 'sshTunnels.add',
  addFromSshCommand: 'sshTunnels.addFromSshCommand',
  importFromSshConfig: 'sshTunnels.importFromSshConfig',
  showHosts: 'sshTunnels.showHosts',
  edit: 'sshTunnels.edit',
  remove: 'sshTunnels.remove',
  startInRemoteWindows: 'sshTunnels.startInRemoteWindows',
  copyLocalAddress: 'sshTunnels.copyLocalAddress',
  copyAsSshCommand: 'sshTunnels.copyAsSshCommand',
  insertAddressInTerminal: 'sshTunnels.insertAddressInTerminal',
  openProxiedTerminal: 'sshTunnels.openProxiedTerminal',
  openInBrowser: 'sshTunnels.openInBrowser',
  openInEditor: 'sshTunnels.openInEditor',
  openProxiedBrowser: 'sshTunnels.openProxiedBrowser',
  copyConnectionString: 'sshTunnels.copyConnectionString',
  showLog: 'sshTunnels.showLog',
  reviewConsent: 'sshTunnels.reviewConsent',
  showDetails: 'sshTunnels.showDetails',
  showMap: 'sshTunnels.showMap',
  explain: 'sshTunnels.explain',
  useAnotherPort: 'sshTunnels.useAnotherPort',
  takeOver: 'sshTunnels.takeOver',
  runX11Program: 'sshTunnels.runX11Program',
  stopX11Program: 'sshTunnels.stopX11Program',
  forgetSecrets: 'sshTunnels.forgetSecrets',
  labelPorts: 'sshTunnels.labelPorts',
} as const;
/** Answer, by what it opens: for the menus of rows. */
export const answerIds = [
  commandIds.answerTrust,
  commandIds.answerConsent,
  commandIds.answerPassword,
  commandIds.answerPassphrase,
  commandIds.answerCode,
  commandIds.answerHostKey,
] as const;

/** For `${input:…}` and `${command:…}`. They return a string and are hidden from the palette. */
export const variableCommandIds = {
  getLocalPort: 'sshTunnels.getLocalPort',
  getLocalHost: 'sshTunnels.getLocalHost',
  getLocalAddress: 'sshTunnels.getLocalAddress',
} as const;

export const taskType = 'sshTunnels';

/** Language-model tools. */
export const toolNames = {
  list: 'sshTunnels_list',
  explain: 'sshTunnels_explain',
  start: 'sshTunnels_start',
  stop: 'sshTunnels_stop',
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

export const viewContainerId = 'sshTunnels';

export const viewIds = {
  tunnels: 'sshTunnels.tunnels',
} as const;

/** View types of webviews. */
export const detailsViewType = 'sshTunnels.details';
export const mapViewType = 'sshTunnels.map';
export const consentViewType = 'sshTunnels.consent';

/** VS Code has this command for every view: it opens and focuses the view. */
export const openTunnelsViewCommand = `${viewIds.tunnels}.focus` as const;

export const settingKeys = {
  tunnels: 'sshTunnels.tunnels',
  overrides: 'sshTunnels.overrides',
  autoStart: 'sshTunnels.autoStart',
  strictHostKeyChecking: 'sshTunnels.strictHostKeyChecking',
  serverAliveInterval: 'sshTunnels.serverAliveInterval',
  serverAliveCountMax: 'sshTunnels.serverAliveCountMax',
  connectTimeout: 'sshTunnels.connectTimeout',
  reconnectMaxDelay: 'sshTunnels.reconnect.maxDelay',
  sshConfigFile: 'sshTunnels.sshConfigFile',
  userKnownHostsFile: 'sshTunnels.userKnownHostsFile',
  identityAgent: 'sshTunnels.identityAgent',
  showSshConfigHosts: 'sshTunnels.showSshConfigHosts',
  terminalEnvironment: 'sshTunnels.terminalEnvironment',
  statusBar: 'sshTunnels.statusBar',
} as const;

/** VS Code's own setting: how its Ports view labels a port, and whether it notifies about it. */
export const portsAttributesKey = 'remote.portsAttributes';

/** Set by the extension, read by `when` clauses of package.json. */
export const contextKeys = {
  hasTunnels: 'sshTunnels.hasTunnels',
  hasRows: 'sshTunnels.hasRows',
  hasHosts: 'sshTunnels.hasHosts',
  canStartAny: 'sshTunnels.canStartAny',
  canStart: 'sshTunnels.canStart',
  canStopAny: 'sshTunnels.canStopAny',
  canRetry: 'sshTunnels.canRetry',
  needsAnswer: 'sshTunnels.needsAnswer',
  needsConsent: 'sshTunnels.needsConsent',
  canExplain: 'sshTunnels.canExplain',
  canCopy: 'sshTunnels.canCopy',
  canBrowse: 'sshTunnels.canBrowse',
  canConnect: 'sshTunnels.canConnect',
  hasProxy: 'sshTunnels.hasProxy',
  isProgramRunning: 'sshTunnels.isProgramRunning',
} as const;
