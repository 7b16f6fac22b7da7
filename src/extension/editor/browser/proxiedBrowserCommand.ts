// Open Browser Through Proxy: starts the tunnel with the SOCKS proxy and then the browser. If the user's browser is on
// another machine, it explains how to start it there.
import { hostname } from 'node:os';
import * as vscode from 'vscode';
import type { TcpAddress } from '../../../tunnels/util/address';
import { formatAddress, isLoopback } from '../../../tunnels/util/address';
import type { ForwardSnapshot, TunnelSnapshot } from '../../../tunnels/model/snapshot';
import type { CommandTable } from '../../commands/register';
import type { ForwardTarget, Targets } from '../../commands/commandArgument';
import { commandIds } from '../../contributions';
import { showInStatusBar, pickOne, showMessage } from '../../ui/dialogs';
import { startForward } from '../startAndWait';
import type { TunnelStarter } from '../startAndWait';
import { commandLines } from './browserArguments';
import type { BrowserCommandLine } from './browserArguments';
import type { BrowserLocation } from './findBrowsers';
import { localPort } from '../localAddress';
import { installedBrowsers, startBrowser, startPage } from './proxiedBrowser';
import { untranslated } from '../../../tunnels/util/l10n';

export interface ProxiedBrowserParts {
  readonly starter: TunnelStarter;
  readonly targets: Targets;
  readonly tunnels: () => readonly TunnelSnapshot[];
  /** For tests: the last arguments of the browser. If set, the browser always starts on this machine. */
  readonly testArguments: readonly string[] | undefined;
}

export function proxiedBrowserCommands(parts: ProxiedBrowserParts): CommandTable {
  const { starter, testArguments } = parts;
  let lastUsed: string | undefined;
  return {
    [commandIds.openProxiedBrowser]: async (argument) => {
      const target = await chooseProxy(parts, argument);
      const forward = target && (await startForward(starter, target));
      if (!target || !forward) {
        return;
      }
      const proxy = localPort(forward);
      if (testArguments === undefined && isBrowserOnOtherMachine()) {
        void explainOtherMachine(proxy);
        return;
      }
      const browser = await pickBrowser(await installedBrowsers(), lastUsed);
      if (browser) {
        lastUsed = browser.name;
        await startBrowser(browser, proxy, testArguments ?? [startPage(target.tunnel.name)]);
      }
    },
  };
}

/** If there is no proxy, shows how to add one. @returns undefined if there is none, or the user cancelled */
async function chooseProxy(
  { targets, tunnels }: ProxiedBrowserParts,
  argument: unknown,
): Promise<ForwardTarget | undefined> {
  if (argument === undefined && !tunnels().some(hasProxy)) {
    void showHowToAdd(undefined);
    return undefined;
  }
  const title = vscode.l10n.t('Open Browser Through Proxy');
  const none = vscode.l10n.t('No tunnel has a SOCKS proxy.');
  const target = await targets.tunnelOrForward(argument, title, hasProxy, none);
  if (!target) {
    return undefined;
  }
  const { tunnel, forward } = target;
  if (!hasProxy(tunnel)) {
    void showHowToAdd(tunnel);
    return undefined;
  }
  return forward && isProxy(forward) ? { tunnel, forward } : targets.forward(tunnel.id, title, isProxy);
}

function isProxy({ forward }: ForwardSnapshot): boolean {
  return forward.kind === 'dynamic';
}

function hasProxy({ forwards }: TunnelSnapshot): boolean {
  return forwards.some(isProxy);
}

async function showHowToAdd(tunnel: TunnelSnapshot | undefined): Promise<void> {
  const isFromSshConfig = tunnel?.origin === 'sshConfig';
  const setting = isFromSshConfig ? 'DynamicForward 1080' : '"dynamicForward": 0';
  const edit = vscode.l10n.t('Edit');
  const copy = vscode.l10n.t('Copy Setting');
  const answer = await showMessage(
    'information',
    howToAdd(tunnel?.name, setting, isFromSshConfig),
    ...(tunnel ? [edit] : []),
    copy,
  );
  if (answer === edit && tunnel) {
    await vscode.commands.executeCommand(commandIds.edit, tunnel.id);
  } else if (answer === copy) {
    await vscode.env.clipboard.writeText(setting);
  }
}

