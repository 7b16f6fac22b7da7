// The options of ssh_config whose absence no error shows, although they would change what ssh does. They are not used
// here, and the log says so. The README lists all of which that is true.
import type { Log } from '../../util/log';

const keywords = ['AddKeysToAgent', 'UseKeychain', 'LocalCommand', 'Tunnel', 'ChannelTimeout'] as const;

/** As in ssh_config(5). */
export type UnusedOption = (typeof keywords)[number];

/** Those that are set. @param values by keyword in lower case, as `ssh -G` prints them */
export function unusedOptions(values: ReadonlyMap<string, readonly string[]>): readonly UnusedOption[] {
  const isOn = (keyword: string): boolean => isSet(values.get(keyword.toLowerCase())?.[0]);
  return keywords.filter(
    (keyword) => isOn(keyword) && (keyword !== 'LocalCommand' || isOn('PermitLocalCommand')),
  );
}

export function logUnusedOptions(
  {
    alias,
    unusedOptions: unused,
  }: { readonly alias: string; readonly unusedOptions: readonly UnusedOption[] },
  log: Log,
): void {
  if (unused.length > 0) {
    log.info(
      `Your SSH config sets for ${alias} what is not used here (see the README): ${unused.join(', ')}`,
    );
  }
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !/^(no|false|none|)$/i.test(value);
}
