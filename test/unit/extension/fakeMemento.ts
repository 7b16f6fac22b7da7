// A fake of the editor's Memento: its values stay in this process.
import type { WorkspaceStorage } from '../../../src/extension/tunnels/workspaceStorage';

export function memento(): ConstructorParameters<typeof WorkspaceStorage>[0]['globalState'] {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string, other?: unknown) => values.get(key) ?? other,
    update: (key: string, value: unknown) => {
      values.set(key, value);
      return Promise.resolve();
    },
    setKeysForSync: () => undefined,
  } as never;
}