function howToAdd(tunnel: string | undefined, setting: string, isFromSshConfig: boolean): string {
  if (tunnel === undefined) {
    return vscode.l10n.t('No tunnel has a SOCKS proxy. Add {setting} to one (0 means any free port).', {
      setting,
    });
  }
  return isFromSshConfig
    ? vscode.l10n.t('The tunnel "{tunnel}" has no SOCKS proxy. Add {setting} to it.', { tunnel, setting })
    : vscode.l10n.t(
        'The tunnel "{tunnel}" has no SOCKS proxy. Add {setting} to it (0 means any free port).',
        { tunnel, setting },
      );
}

async function pickBrowser(
  found: readonly BrowserLocation[],
  lastUsed: string | undefined,
): Promise<BrowserLocation | undefined> {
  if (found.length === 1) {
    return found[0];
  }
  const ordered = [
    ...found.filter(({ name }) => name === lastUsed),
    ...found.filter(({ name }) => name !== lastUsed),
  ];
  const items = ordered.map((location) => ({ label: location.name, description: location.path, location }));
  const picked = await pickOne(items, {
    title: vscode.l10n.t('Open Browser Through Proxy'),
    placeHolder: vscode.l10n.t('Choose a browser'),
  });
  return picked?.location;
}

/** In a remote window or a browser, this code runs on another machine than the user's browser. */
function isBrowserOnOtherMachine(): boolean {
  return vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
}

async function explainOtherMachine(proxy: TcpAddress): Promise<void> {
  const port = await forwardedPort(proxy);
  const machine = hostname();
  const message =
    port === undefined
      ? vscode.l10n.t(
          "This window runs on {machine}, but your browser doesn't. VS Code in a browser can't forward a proxy. Forward port {port} of {machine} to your own machine ({command}). Then copy the command line, and run it there to start a browser.",
          {
            machine,
            port: proxy.port,
            command: untranslated`ssh -L ${proxy.port}:${formatAddress(proxy)} ${machine}`,
          },
        )
      : vscode.l10n.t(
          "This window runs on {machine}, but your browser doesn't. The proxy is now on port {port} of your own machine. Copy the command line, and run it there to start a browser.",
          { machine, port },
        );
  const copy = vscode.l10n.t('Copy Command Line…');
  const answer = await showMessage('information', message, copy);
  if (answer === copy) {
    await copyCommandLine({ host: '127.0.0.1', port: port ?? proxy.port });
  }
}

async function copyCommandLine(proxy: TcpAddress): Promise<void> {
  const items = commandLines(proxy).map((each) => ({ label: labelOf(each), detail: each.line }));
  const picked = await pickOne(items, {
    title: vscode.l10n.t('Open Browser Through Proxy'),
    placeHolder: vscode.l10n.t('Which browser do you have?'),
  });
  if (picked) {
    await vscode.env.clipboard.writeText(picked.detail);
    showInStatusBar(vscode.l10n.t('Copied the command line'));
  }
}

function labelOf({ browser, system }: BrowserCommandLine): string {
  switch (system) {
    case 'linux':
      return vscode.l10n.t('{browser} on Linux', { browser });
    case 'mac':
      return vscode.l10n.t('{browser} on macOS', { browser });
    case 'windows':
      return vscode.l10n.t('{browser} on Windows (Command Prompt)', { browser });
  }
}

/**
 * The port on the user's own machine that leads to the proxy. A desktop window forwards any TCP connection; VS Code in
 * a browser forwards only HTTP.
 */
async function forwardedPort(proxy: TcpAddress): Promise<number | undefined> {
  if (vscode.env.uiKind === vscode.UIKind.Web) {
    return undefined;
  }
  const uri = await vscode.env.asExternalUri(vscode.Uri.parse(`http://${formatAddress(proxy)}/`));
  const { hostname: host, port } = new URL(uri.toString(true));
  return isLoopback(host.replace(/^\[|\]$/g, '')) && port !== '' ? Number(port) : undefined;
}
