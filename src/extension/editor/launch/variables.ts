// The variables `${input:…}` and `${command:…}` for launch.json and tasks.json: the port, host or address of a forward.
// They start the tunnel if needed, wait until it is up, and fail with the reason.
import * as vscode from 'vscode';
import { variableCommandIds } from '../../contributions';
import { withoutLinks } from '../../../views/words/format';
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
    // undefined: the user cancelled.
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
        // VS Code shows the error as a message.
        throw new Error(withoutLinks(explainFailure(error)), { cause: error });
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
