// Tells `when` clauses what can be done now: keys of the editor's context, set only when they change.
import * as vscode from 'vscode';
import { contextFacts } from './tree/actions';
import type { ContextFacts } from './tree/actions';
import type { TunnelsModel } from './model';

export interface ContextKeysOptions {
  readonly model: TunnelsModel;
  /** The editor's name for each fact. */
  readonly keys: Readonly<Record<keyof ContextFacts, string>>;
}

export class ContextKeys implements vscode.Disposable {
  readonly #subscription: vscode.Disposable;
  readonly #known = new Map<string, boolean>();

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
      if (this.#known.get(fact) !== facts[fact]) {
        this.#known.set(fact, facts[fact]);
        void vscode.commands.executeCommand('setContext', keys[fact], facts[fact]);
      }
    }
  }
}
