// Asks the person: host keys in a modal, passwords and codes in a box, ports in a list; one question at a time, the same
// one once.
import * as vscode from 'vscode';
import type { HostKeyQuestion, PortQuestion, Question, SecretQuestion } from '../../tunnels/model/prompt';
import { plainText } from '../../views/words/format';
import type { Outlook } from '../secrets/secretBroker';
import { askYesNo, pickOne, tell, typeIn } from './dialogs';

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
  const answer = await tell(
    'information',
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
    case 'port':
      return askPort(question, signal);
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
  const answer = await askYesNo(
    `The host key of ${host} is not known. Is this its key?`,
    [
      `Address: ${plainText(address)}`,
      `Key: ${plainText(key.type)}`,
      `Fingerprint: ${key.fingerprint}`,
      '',
      'Compare the fingerprint with the one that the administrator of the server gave you. The key is then kept in your known_hosts file.',
    ].join('\n'),
    accept,
  );
  return answer === accept ? 'yes' : undefined;
}

/** The list closes when the question is withdrawn. @returns the port to take this time */
async function askPort(
  { forward, port, message, free }: PortQuestion,
  signal: AbortSignal,
): Promise<string | undefined> {
  const items = [
    ...(free === undefined
      ? []
      : [
          {
            label: `Use ${free} Once`,
            description: 'until the tunnel is started again',
            answer: String(free),
          },
        ]),
    { label: 'Try Again', description: `with ${port}`, answer: String(port) },
    { label: 'Not Now', description: `"${plainText(forward)}" stays closed`, answer: undefined },
  ];
  const picked = await withdrawable(signal, (token) =>
    pickOne(items, { title: message, placeHolder: 'What now?', ignoreFocusOut: true }, token),
  );
  return picked?.answer;
}

/** The box stays when the focus moves, and closes when the question is withdrawn. */
async function askSecret(
  title: string,
  prompt: string,
  signal: AbortSignal,
  hidden = true,
): Promise<string | undefined> {
  return withdrawable(signal, (token) => typeIn({ title, prompt, password: hidden }, token));
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
