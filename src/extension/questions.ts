// Asks the person: host keys in a modal, passwords and codes in a box; one question at a time, the same one once.
import * as vscode from 'vscode';
import type { HostKeyQuestion, Question, SecretQuestion } from '../tunnels/model/question';
import { plainText } from '../views/format';
import type { Outlook } from './secrets';

export class Questions {
  /** The one that is open; the next waits for it. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #open = new Map<string, Promise<string | undefined>>();

  /** @returns undefined when it was cancelled */
  ask(question: Question, signal: AbortSignal, outlook?: Outlook): Promise<string | undefined> {
    const key = JSON.stringify(question);
    const asked = this.#open.get(key);
    if (asked) {
      return asked;
    }
    const answer = this.#last.then(() => (signal.aborted ? undefined : show(question, signal, outlook)));
    this.#open.set(key, answer);
    this.#last = answer.catch(() => undefined).finally(() => this.#open.delete(key));
    return answer;
  }
}

/** @returns undefined for "not now", and when it was closed */
export async function offerToKeep(question: SecretQuestion): Promise<'keep' | 'never' | undefined> {
  const keep = 'Keep';
  const never = question.kind === 'password' ? 'Never for This Account' : 'Never for This Key';
  const answer = await vscode.window.showInformationMessage(
    `Keep the ${question.kind} of ${plainText(question.kind === 'password' ? question.who : question.keyFile)}? It worked, and would be kept in VS Code's secret storage.`,
    keep,
    'Not Now',
    never,
  );
  return answer === keep ? 'keep' : answer === never ? 'never' : undefined;
}

async function show(
  question: Question,
  signal: AbortSignal,
  outlook: Outlook | undefined,
): Promise<string | undefined> {
  switch (question.kind) {
    case 'hostKey':
      return askHostKey(question);
    case 'password':
      return askSecret(`Password of ${question.who}`, promptFor(question, outlook), signal);
    case 'passphrase':
      return askSecret(`Passphrase of ${question.keyFile}`, promptFor(question, outlook), signal);
    case 'code':
      return askSecret(
        `${question.who} asks`,
        [question.instruction, question.prompt].map(plainText).filter(Boolean).join(' '),
        signal,
        !question.echo,
      );
  }
}

function promptFor(question: SecretQuestion, outlook: Outlook | undefined): string {
  if (outlook?.dropped === true) {
    return `The ${question.kind} that was kept does not work any longer, and was removed.`;
  }
  if (question.attempt > 1) {
    return 'That was not right. Try again.';
  }
  return [
    ...(question.kind === 'passphrase' ? [`To log in as ${plainText(question.who)}.`] : []),
    outlook?.offered === true ? 'You will be asked whether to keep it.' : 'It is not kept.',
  ].join(' ');
}

async function askHostKey({ host, address, key }: HostKeyQuestion): Promise<string | undefined> {
  const accept = 'Connect and Remember';
  const answer = await vscode.window.showWarningMessage(
    `The host key of ${plainText(host)} is not known. Is this its key?`,
    {
      modal: true,
      detail: [
        `Address: ${plainText(address)}`,
        `Key: ${plainText(key.type)}`,
        `Fingerprint: ${key.fingerprint}`,
        '',
        'Compare the fingerprint with the one that the administrator of the server gave you. The key is then kept in your known_hosts file.',
      ].join('\n'),
    },
    accept,
  );
  return answer === accept ? 'yes' : undefined;
}

/** The box stays when the focus moves, and closes when the question is withdrawn. */
async function askSecret(
  title: string,
  prompt: string,
  signal: AbortSignal,
  hidden = true,
): Promise<string | undefined> {
  const withdrawn = new vscode.CancellationTokenSource();
  const cancel = (): void => withdrawn.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await vscode.window.showInputBox(
      { title: plainText(title), prompt, password: hidden, ignoreFocusOut: true },
      withdrawn.token,
    );
  } finally {
    signal.removeEventListener('abort', cancel);
    withdrawn.dispose();
  }
}
