// Whether a tunnel may run, and whether it starts by itself: trust, consent and the table of autoStart, in one place
// that every way to start a tunnel goes through.
import { consentSubject, entrySubject, opensWide } from '../../tunnels/config/consent';
import { isForPrograms } from '../../tunnels/config/definition';
import type { TunnelDefinition, TunnelEntry } from '../../tunnels/config/definition';
import type { TunnelError } from '../../tunnels/errors/errors';
import { consentNeeded, workspaceUntrusted } from '../../tunnels/errors/consent';
import type { Origin } from '../../tunnels/model/snapshot';
import { consentedEntry } from '../settings/configuredTunnel';
import type { UsableTunnel } from '../settings/configuredTunnel';
import type { Consent } from './workspaceStorage';

export interface Surroundings {
  readonly trusted: boolean;
  /** The extension does not run on the desktop. */
  readonly remote: boolean;
  readonly autoStart: 'ask' | 'on' | 'off';
}

export interface Candidate {
  readonly name: string;
  readonly origin: Origin;
  readonly entry: TunnelEntry;
  /** subjectOf() it: what it would have to have been allowed for. */
  readonly subject: string;
  readonly consent: Consent | undefined;
  /** The user stopped it in this workspace. */
  readonly stopped: boolean;
  /** The user has turned it off in sshTunnels.overrides. */
  readonly disabled: boolean;
}

export type Permission =
  /** consent: the hash that the host has to find, where consent was needed. */
  | { readonly granted: true; readonly consent?: string }
  | { readonly granted: false; readonly need: 'trust' | 'consent'; readonly error: TunnelError };

export function permissionFor(candidate: Candidate, surroundings: Surroundings): Permission {
  const { name, entry, subject, consent } = candidate;
  if (isForeign(candidate.origin) && !surroundings.trusted) {
    return { granted: false, need: 'trust', error: workspaceUntrusted(name) };
  }
  if (!needsConsent(candidate.origin, entry.definition, surroundings)) {
    return { granted: true };
  }
  if (consent?.subject === subject) {
    return { granted: true, consent: consent.hash };
  }
  return { granted: false, need: 'consent', error: consentNeeded(name, consent !== undefined) };
}

/** The same text for two tunnels of which one needs no consent where the other has it. */
export function subjectOf(tunnel: Pick<UsableTunnel, 'origin' | 'entry' | 'projectEntry'>): string {
  const entry = consentedEntry(tunnel);
  return isForeign(tunnel.origin) ? entrySubject(entry) : consentSubject(entry.definition);
}

/**
 * The user's own settings are the user's word; a workspace's are somebody's, unless `autoStart` waives it: all but the
 * programs, and what is open to a network.
 */
function needsConsent(
  origin: Origin,
  definition: TunnelDefinition,
  { autoStart }: Pick<Surroundings, 'autoStart'>,
): boolean {
  return (
    opensWide(definition) || (isForeign(origin) && (autoStart !== 'on' || definition.x11Programs.length > 0))
  );
}

/** Whether it can be allowed and that be taken back: without a consent, it needs none. */
export function isConsentable(
  { origin, entry }: UsableTunnel,
  surroundings: Pick<Surroundings, 'autoStart'>,
): boolean {
  return needsConsent(origin, entry.definition, surroundings);
}

export function startsByItself(candidate: Candidate, surroundings: Surroundings): boolean {
  const { origin, entry, stopped, disabled } = candidate;
  if (stopped || disabled || surroundings.autoStart === 'off' || entry.autoStart === false) {
    return false;
  }
  if (isForPrograms(entry.definition)) {
    // It connects when somebody runs one of them; by itself there is nothing to bring up.
    return false;
  }
  return isForeign(origin) || !surroundings.remote || entry.runIn === 'everywhere';
}

export function isForeign(origin: Origin): boolean {
  return origin === 'workspace' || origin === 'folder';
}
