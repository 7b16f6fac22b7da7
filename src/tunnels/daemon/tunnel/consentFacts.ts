// The resolved facts of a tunnel that a person consents to, and the hash by which the daemon recognizes them.
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { consentSubject } from '../../config/consentSubject';
import { localSocketPaths } from '../../config/socketPaths';
import type { TunnelDefinition } from '../../config/definition';
import { unusableSocketPath } from '../../errors/definition';
import { TunnelFailure } from '../../errors/errors';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import { realPath } from '../../util/files/realPath';
import { findHidden } from '../../util/untrustedText';
import type { RealPath } from '../../util/files/realPath';
import type { ProjectSockets, ResolvedFacts, ResolvedLink } from '../protocol/protocol';
import type { TunnelSpec } from './resolveHops';
import { digest } from './tunnelIdentity';

/**
 * The facts that a person is asked to consent to.
 * @param project absent: the tunnel is the user's own
 * @throws TunnelFailure InvalidDefinition if a socket path can't be followed
 */
export async function consentFacts(
  { definition, project }: TunnelSpec & { readonly project?: ProjectSockets },
  hops: readonly EffectiveHost[],
): Promise<ResolvedFacts> {
  const resolved = hops.map(({ hostName, user, port, proxyCommand }) => ({
    hostName,
    user,
    port,
    ...(proxyCommand === undefined ? {} : { proxyCommand }),
  }));
  const socketLinks = project ? await socketLinksOf(definition, project.folders) : [];
  const links = socketLinks.map(({ path, real }) => [path, real]);
  const subject = consentSubject(definition);
  return {
    hops: resolved,
    ...(socketLinks.length > 0 && { socketLinks }),
    hash: digest({ hops: resolved, subject, ...(links.length > 0 && { links }) }),
  };
}

async function socketLinksOf(
  definition: TunnelDefinition,
  folders: readonly string[],
): Promise<readonly ResolvedLink[]> {
  const paths = [...new Set(localSocketPaths(definition))];
  const found = await Promise.all(
    paths.map(async (path) => {
      const where = await followSocketPath(path);
      return { path, real: where.real, leavesProject: await leavesProject(where, folders) };
    }),
  );
  return found.filter(({ path, real }) => real !== path);
}

/** As realPath(). @throws TunnelFailure InvalidDefinition, also if it can't be shown as it is */
export async function followSocketPath(path: string): Promise<RealPath> {
  const found = await realPath(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new TunnelFailure(unusableSocketPath(path, code), { cause: error });
  });
  if (findHidden(found.real) >= 0) {
    throw new TunnelFailure(unusableSocketPath(path, 'hidden'));
  }
  return found;
}

/** Whether a symbolic link that lies in one of these folders leads out of that folder. */
export async function leavesProject({ real, links }: RealPath, folders: readonly string[]): Promise<boolean> {
  for (const folder of links.length === 0 ? [] : folders) {
    const root = await identityOf(folder);
    for (const link of root === undefined ? [] : links) {
      if ((await isBelow(link, root)) && !(await isBelow(real, root))) {
        return true;
      }
    }
  }
  return false;
}

/** By identity, because a file system may not tell `Shop` and `shop` apart. */
async function isBelow(path: string, root: string | undefined): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((await identityOf(folder)) === root) {
      return true;
    }
    if (folder === dirname(folder)) {
      return false;
    }
  }
}

/** undefined: it doesn't exist. */
async function identityOf(path: string): Promise<string | undefined> {
  const facts = await stat(path).catch(() => undefined);
  return facts && `${facts.dev} ${facts.ino}`;
}
