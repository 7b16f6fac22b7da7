// Reads the certificate of a host (OpenSSH's PROTOCOL.certkeys), and says whether it is valid for a name, like
// cert_parse() and sshkey_cert_check_host() of OpenSSH's sshkey.c. Pure.
import { certificateTime } from '../../errors/ssh/hostKeys/hostCertificate';
import type { CertificateFacts, CertificateProblem } from '../../errors/ssh/hostKeys/hostCertificate';
import {
  fingerprint,
  isCertificate,
  keyFacts,
  keyType,
  plainFieldCount,
  withoutCertificate,
} from '../keys/publicKey';
import { isSignatureValid, isValidPublicKey, signatureAlgorithm } from '../keys/verifySignature';
import { WireReader, wireString } from '../keys/wire';
import { matchesPattern } from '../../util/glob';
import { readable } from '../../util/untrustedText';

export interface HostCertificate {
  /** As the server sent it. */
  readonly blob: Buffer;
  /** The certified public key, as a blob of its own (RFC 4253 §6.6). */
  readonly key: Buffer;
  readonly serial: bigint;
  readonly isForHosts: boolean;
  readonly keyId: string;
  readonly principals: readonly string[];
  /** Seconds since 1970, inclusive. */
  readonly validAfter: bigint;
  /** Seconds since 1970, exclusive. */
  readonly validBefore: bigint;
  /** Their names. No such option is defined for hosts. */
  readonly criticalOptions: readonly string[];
  /** The public key of the authority. */
  readonly authority: Buffer;
  /** How the authority has signed. */
  readonly signatureAlgorithm: string;
}

/** SSHKEY_CERT_MAX_PRINCIPALS of OpenSSH. */
const maxPrincipals = 256;
/** "Forever" in PROTOCOL.certkeys. */
const forever = 0xffff_ffff_ffff_ffffn;
const certificateTypes = { user: 1, host: 2 };

/**
 * Reads a certificate and verifies the signature of its authority.
 * @returns undefined if it is malformed, if the authority's key is itself a certificate, or if the signature is wrong
 */
export function readHostCertificate(blob: Buffer): HostCertificate | undefined {
  try {
    return read(blob);
  } catch (error) {
    if (error instanceof RangeError) {
      return undefined;
    }
    throw error;
  }
}

function read(blob: Buffer): HostCertificate | undefined {
  const type = keyType(blob);
  const plainType = withoutCertificate(type);
  const fieldCount = plainFieldCount(plainType);
  if (!isCertificate(type) || fieldCount === undefined) {
    return undefined;
  }
  const reader = new WireReader(blob);
  reader.string(); // type
  reader.string(); // nonce
  const start = reader.position;
  for (let field = 0; field < fieldCount; field++) {
    reader.string();
  }
  const key = Buffer.concat([wireString(plainType), blob.subarray(start, reader.position)]);
  const serial = reader.uint64();
  const kind = reader.uint32();
  const keyId = cString(reader.string());
  const principals = strings(reader.string()).map(cString);
  const [validAfter, validBefore] = [reader.uint64(), reader.uint64()];
  const criticalOptions = options(reader.string());
  options(reader.string()); // extensions, which hosts don't have
  reader.string(); // reserved
  const authority = reader.string();
  const signed = blob.subarray(0, reader.position);
  const signature = reader.string();
  const algorithm = signatureAlgorithm(signature);
  return reader.position === blob.length &&
    Object.values(certificateTypes).includes(kind) &&
    principals.length <= maxPrincipals &&
    isValidPublicKey(key) &&
    algorithm !== undefined &&
    isSignatureValid(authority, signed, signature)
    ? {
        blob,
        key,
        serial,
        isForHosts: kind === certificateTypes.host,
        keyId,
        principals,
        validAfter,
        validBefore,
        criticalOptions,
        authority,
        signatureAlgorithm: algorithm,
      }
    : undefined;
}

