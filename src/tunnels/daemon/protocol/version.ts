// The version of the build that this code is part of.

/** Replaced by the bundler, from package.json. */
declare const SSH_TUNNELS_VERSION: string | undefined;

export const buildVersion = typeof SSH_TUNNELS_VERSION === 'string' ? SSH_TUNNELS_VERSION : 'development';
