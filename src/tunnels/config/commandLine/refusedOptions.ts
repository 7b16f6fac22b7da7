// The options of ssh that have no effect on a tunnel, and those that a tunnel can't have, with where they belong.
import { neverForwardsAgent } from '../parsing/forbiddenKeys';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { unquoted } from '../../util/shown';
import type { Shown } from '../../util/shown';
import { quoteConfigWord } from '../hostBlock';
import type { ConfigOption } from '../hostBlock';
import type { LineProblem } from './splitWords';
import type { GivenOption } from './getopt';

/**
 * Options without an effect. A tunnel has no terminal, standard input or escape character, runs in the background, and
 * forwards neither agent nor credentials: -e, -f, -n, -N, -t, -T, -a, -k. The log replaces -q and -v; -2 is the default.
 */
export const harmlessLetters = 'efnNtTakqv2';

/** Options that make ssh do something else than connect: the line can't be a tunnel. */
const modes: ReadonlyMap<string, Message> = new Map([
  ['G', l10n.t('It prints the configuration of a host instead of connecting.')],
  ['O', l10n.t('It controls an ssh that is already running. Remove it: a tunnel connects by itself.')],
  ['Q', l10n.t('It lists algorithms instead of connecting.')],
  ['V', l10n.t('It prints the version of ssh instead of connecting.')],
  [
    'W',
    l10n.t(
      'It connects standard input and output to one address, for a ProxyCommand; use -L, or -J for a jump host.',
    ),
  ],
]);

const shared = l10n.t('Tunnels to the same host share a connection automatically.');
const toTheLog = l10n.t('See the log of SSH Tunnels instead (Show Log).');
const reasons: ReadonlyMap<string, Message> = new Map([
  ['1', l10n.t('Version 1 of the protocol is insecure and not supported; remove it.')],
  ['A', neverForwardsAgent],
  ['E', toTheLog],
  ['F', l10n.t('Use your user setting sshTunnels.sshConfigFile instead.')],
  ['K', l10n.t('Sign-in with GSSAPI is not supported.')],
  ['M', shared],
  ['S', shared],
  ['s', l10n.t("It requests a subsystem, which a tunnel doesn't use.")],
  ['w', l10n.t('It creates a network interface (tun), but a tunnel forwards only ports and sockets.')],
  ['y', toTheLog],
]);

/** Options that belong in a Host block, with their keyword, and with the value that an option without one stands for. */
const configKeywords: ReadonlyMap<string, readonly [keyword: string, value?: string]> = new Map([
  ['4', ['AddressFamily', 'inet']],
  ['6', ['AddressFamily', 'inet6']],
  ['b', ['BindAddress']],
  ['B', ['BindInterface']],
  ['c', ['Ciphers']],
  ['i', ['IdentityFile']],
  ['I', ['PKCS11Provider']],
  ['m', ['MACs']],
  ['P', ['Tag']],
]);

/** The problem of an option that a tunnel can't have. @returns undefined for any other option */
export function refuseOption({ letter, value, at }: GivenOption): LineProblem | undefined {
  const option = unquoted(`-${letter}`);
  const mode = modes.get(letter);
  if (mode !== undefined) {
    return { message: cannotBePart(option, mode), at };
  }
  const [keyword, implied] = configKeywords.get(letter) ?? [];
  if (keyword !== undefined) {
    const configOption: ConfigOption = {
      keyword,
      value: implied ?? quoteConfigWord(value ?? ''),
      // Keys are a list.
      ...(letter !== 'i' && { replaces: true }),
    };
    const why = l10n.t('It belongs in a Host block of your ~/.ssh/config ({keyword}).', {
      keyword: unquoted(keyword),
    });
    return refusal(option, why, at, configOption);
  }
  // "-S none" disables multiplexing, which a tunnel doesn't use anyway (ssh(1), -S).
  const why = letter === 'S' && value === 'none' ? undefined : reasons.get(letter);
  return why === undefined ? undefined : refusal(option, why, at);
}

export function refusal(option: Shown, why: Message, at: number, configOption?: ConfigOption): LineProblem {
  const leaveOut = { ...(configOption && { configOption }) };
  return { message: cannotBePart(option, why), at, leaveOut };
}

function cannotBePart(option: Shown, reason: Message): Message {
  return l10n.t('"{option}" can\'t be part of a tunnel. {reason}', { option, reason });
}