/**
 * Why a certificate of a known authority doesn't prove that the server has a name: the first reason that
 * sshkey_cert_check_host() finds. Patterns in principals are those of OpenSSH 10.3 and later.
 * @param name the host's, without a port, or its HostKeyAlias
 * @param authorityAlgorithms CASignatureAlgorithms
 * @param now seconds since 1970
 * @returns undefined if it proves it
 */
export function certificateProblem(
  certificate: HostCertificate,
  name: string,
  authorityAlgorithms: readonly string[],
  now: number,
): CertificateProblem | undefined {
  const { isForHosts, validAfter, validBefore, principals, criticalOptions } = certificate;
  const time = BigInt(Math.floor(now));
  if (!isForHosts) {
    return { kind: 'notForHosts' };
  }
  if (time < validAfter) {
    return { kind: 'notYetValid' };
  }
  if (time >= validBefore) {
    return { kind: 'expired' };
  }
  if (principals.length === 0) {
    return { kind: 'noNames' };
  }
  if (!principals.some((pattern) => matchesPattern(name, pattern))) {
    return { kind: 'otherNames', name };
  }
  if (criticalOptions.length > 0) {
    return {
      kind: 'unknownOptions',
      options: criticalOptions.map((option) => readable(option, maxTextLength)),
    };
  }
  if (!authorityAlgorithms.includes(certificate.signatureAlgorithm)) {
    return { kind: 'signatureAlgorithm', algorithm: readable(certificate.signatureAlgorithm, maxTextLength) };
  }
  return undefined;
}

/** Of a server's text in an error or a question. */
const maxTextLength = 200;
const maxShownPrincipals = 20;

export function certificateFacts(certificate: HostCertificate): CertificateFacts {
  const { keyId, serial, principals, validAfter, validBefore, authority } = certificate;
  return {
    keyId: readable(keyId, maxTextLength),
    serial: String(serial),
    principals: [
      ...principals.slice(0, maxShownPrincipals).map((name) => readable(name, maxTextLength)),
      ...(principals.length > maxShownPrincipals ? ['…'] : []),
    ],
    ...(validAfter > 0n && { validAfter: Number(validAfter) }),
    ...(validBefore < forever && { validBefore: Number(validBefore) }),
    authority: keyFacts(authority),
  };
}

/** For the log, in the words of `ssh -v`. */
export function describeCertificate(certificate: HostCertificate): string {
  const { blob, key } = certificate;
  const { serial, keyId, principals, validAfter, validBefore, authority } = certificateFacts(certificate);
  const start = validAfter === undefined ? 'always' : certificateTime(validAfter);
  const end = validBefore === undefined ? 'forever' : certificateTime(validBefore);
  return (
    `Server host certificate: ${keyType(blob)} ${fingerprint(key)}, serial ${serial}, ID "${keyId}", ` +
    `CA ${authority.type} ${authority.fingerprint}, valid from ${start} to ${end}, for ${principals.join(', ')}`
  );
}

/** Text that may end with one NUL, and holds no other: sshbuf_get_cstring() of OpenSSH. */
function cString(bytes: Buffer): string {
  const nul = bytes.indexOf(0);
  if (nul >= 0 && nul < bytes.length - 1) {
    throw new RangeError('a text contains NUL');
  }
  return bytes.toString('utf8', 0, nul < 0 ? bytes.length : nul);
}

function strings(data: Buffer): readonly Buffer[] {
  const reader = new WireReader(data);
  const all: Buffer[] = [];
  while (reader.position < data.length) {
    all.push(reader.string());
  }
  return all;
}

/** The names in a list of names and values. */
function options(data: Buffer): readonly string[] {
  const all = strings(data);
  if (all.length % 2 !== 0) {
    throw new RangeError('an option has no value');
  }
  return all.filter((_each, index) => index % 2 === 0).map((name) => name.toString('utf8'));
}
