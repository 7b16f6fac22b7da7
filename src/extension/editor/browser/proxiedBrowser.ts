// Starts an installed browser that sends everything through a proxy. It has a temporary profile, so the user's own
// browser settings don't change.
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, open, readdir, realpath, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { l10n } from 'vscode';
import { currentFolderFor } from '../../../tunnels/util/system/currentFolder';
import type { TcpAddress } from '../../../tunnels/util/address';
import { userEnvironment } from '../../../tunnels/util/userEnvironment';
import { plainText } from '../../../views/words/format';
import { browserArguments, firefoxPreferences } from './browserArguments';
import { browserLocations, noBrowserMessage } from './findBrowsers';
import type { BrowserLocation, BrowserSearchContext } from './findBrowsers';
import { createProfile, removeStaleProfiles } from './temporaryProfile';
import type { TemporaryProfile } from './temporaryProfile';

/** A browser that exits sooner has failed to start. */
const startupTimeoutMs = 1500;
/** In the user's home folder. */
const snapFolder = 'snap';

function searchContext(): BrowserSearchContext {
  return { platform: process.platform, env: process.env, home: homedir() };
}

/** The first installation of each browser. @throws Error that says what was searched for, if none was found */
export async function installedBrowsers(context = searchContext()): Promise<readonly BrowserLocation[]> {
  const found = new Map<string, BrowserLocation>();
  for (const location of browserLocations(context)) {
    if (!found.has(location.name) && (await isProgram(location.path))) {
      found.set(location.name, location);
    }
  }
  if (found.size === 0) {
    throw new Error(noBrowserMessage(context));
  }
  return [...found.values()];
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * Starts a browser; resolves when it is running.
 * @param last the last arguments: the page to open
 * @throws Error if it could not be started, or exited at once
 */
export async function startBrowser(
  { name, family, path }: BrowserLocation,
  proxy: TcpAddress,
  last: readonly string[],
): Promise<void> {
  const files = family === 'firefox' ? { 'user.js': firefoxPreferences(proxy) } : {};
  const profile = await createProfile(await profilesFolder(path), files);
  const args = [...browserArguments(family, profile.path, proxy, process.platform), ...last];
  const child = spawn(path, args, {
    cwd: currentFolderFor(homedir()),
    detached: true,
    stdio: 'ignore',
    env: { ...userEnvironment(process.env) },
  });
  child.unref();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, startupTimeoutMs);
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(reason));
    };
    child.once('error', (error) => {
      void profile.remove();
      fail(
        l10n.t('{browser} ({path}) could not be started: {reason}', {
          browser: name,
          path,
          reason: error.message,
        }),
      );
    });
    child.once('exit', (code, signal) => {
      void profile.remove();
      if (code !== 0) {
        fail(
          code === null
            ? l10n.t('{browser} ({path}) exited at once ({signal}).', {
                browser: name,
                path,
                signal: String(signal),
              })
            : l10n.t('{browser} ({path}) exited at once (exit code {code}).', { browser: name, path, code }),
        );
      }
    });
    markAsUsed(profile, child.pid).catch(() => undefined);
  });
}

/** The first page, as a data: URL. It names the tunnel, so that the user doesn't confuse it with their own browser. */
export function startPage(tunnel: string): string {
  const heading = htmlText(l10n.t('via {tunnel}', { tunnel: plainText(tunnel) }));
  const explanation = htmlText(
    l10n.t(
      'Everything in this window goes through the tunnel. Its server looks up names, and localhost is the server itself.',
    ),
  );
  const profile = htmlText(l10n.t('This profile is deleted when you close the window.'));
  const html =
    `<!doctype html><meta charset="utf-8"><title>${heading}</title>` +
    '<style>:root{color-scheme:light dark}body{font:1rem system-ui;margin:15vh auto;max-width:32rem;padding:0 1rem}</style>' +
    `<h1>${heading}</h1><p>${explanation}</p><p>${profile}</p>`;
  return `data:text/html,${encodeURIComponent(html)}`;
}

function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Removes profiles whose browsers ended while no window was open. */
export async function removeAllStaleProfiles(home = homedir()): Promise<void> {
  const snaps = await readdir(join(home, snapFolder)).catch(() => []);
  for (const parent of [tmpdir(), ...snaps.map((snap) => commonFolder(home, snap))]) {
    await removeStaleProfiles(parent).catch(() => undefined);
  }
}

async function markAsUsed(profile: TemporaryProfile, pid: number | undefined): Promise<void> {
  if (pid !== undefined) {
    await profile.belongTo(pid);
  }
}

/** A snap has its own /tmp: it would see an empty profile there, without our proxy. */
async function profilesFolder(program: string): Promise<string> {
  const snap = await snapOf(program);
  return snap === undefined ? tmpdir() : commonFolder(homedir(), snap);
}

function commonFolder(home: string, snap: string): string {
  return join(home, snapFolder, snap, 'common');
}

/** `/snap/bin/firefox` is a link to snap(8); Ubuntu's `/usr/bin/firefox` is a script that calls it. */
async function snapOf(program: string): Promise<string | undefined> {
  if (program.startsWith('/snap/bin/') || basename(await realpath(program)) === 'snap') {
    return basename(program);
  }
  const file = await open(program);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    const text = buffer.toString('latin1', 0, bytesRead);
    return text.startsWith('#!') ? /\/snap\/bin\/([\w-]+)/.exec(text)?.[1] : undefined;
  } finally {
    await file.close();
  }
}
