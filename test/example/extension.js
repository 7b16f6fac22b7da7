// An extension that uses the tunnels of SSH Tunnels: it fetches a page through one by the API, and has a debug adapter
// that needs the port of one. The tests in the editor run it; it may be copied from.
'use strict';

const http = require('node:http');
const vscode = require('vscode');

/** @typedef {import('../../src/extension/api.d').SshTunnelsApi} SshTunnelsApi */

/**
 * What the adapter was last launched with.
 * @type {Record<string, unknown> | undefined}
 */
let launched;

/** @param {vscode.ExtensionContext} context */
async function activate(context) {
  // "extensionDependencies" in package.json makes sure that it is there, and activated first.
  /** @type {SshTunnelsApi | undefined} */
  const tunnels = vscode.extensions.getExtension('ssh-tunnels.ssh-tunnels')?.exports;
  if (tunnels?.version !== 1) {
    throw new Error('This example knows version 1 of the API of SSH Tunnels.');
  }
  context.subscriptions.push(
    vscode.commands.registerCommand('sshTunnelsExample.fetch', async (name, label) => {
      // Resolves when it is up; rejects with an Error that has `code`, such as "ConsentNeeded" or "HostNotFound".
      const tunnel = await tunnels.start(name);
      const forward = tunnel.forwards.find((candidate) => candidate.label === label);
      const address = forward?.bound.find((bound) => 'port' in bound);
      if (!address) {
        throw new Error(forward?.error?.message ?? `"${name}" has no port "${label}".`);
      }
      return get(address);
    }),
    vscode.commands.registerCommand('sshTunnelsExample.startByTool', async () => {
      const tunnel = await vscode.window.showInputBox({ prompt: 'The name of a tunnel' });
      // As a language model does: the user is asked, and the answer is JSON.
      const options = { input: { tunnel }, toolInvocationToken: undefined };
      const { content } = await vscode.lm.invokeTool('sshTunnels_start', options);
      return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
    }),
    vscode.commands.registerCommand('sshTunnelsExample.launched', () => launched),
    vscode.debug.registerDebugAdapterDescriptorFactory('sshTunnelsExample', {
      createDebugAdapterDescriptor: () => new vscode.DebugAdapterInlineImplementation(new Adapter()),
    }),
  );
}

/**
 * @param {{ host: string, port: number }} address
 * @returns {Promise<string>} the page
 */
function get({ host, port }) {
  return new Promise((resolve, reject) => {
    http
      .get({ host, port }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (piece) => (text += piece));
        response.on('end', () => resolve(text));
      })
      .on('error', reject);
  });
}

/** A debug adapter that debugs nothing: it keeps what it is launched with, and ends. */
class Adapter {
  /** @type {vscode.EventEmitter<vscode.DebugProtocolMessage>} */
  #messages = new vscode.EventEmitter();
  #sequence = 0;
  onDidSendMessage = this.#messages.event;

  /** @param {any} message of the Debug Adapter Protocol */
  handleMessage(message) {
    if (message.type !== 'request') {
      return;
    }
    const { seq, command } = message;
    this.#send({ type: 'response', request_seq: seq, command, success: true, body: {} });
    if (command === 'initialize') {
      this.#send({ type: 'event', event: 'initialized' });
    } else if (command === 'launch') {
      launched = message.arguments;
      this.#send({ type: 'event', event: 'terminated' });
    }
  }

  /** @param {object} message */
  #send(message) {
    this.#messages.fire({ seq: ++this.#sequence, ...message });
  }

  dispose() {
    this.#messages.dispose();
  }
}

module.exports = { activate };
