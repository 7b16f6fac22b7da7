// Offers Undo after a command has changed something.
import { tell } from '../ui/dialogs';

export async function offerUndo(message: string, undo: () => Promise<void>): Promise<void> {
  const undoLabel = 'Undo';
  if ((await tell('information', message, undoLabel)) === undoLabel) {
    await undo();
  }
}
