// The variables `${input:…}` and `${command:…}` for launch.json and tasks.json: the port, host or address of a forward.
// They start the tunnel if needed, wait until it is up, and fail with the reason.
import * as vscode from 'vscode';
import { variableCommandIds } from '../../contributions';
import { english } from '../../../tunnels/util/l10n';
import { isRecord } from '../../../tunnels/util/parsing';
import { withoutLinks } from '../../../views/words/format';
import type { PlainLog } from '../../ui/outputChannel';
import { explainFailure } from '../../tunnels/interactiveStart';
import type { ForwardSnapshot } from '../../../tunnels/model/snapshot';
import type { BringUp } from '../startAndWait';
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
        log.error(`${id}: ${explainFailure(error, english)}`);
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

/** How deep a launch configuration is searched; `connect.port` of debugpy is at depth 2. */
const maxDepth = 4;

/** Turns ports from our variables into numbers: a variable is always a string, but debug adapters need a number. */
export class GivenPorts {
  readonly #ports = new Set<string>();

  add(port: string): void {
    this.#ports.add(port);
  }

  /** Returns the configuration with each `port` from one of our variables as a number. */
  asNumbers<T extends object>(configuration: T): T {
    return this.#converted(configuration, maxDepth) as T;
  }

  #converted(value: unknown, depth: number): unknown {
    if (!isRecord(value) || depth === 0) {
      return value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.#convertedAt(key, inner, depth)]),
    );
  }

  #convertedAt(key: string, value: unknown, depth: number): unknown {
    if (key === 'port' && typeof value === 'string') {
      return this.#ports.has(value) ? Number(value) : value;
    }
    // Environment variables are always strings, even if one is named "port".
    return key === 'env' ? value : this.#converted(value, depth - 1);
  }
}

const unresolved = /\$\{(input|command):/;

/**
 * Prevents a launch after the user has cancelled one of our variables. VS Code would still launch, with the literal
 * text `${input:…}`.
 */
export class CancelledVariables {
  #has = false;

  /** The user has cancelled one of our variables. */
  add(): void {
    this.#has = true;
  }

  /** Whether this configuration used the cancelled variable. Call once for each configuration before it is launched. */
  wereUsedBy(configuration: object): boolean {
    const had = this.#has;
    this.#has = false;
    return had && unresolved.test(JSON.stringify(configuration));
  }
}
