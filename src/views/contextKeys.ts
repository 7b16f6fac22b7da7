// Sets the context keys for `when` clauses, such as whether any tunnel can be started, when they change.
import * as vscode from 'vscode';
import { contextFacts } from './tree/contextValues';
import type { ContextFacts } from './tree/contextValues';
import type { TunnelsModel } from './tunnelsModel';

export interface ContextKeysOptions {
  readonly model: TunnelsModel;
  /** The context key of each fact. */
  readonly keys: Readonly<Record<keyof ContextFacts, string>>;
}

export class ContextKeys implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;
  readonly #published = new Map<string, boolean>();

  constructor({ model, keys }: ContextKeysOptions) {
    this.#subscription = model.onDidChange((change) => {
      if (change.kind === 'structure' || !change.counters) {
        this.#publish(contextFacts(model.tunnels), keys);
      }
    });
    this.#publish(contextFacts(model.tunnels), keys);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #publish(facts: ContextFacts, keys: ContextKeysOptions['keys']): void {
    for (const fact of Object.keys(keys) as (keyof ContextFacts)[]) {
      if (this.#published.get(fact) !== facts[fact]) {
        this.#published.set(fact, facts[fact]);
        void vscode.commands.executeCommand('setContext', keys[fact], facts[fact]);
      }
    }
  }
}
