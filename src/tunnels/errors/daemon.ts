// Errors of the daemon: it ended or could not be started, or a newer one has taken over a tunnel.
import type { Localizer } from '../util/l10n';
import { here, reported } from './explanation';
import type { ErrorWords, Reported, TextsByCode } from './explanation';

export type DaemonError = Reported & DaemonLost;

type DaemonLost = { readonly code: 'DaemonLost' } & (
  | { readonly reason: 'ended' }
  /** Two windows run different versions of the extension, whose daemons are not compatible. */
  | { readonly reason: 'takenOver'; readonly name: string }
  /** The folder belongs to another user, who could otherwise pose as the daemon. */
  | { readonly reason: 'folderTaken'; readonly folder: string }
  /** A file, for example, is where the folder or one above it should be. */
  | { readonly reason: 'notAFolder'; readonly path: string }
  | { readonly reason: 'folderUnusable'; readonly folder: string; readonly systemCode: string }
);

export function takenOver(name: string): DaemonError {
  return { code: 'DaemonLost', reason: 'takenOver', name };
}

export function daemonLost(detail?: string): DaemonError {
  return { code: 'DaemonLost', reason: 'ended', ...reported(detail) };
}

export function daemonFolderTaken(folder: string): DaemonError {
  return { code: 'DaemonLost', reason: 'folderTaken', folder };
}

export function daemonFolderIsFile(path: string): DaemonError {
  return { code: 'DaemonLost', reason: 'notAFolder', path };
}

/** @param systemCode `EACCES` */
export function daemonFolderUnusable(folder: string, systemCode: string, detail?: string): DaemonError {
  return { code: 'DaemonLost', reason: 'folderUnusable', folder, systemCode, ...reported(detail) };
}

export const daemonTexts: TextsByCode<DaemonError> = {
  DaemonLost: {
    words: daemonWords,
    explain: (error, _circumstances, l10n) => ({
      steps: [here(daemonWords(error, l10n).nextStep)],
      actions: ['tryAgain', 'showLog'],
    }),
  },
};

function daemonWords(error: DaemonLost, l10n: Localizer): ErrorWords {
  switch (error.reason) {
    case 'ended':
      return {
        message: l10n.t('The daemon that runs the tunnels ended or could not be started.'),
        nextStep: l10n.t('Restarting automatically; the log has the details.'),
      };
    case 'takenOver':
      return {
        message: l10n.t('A newer version of SSH Tunnels, in another window, has taken over "{name}".', {
          name: error.name,
        }),
        nextStep: l10n.t('Reload this window (Developer: Reload Window) to use the new version.'),
      };
    case 'folderTaken':
      return {
        message: l10n.t(
          "The daemon that runs the tunnels can't use {folder}: it is not a folder that you own.",
          {
            folder: error.folder,
          },
        ),
        nextStep: l10n.t(
          'Ask its owner or an administrator to remove it, or set XDG_RUNTIME_DIR to a folder of your own.',
        ),
      };
    case 'notAFolder':
      return {
        message: l10n.t("The daemon that runs the tunnels can't start: {path} is not a folder.", {
          path: error.path,
        }),
        nextStep: l10n.t('Move it or remove it; the folder is then created automatically.'),
      };
    case 'folderUnusable':
      return folderWords(error.folder, error.systemCode, l10n);
  }
}

function folderWords(folder: string, systemCode: string, l10n: Localizer): ErrorWords {
  switch (systemCode) {
    case 'EACCES':
    case 'EPERM':
      return {
        message: l10n.t(
          'The daemon that runs the tunnels has no permission to create or open the folder {folder}.',
          { folder },
        ),
        nextStep: l10n.t('Check that you own it, and that you can write to the folder that it is in.'),
      };
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        message: l10n.t(
          "The daemon that runs the tunnels can't create the folder {folder}, because the disk is full.",
          { folder },
        ),
        nextStep: l10n.t('Free some disk space.'),
      };
    default:
      return {
        message: l10n.t("The daemon that runs the tunnels can't create or open the folder {folder}.", {
          folder,
        }),
        nextStep: l10n.t('Check that you own it, and that you can write to the folder that it is in.'),
      };
  }
}
