// What is known of a server's behaviour by the name in its identification (RFC 4253 §4.2), where no message tells it.
// `software` is what softwareOf() returns.

/**
 * Whether it says why it doesn't listen for a client, in a debug message, unless bind(2) has failed: serverloop.c and
 * channels.c of OpenSSH.
 */
export function explainsListenRefusals(software: string): boolean {
  return software.startsWith('OpenSSH_');
}

/**
 * Whether it confirms a channel to a target only when it is connected with it. Others confirm at once, and close the
 * channel if they can't connect: Conch, for one. These were seen to refuse a channel to a closed port.
 */
export function connectsBeforeConfirming(software: string): boolean {
  return /^(OpenSSH_|dropbear_|AsyncSSH_|Erlang\/)/.test(software);
}
