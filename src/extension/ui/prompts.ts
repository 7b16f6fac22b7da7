// Shows the daemon's questions: host keys in a modal dialog, passwords and codes in an input box, ports in a list. One
// question at a time; equal questions are shown once.
import * as vscode from 'vscode';
import { errorWords } from '../../tunnels/errors/errors';
import type { HostKeyQuestion, PortQuestion, Question, SecretQuestion } from '../../tunnels/model/prompt';
import { plainText } from '../../views/words/format';
import type { SaveHint } from '../secrets/secretBroker';
import { confirm, pickOne, showMessage, showInput } from './dialogs';

export class PromptQueue {
  /** Settles when the open question is answered; the next one waits for it. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #open = new Map<string, Promise<string | undefined>>();

  /** @returns undefined if the user cancelled */
  ask(question: Question, signal: AbortSignal, saveHint?: SaveHint): Promise<string | undefined> {
    const key = JSON.stringify(question);
    const asked = this.#open.get(key);
    if (asked) {
      return asked;
    }
    const answer = this.#last.then(() => (signal.aborted ? undefined : show(question, signal, saveHint)));
    this.#open.set(key, answer);
    this.#last = answer.catch(() => undefined).finally(() => this.#open.delete(key));
    return answer;
  }
}

/** @returns undefined for "Not Now" and when the message was closed */
export async function offerToSave(question: SecretQuestion): Promise<'save' | 'never' | undefined> {
  const save = 'Save';
  const never = question.kind === 'password' ? 'Never for This Account' : 'Never for This Key';
  const answer = await showMessage(
    'information',
    `Save the ${question.kind} for ${plainText(question.kind === 'password' ? question.who : question.keyFile)} in VS Code's secret storage?`,
    save,
    'Not Now',
    never,
  );
  return answer === save ? 'save' : answer === never ? 'never' : undefined;
}

async function show(
  question: Question,
  signal: AbortSignal,
  saveHint: SaveHint | undefined,
): Promise<string | undefined> {
  switch (question.kind) {
    case 'hostKey':
      return askHostKey(question);
    case 'password':
      return askSecret(`Password for ${question.who}`, promptFor(question, saveHint), signal);
    case 'passphrase':
      return askSecret(`Passphrase for ${question.keyFile}`, promptFor(question, saveHint), signal);
    case 'code':
      return askSecret(
        `${question.who} asks`,
        [question.instruction, question.prompt].map(plainText).filter(Boolean).join(' '),
        signal,
        !question.echo,
      );
    case 'port':
      return askPort(question, signal);
  }
}

function promptFor(question: SecretQuestion, saveHint: SaveHint | undefined): string {
  if (saveHint?.wasRemoved === true) {
    return `The saved ${question.kind} no longer works and was removed.`;
  }
  if (question.attempt > 1) {
    return `Wrong ${question.kind}. Try again.`;
  }
  return [
    ...(question.kind === 'passphrase' ? [`To sign in as ${plainText(question.who)}.`] : []),
    saveHint?.canSave === true ? 'You can save it after signing in.' : "It won't be saved.",
  ].join(' ');
}

async function askHostKey({ host, address, key }: HostKeyQuestion): Promise<string | undefined> {
  const accept = 'Connect and Remember';
  const answer = await confirm(
    `The host key of ${host} is unknown. Is this its key?`,
    [
      `Address: ${plainText(address)}`,
      `Key: ${plainText(key.type)}`,
      `Fingerprint: ${key.fingerprint}`,
      '',
      'Compare the fingerprint with the one from your server administrator. When you connect, the key is saved in your known_hosts file.',
    ].join('\n'),
    accept,
  );
  return answer === accept ? 'yes' : undefined;
}

/** The list closes when the daemon withdraws the question. @returns the port to use this time */
async function askPort(
  { forward, port, error, free }: PortQuestion,
  signal: AbortSignal,
): Promise<string | undefined> {
  const items = [
    ...(free === undefined
      ? []
      : [
          {
            label: `Use ${free} Once`,
            description: 'until you start the tunnel again',
            answer: String(free),
          },
        ]),
    { label: 'Try Again', description: `with port ${port}`, answer: String(port) },
    { label: 'Not Now', description: `"${plainText(forward)}" stays closed`, answer: undefined },
  ];
  const picked = await withdrawable(signal, (token) =>
    pickOne(
      items,
      {
        title: errorWords(error, vscode.l10n).message,
        placeHolder: 'Choose what to do',
        ignoreFocusOut: true,
      },
      token,
    ),
  );
  return picked?.answer;
}

/** The box stays open when the focus moves, and closes when the daemon withdraws the question. */
async function askSecret(
  title: string,
  prompt: string,
  signal: AbortSignal,
  hidden = true,
): Promise<string | undefined> {
  return withdrawable(signal, (token) => showInput({ title, prompt, password: hidden }, token));
}

async function withdrawable<T>(
  signal: AbortSignal,
  open: (token: vscode.CancellationToken) => Thenable<T>,
): Promise<T> {
  const withdrawn = new vscode.CancellationTokenSource();
  const cancel = (): void => withdrawn.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await open(withdrawn.token);
  } finally {
    signal.removeEventListener('abort', cancel);
    withdrawn.dispose();
  }
}
