// Open Browser Through Proxy: starts the tunnel with the SOCKS proxy and then the browser. If the user's browser is on
// another machine, it explains how to start it there.
import { hostname } from 'node:os';
import * as vscode from 'vscode';
import type { TcpAddress } from '../../../tunnels/util/address';
import { formatAddress, isLoopback } from '../../../tunnels/util/address';
import type { ForwardSnapshot, TunnelSnapshot } from '../../../tunnels/model/snapshot';
import type { CommandTable } from '../../commands/register';
import type { ForwardTarget, Targets } from '../../commands/target';
import { commandIds } from '../../contributions';
import { showInStatusBar, pickOne, showMessage } from '../../ui/dialogs';
import { bringUpForward } from '../bringUp';
import type { BringUp } from '../bringUp';
import { commandLines } from './browserArguments';
import type { BrowserLocation } from './findBrowsers';
import { localPort } from '../localAddress';
import { installedBrowsers, startBrowser, startPage } from './proxiedBrowser';

export interface ProxiedBrowserParts {
  readonly bringUp: BringUp;
  readonly targets: Targets;
  readonly tunnels: () => readonly TunnelSnapshot[];
  /** For tests: the last arguments of the browser. If set, the browser always starts on this machine. */
  readonly testArguments: readonly string[] | undefined;
}

const title = 'Open Browser Through Proxy';

export function proxiedBrowserCommands(parts: ProxiedBrowserParts): CommandTable {
  const { bringUp, testArguments } = parts;
  let lastUsed: string | undefined;
  return {
    [commandIds.openProxiedBrowser]: async (argument) => {
      const target = await chooseProxy(parts, argument);
      const forward = target && (await bringUpForward(bringUp, target));
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
  const target = await targets.tunnelOrForward(argument, title, hasProxy, 'No tunnel has a SOCKS proxy.');
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
  const key = tunnel?.origin === 'sshConfig' ? 'DynamicForward 1080' : '"dynamicForward": 0';
  const anyPort = tunnel?.origin === 'sshConfig' ? '' : ' (0 means any free port)';
  const message = tunnel
    ? `The tunnel "${tunnel.name}" has no SOCKS proxy. Add ${key} to it${anyPort}.`
    : `No tunnel has a SOCKS proxy. Add ${key} to one${anyPort}.`;
  const [edit, copy] = ['Edit', 'Copy Setting'] as const;
  const answer = await showMessage('information', message, ...(tunnel ? [edit] : []), copy);
  if (answer === edit && tunnel) {
    await vscode.commands.executeCommand(commandIds.edit, tunnel.id);
  } else if (answer === copy) {
    await vscode.env.clipboard.writeText(key);
  }
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
  return (await pickOne(items, { title, placeHolder: 'Choose a browser' }))?.location;
}

/** In a remote window or a browser, this code runs on another machine than the user's browser. */
function isBrowserOnOtherMachine(): boolean {
  return vscode.env.remoteName !== undefined || vscode.env.uiKind === vscode.UIKind.Web;
}

async function explainOtherMachine(proxy: TcpAddress): Promise<void> {
  const port = await forwardedPort(proxy);
  const here = hostname();
  const why = `This window runs on ${here}, but your browser doesn't.`;
  const how =
    port === undefined
      ? `VS Code in a browser can't forward a proxy. Forward port ${proxy.port} of ${here} to your own ` +
        `machine (ssh -L ${proxy.port}:${formatAddress(proxy)} ${here}), then start a browser there`
      : `The proxy is now on port ${port} of your own machine. Start a browser there`;
  const copy = 'Copy Command Line…';
  const answer = await showMessage('information', `${why} ${how} with the command line.`, copy);
  if (answer === copy) {
    await copyCommandLine({ host: '127.0.0.1', port: port ?? proxy.port });
  }
}

async function copyCommandLine(proxy: TcpAddress): Promise<void> {
  const items = commandLines(proxy).map(({ label, line }) => ({ label, detail: line }));
  const picked = await pickOne(items, {
    title,
    placeHolder: 'Which browser do you have?',
  });
  if (picked) {
    await vscode.env.clipboard.writeText(picked.detail);
    showInStatusBar('Copied the command line');
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
