// The least of it: the editor knows the extension, and it activates.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

export function smokeTests(): void {
  describe('the extension', () => {
    const extension = () => vscode.extensions.getExtension('ssh-tunnels.ssh-tunnels');

    it('is found by the editor', () => {
      assert.ok(extension());
    });

    it('activates', async () => {
      await extension()?.activate();
      assert.equal(extension()?.isActive, true);
    });
  });
}
