// The key exchanges that no quantum computer is known to break, by the names of KexAlgorithms in ssh_config(5).

/** In OpenSSH's order of preference (KEX_CLIENT of its myproposal.h). */
export const hybridKexNames = [
  'mlkem768x25519-sha256',
  'sntrup761x25519-sha512',
  'sntrup761x25519-sha512@openssh.com',
] as const;

export type HybridKexName = (typeof hybridKexNames)[number];

export function isHybridKex(kex: string): kex is HybridKexName {
  return (hybridKexNames as readonly string[]).includes(kex);
}

/**
 * Whether recordings of a connection are thought to stay secret when there are quantum computers. Like OpenSSH's
 * kex_is_pq_from_name().
 * @param kex as in `kex` of ssh2's NegotiatedAlgorithms
 */
export function isPostQuantum(kex: string): boolean {
  return isHybridKex(kex);
}
