// Offers Undo after a command has changed something.
import { showMessage } from '../ui/dialogs';

export async function offerUndo(message: string, undo: () => Promise<void>): Promise<void> {
  const undoLabel = 'Undo';
  if ((await showMessage('information', message, undoLabel)) === undoLabel) {
    await undo();
  }
}
