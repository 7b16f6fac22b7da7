// The browsers that accept a profile and a proxy, and where they may be installed.
import { posix, win32 } from 'node:path';
import { l10n } from 'vscode';
import { untranslated } from '../../../tunnels/util/l10n';

export type BrowserFamily = 'chromium' | 'firefox';

export interface BrowserLocation {
  /** Shown to the user. */
  readonly name: string;
  readonly family: BrowserFamily;
  readonly path: string;
}

export interface BrowserSearchContext {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

interface Browser {
  readonly name: string;
  readonly family: BrowserFamily;
  /** Program names on Linux and other Unix systems. */
  readonly commands: readonly string[];
  /** Below an Applications folder of macOS, without `.app/Contents/MacOS/`. */
  readonly mac: readonly [app: string, program: string];
  /** Below Program Files or the user's local application data folder. */
  readonly windows: string;
}

function chromium(name: string, commands: readonly string[], macApp: string, windows: string): Browser {
  return { name, family: 'chromium', commands, mac: [macApp, macApp], windows };
}

/** In the order they are offered. */
const browsers: readonly Browser[] = [
  chromium('Chromium', ['chromium', 'chromium-browser'], 'Chromium', 'Chromium\\Application\\chrome.exe'),
  chromium(
    untranslated`Google Chrome`,
    ['google-chrome', 'google-chrome-stable'],
    untranslated`Google Chrome`,
    'Google\\Chrome\\Application\\chrome.exe',
  ),
  {
    name: 'Firefox',
    family: 'firefox',
    commands: ['firefox', 'firefox-esr'],
    mac: ['Firefox', 'firefox'],
    windows: untranslated`Mozilla Firefox\\firefox.exe`,
  },
  chromium(
    'Brave',
    ['brave-browser', 'brave'],
    untranslated`Brave Browser`,
    'BraveSoftware\\Brave-Browser\\Application\\brave.exe',
  ),
  chromium('Vivaldi', ['vivaldi', 'vivaldi-stable'], 'Vivaldi', 'Vivaldi\\Application\\vivaldi.exe'),
  chromium(
    untranslated`Microsoft Edge`,
    ['microsoft-edge', 'microsoft-edge-stable'],
    untranslated`Microsoft Edge`,
    'Microsoft\\Edge\\Application\\msedge.exe',
  ),
];

/** All possible locations, in the order to try them. */
export function browserLocations(context: BrowserSearchContext): readonly BrowserLocation[] {
  return browsers.flatMap((browser) =>
    pathsOf(browser, context).map((path) => ({ name: browser.name, family: browser.family, path })),
  );
}

/** The message that none is installed, which says which were searched for, and where. */
export function noBrowserMessage({ platform }: BrowserSearchContext): string {
  switch (platform) {
    case 'win32':
      return l10n.t(
        'No browser found. Looked for {browsers} in Program Files and the local application data.',
        { browsers: browsers.map(({ name }) => name).join(', ') },
      );
    case 'darwin':
      return l10n.t('No browser found. Looked for {browsers} in /Applications and ~/Applications.', {
        browsers: browsers.map(({ mac: [app] }) => `${app}.app`).join(', '),
      });
    default:
      return l10n.t('No browser found. Looked for {browsers} on the PATH.', {
        browsers: browsers.flatMap(({ commands }) => commands).join(', '),
      });
  }
}

function pathsOf(browser: Browser, { platform, env, home }: BrowserSearchContext): readonly string[] {
  switch (platform) {
    case 'win32':
      return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
        .flatMap((name) => env[name] ?? [])
        .filter((folder) => win32.isAbsolute(folder))
        .map((folder) => win32.join(folder, browser.windows));
    case 'darwin': {
      const [app, program] = browser.mac;
      return ['/Applications', posix.join(home, 'Applications')].map((folder) =>
        posix.join(folder, `${app}.app`, 'Contents/MacOS', program),
      );
    }
    default: {
      // A relative folder would depend on VS Code's working directory.
      const folders = (env['PATH'] ?? '').split(':').filter((folder) => posix.isAbsolute(folder));
      return browser.commands.flatMap((command) => folders.map((folder) => posix.join(folder, command)));
    }
  }
}
