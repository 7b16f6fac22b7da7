// Command-line arguments and preferences that make a browser send everything through a SOCKS proxy, including name
// lookups and localhost.
import { formatAddress, formatHost } from '../../../tunnels/util/address';
import type { TcpAddress } from '../../../tunnels/util/address';
import { quoteWord } from '../../../tunnels/config/commandLine/quoteWord';
import type { BrowserFamily } from './findBrowsers';
import { untranslated } from '../../../tunnels/util/l10n';

function chromiumArguments(proxy: TcpAddress): readonly string[] {
  return [
    '--no-first-run',
    '--no-default-browser-check',
    // A temporary profile doesn't need the user's keyring.
    '--password-store=basic',
    '--use-mock-keychain',
    `--proxy-server=socks5://${formatAddress(proxy)}`,
    // Removes Chromium's exception for localhost.
    '--proxy-bypass-list=<-loopback>',
    // No name is looked up locally, not even for prefetching.
    untranslated`--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE ${formatHost(proxy.host)}`,
    '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  ];
}

/** The browser's arguments, without the first page to open. @param profile a folder for this browser only */
export function browserArguments(
  family: BrowserFamily,
  profile: string,
  proxy: TcpAddress,
  platform: NodeJS.Platform,
): readonly string[] {
  if (family === 'chromium') {
    return [`--user-data-dir=${profile}`, ...chromiumArguments(proxy)];
  }
  // On Windows the launcher process exits at once otherwise, and that would look like the end of the browser.
  const wait = platform === 'win32' ? ['-wait-for-browser'] : [];
  return ['-no-remote', ...wait, '-profile', profile];
}

/** The text of `user.js` in a Firefox profile. */
export function firefoxPreferences({ host, port }: TcpAddress): string {
  const preferences: Readonly<Record<string, string | number | boolean>> = {
    'network.proxy.type': 1,
    'network.proxy.socks': host,
    'network.proxy.socks_port': port,
    'network.proxy.socks_version': 5,
    'network.proxy.socks_remote_dns': true,
    'network.proxy.socks5_remote_dns': true,
    'network.proxy.no_proxies_on': '',
    'network.proxy.allow_hijacking_localhost': true,
    // If the proxy doesn't answer, Firefox must not connect directly.
    'network.proxy.failover_direct': false,
    'network.dns.disablePrefetch': true,
    'network.trr.mode': 5,
    'media.peerconnection.ice.proxy_only': true,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'browser.aboutwelcome.enabled': false,
    'browser.preonboarding.enabled': false,
    'browser.shell.checkDefaultBrowser': false,
    'browser.startup.homepage_override.mstone': 'ignore',
    'browser.startup.page': 0,
    'datareporting.policy.dataSubmissionEnabled': false,
  };
  return Object.entries(preferences)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`)
    .join('');
}

export interface BrowserCommandLine {
  readonly browser: string;
  readonly system: 'linux' | 'mac' | 'windows';
  readonly line: string;
}

/** Command lines to paste into a shell on another machine. */
export function commandLines(proxy: TcpAddress): readonly BrowserCommandLine[] {
  const words = chromiumArguments(proxy);
  const posix = words.map(quoteWord).join(' ');
  const windows = words.map((word) => (/[ <>]/.test(word) ? `"${word}"` : word)).join(' ');
  return [
    {
      browser: untranslated`Google Chrome`,
      system: 'linux',
      line: `google-chrome --user-data-dir="\`mktemp -d\`" ${posix}`,
    },
    { browser: 'Chromium', system: 'linux', line: `chromium --user-data-dir="\`mktemp -d\`" ${posix}` },
    {
      browser: untranslated`Google Chrome`,
      system: 'mac',
      line: untranslated`open -na 'Google Chrome' --args --user-data-dir="\`mktemp -d\`" ${posix}`,
    },
    {
      browser: untranslated`Microsoft Edge`,
      system: 'windows',
      line: `start "" msedge --user-data-dir="%TEMP%\\ssh-tunnels-browser-%RANDOM%" ${windows}`,
    },
  ];
}

export const testArgumentsVariable = 'SSH_TUNNELS_TEST_BROWSER_ARGS';

/**
 * Extra browser arguments for the tests in the editor. They come from the environment of the extension host, which no
 * workspace can set, and are ignored in an installed extension.
 * @param installed whether the extension runs in production mode
 */
export function testArguments(
  installed: boolean,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] | undefined {
  const text = env[testArgumentsVariable];
  if (installed || text === undefined) {
    return undefined;
  }
  const words: unknown = JSON.parse(text);
  if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) {
    throw new TypeError(`${testArgumentsVariable} must be a list of strings.`);
  }
  return words;
}
