// The variables of launch.json and tasks.json: `${input:…}` and `${command:…}` that are the port, the host or the
// address of a forward. They start the tunnel if need be, wait until it is up, and fail with the reason.
import * as vscode from 'vscode';
import { variableCommandIds } from '../../contributions';
import { linkless } from '../../../views/words/format';
import type { PlainLog } from '../../ui/outputChannel';
import { explainFailure } from '../../tunnels/interactiveStart';
import type { ForwardSnapshot } from '../../../tunnels/model/snapshot';
import type { BringUp } from '../bringUp';
import type { CancelledVariables } from './cancelledVariables';
import type { GivenPorts } from './givenPorts';
import { localAddressText, localPort } from '../localAddress';
import { checkForward, forwardOf, readPortRequest } from './portRequest';

export interface VariableParts {
  readonly bringUp: BringUp;
  readonly givenPorts: GivenPorts;
  readonly cancelledVariables: CancelledVariables;
  readonly log: PlainLog;
}

export function registerVariables({
  bringUp,
  givenPorts,
  cancelledVariables,
  log,
}: VariableParts): vscode.Disposable {
  const variable = (id: string, read: (forward: ForwardSnapshot) => string): vscode.Disposable =>
    // undefined: the user has cancelled.
    vscode.commands.registerCommand(id, async (argument: unknown): Promise<string | undefined> => {
      try {
        const requested = await bringUp.requested(readPortRequest(argument));
        checkForward(requested, 'address');
        const tunnel = await bringUp.tunnel(requested.tunnel.id);
        if (tunnel === 'cancelled') {
          cancelledVariables.add();
          return undefined;
        }
        return read(forwardOf(tunnel, requested.forward));
      } catch (error) {
        log.error(`${id}: ${explainFailure(error)}`);
        // The editor makes a message of it.
        throw new Error(linkless(explainFailure(error)), { cause: error });
      }
    });
  return vscode.Disposable.from(
    variable(variableCommandIds.getLocalPort, (forward) => {
      const port = String(localPort(forward).port);
      givenPorts.add(port);
      return port;
    }),
    variable(variableCommandIds.getLocalHost, (forward) => localPort(forward).host),
    variable(variableCommandIds.getLocalAddress, localAddressText),
  );
}
