// What ssh2 offers in its SSH_MSG_KEXINIT (RFC 4253 §7.1). Its public configuration refuses names that it doesn't know.
import { KexInit } from 'ssh2/lib/protocol/kex.js';
import type { KexLists } from 'ssh2/lib/protocol/kex.js';

/** ssh2's, as far as its offer is concerned. Whoever replaces the offer makes a new object of it. */
export interface OfferingProtocol {
  _offer: KexInit;
}

/** Replaces some of the lists. */
export function replaceOffer(
  protocol: OfferingProtocol,
  changed: { readonly kex?: readonly string[]; readonly serverHostKey?: readonly string[] },
): void {
  const { kex, serverHostKey, cs, sc } = protocol._offer.lists;
  protocol._offer = new KexInit({
    kex: [...(changed.kex ?? kex.array)],
    serverHostKey: [...(changed.serverHostKey ?? serverHostKey.array)],
    cs: namesOf(cs),
    sc: namesOf(sc),
  });
}

function namesOf(lists: KexInit['lists']['cs']): KexLists['cs'] {
  return {
    cipher: lists.cipher.array,
    mac: lists.mac.array,
    compress: lists.compress.array,
    lang: lists.lang.array,
  };
}
