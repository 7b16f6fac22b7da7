// macOS since 15 keeps an app from the local network until its user allows it, and says "No route to host" (EHOSTUNREACH):
// Apple's TN3179. It asks once; who refuses then is told nothing more. Programs of Terminal are allowed, so that ssh
// works there.
import { isIP } from 'node:net';
import { isOfLocalNetwork } from '../util/address';
import type { Localizer } from '../util/l10n';
import { here } from './explanation';
import type { Step } from './explanation';

/**
 * Whether a program or the system reports this. An address in the text decides whether it may be so; a name may be one of
 * the local network.
 */
export function mayBeForbidden(report: string, platform: string): boolean {
  if (platform !== 'darwin' || !/no route to host|EHOSTUNREACH/i.test(report)) {
    return false;
  }
  // Node's error ends with our own address.
  const addresses = report
    .replace(/ - Local \(.*\)$/, '')
    .split(/[\s()[\],]+/)
    .flatMap(addressIn);
  return addresses.length === 0 || addresses.some(isOfLocalNetwork);
}

/** A word may have a port behind it. */
function addressIn(word: string): readonly string[] {
  return [word, word.replace(/:\d*$/, '')].filter((text) => isIP(text.split('%')[0] ?? '') !== 0).slice(0, 1);
}

export function allowLocalNetwork(l10n: Localizer): Step {
  return here(
    l10n.t(
      'In System Settings > Privacy & Security > Local Network, turn on the editor, or the terminal that it was started from; macOS always allows ssh in Terminal. If it is on already, turn it off and on again.',
    ),
  );
}
