// The error when the server has no room for one more connection (RFC 4254 §5.1, SSH_OPEN_RESOURCE_SHORTAGE).
import { formatAddress } from '../../util/address';
import type { Address } from '../../util/address';
import { here, onServer, reported } from '../explanation';
import type { Reported, TextsByCode } from '../explanation';
import { serverLog } from '../shellCommands';

export type ServerLimitError = Reported & {
  readonly code: 'ServerLimit';
  readonly target: Address;
  readonly host: string;
};

export function serverLimit(target: Address, host: string, detail?: string): ServerLimitError {
  return { code: 'ServerLimit', target, host, ...reported(detail) };
}

export const serverLimitTexts: TextsByCode<ServerLimitError> = {
  ServerLimit: {
    words: ({ target, host }, l10n) => ({
      message: l10n.t('{host} has no room for another connection to {target}: it is at a limit of its own.', {
        host,
        target: formatAddress(target),
      }),
      nextStep: l10n.t(
        'Close connections that you no longer need, and try again; the connections that are open go on.',
      ),
    }),
    explain: ({ host }, _circumstances, l10n) => ({
      steps: [
        here(
          l10n.t(
            'Close programs that hold many connections open through this tunnel, and check whether that helps.',
          ),
        ),
        onServer(l10n.t('Check the log of {host} for the limit that was reached:', { host }), serverLog),
      ],
      actions: ['edit', 'showLog'],
    }),
  },
};
