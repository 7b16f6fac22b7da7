// The options of ssh that say nothing to a tunnel, and those that a tunnel can't be told, each with where it belongs.
import { elsewhere } from '../forbiddenKeys';
import { quoteConfigWord } from '../hostBlock';
import type { ConfigOption, LineProblem } from './problem';
import type { GivenOption } from './scan';

/**
 * A tunnel has no terminal, standard input or escape character, is in the background at once, and forwards neither
 * agent nor credentials: -e, -f, -n, -N, -t, -T, -a, -k. How much ssh says (-q, -v) is up to the log; -2 is all there is.
 */
export const harmlessLetters = 'efnNtTakqv2';

/** What ssh does instead of connecting: without it the line makes no sense. */
const modes: ReadonlyMap<string, string> = new Map([
  ['G', 'it prints the configuration of a host, and connects to none'],
  ['O', 'it talks to an ssh that runs already'],
  ['Q', 'it lists algorithms, and connects to no host'],
  ['V', 'it prints the version of ssh, and connects to no host'],
  [
    'W',
    'it joins standard input and output to one address, for a ProxyCommand; write -L, or -J for a jump host',
  ],
]);

const shared = 'tunnels to one destination share their connection without it';
const toTheLog = 'what happens is told in the log of SSH Tunnels (Show Log)';
const reasons: ReadonlyMap<string, string> = new Map([
  ['1', 'nobody should speak version 1 of the protocol any more; leave it out'],
  ['A', elsewhere('forwardagent') ?? ''],
  ['E', toTheLog],
  ['F', 'which config to read is your own user setting sshTunnels.sshConfigFile'],
  ['K', 'logins by GSSAPI are not understood'],
  ['M', shared],
  ['S', shared],
  ['s', 'it asks the server for a subsystem, and a tunnel has a use for none'],
  ['w', 'it makes a network interface (tun), and a tunnel forwards ports and sockets'],
  ['y', toTheLog],
]);

/** What belongs in a Host block, and what it is called there; those without a value with the one they stand for. */
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

/** @returns undefined where the option is none of these */
export function refuseOption({ letter, value, at }: GivenOption): LineProblem | undefined {
  const option = `-${letter}`;
  const mode = modes.get(letter);
  if (mode !== undefined) {
    return { message: cannotBePart(option, mode), at };
  }
  const [keyword, implied] = configKeywords.get(letter) ?? [];
  if (keyword !== undefined) {
    const configOption = { keyword, value: implied ?? quoteConfigWord(value ?? '') };
    return refusal(option, `it belongs in a Host block of your ~/.ssh/config (${keyword})`, at, configOption);
  }
  // No multiplexing is what there is anyway (ssh(1), -S).
  const why = letter === 'S' && value === 'none' ? undefined : reasons.get(letter);
  return why === undefined ? undefined : refusal(option, why, at);
}

export function refusal(option: string, why: string, at: number, configOption?: ConfigOption): LineProblem {
  const leaveOut = { option, ...(configOption && { configOption }) };
  return { message: cannotBePart(option, why), at, leaveOut };
}

function cannotBePart(option: string, why: string): string {
  return `"${option}" can't be part of a tunnel: ${why}.`;
}
