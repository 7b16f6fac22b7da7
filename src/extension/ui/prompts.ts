// Shows the prompts of tunnels: host keys in a modal dialog, passwords and codes in an input box, ports in a list. One
// prompt at a time; equal prompts are shown once. Each names the host that gets the answer first and in full.
import * as vscode from 'vscode';
import { errorWords } from '../../tunnels/errors/errors';
import { certificateTime, rejectedCertificateWords } from '../../tunnels/errors/ssh/hostKeys/hostCertificate';
import type { RejectedCertificate } from '../../tunnels/errors/ssh/hostKeys/hostCertificate';
import { loadKeychainCommand } from '../../tunnels/errors/shellCommands';
import { accountOf } from '../../tunnels/model/prompt';
import type {
  Again,
  CodeQuestion,
  HostKeyQuestion,
  PortQuestion,
  Question,
  SecretQuestion,
} from '../../tunnels/model/prompt';
import { describeAccount, exactText, shownHost, titleHost } from '../../views/words/exactText';
import { plainText } from '../../views/words/format';
import type { SaveHint, SecretBroker } from '../secrets/secretBroker';
import { confirm, pickOne, showMessage, showInput } from './dialogs';

export class Prompts {
  readonly #secrets: Pick<SecretBroker, 'ask'>;
  readonly #platform: NodeJS.Platform;
  /** Settles when the open prompt is answered; the next one waits for it. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #open = new Map<string, Promise<string | undefined>>();

  /** @param secrets remembers typed passwords and passphrases, to offer to save them */
  constructor(secrets: Pick<SecretBroker, 'ask'>, platform: NodeJS.Platform = process.platform) {
    this.#secrets = secrets;
    this.#platform = platform;
  }

  /** @returns undefined if the user cancelled */
  ask(question: Question, signal: AbortSignal): Promise<string | undefined> {
    const key = JSON.stringify(question);
    const asked = this.#open.get(key);
    if (asked) {
      return asked;
    }
    const answer = this.#last.then(() => (signal.aborted ? undefined : this.#show(question, signal)));
    this.#open.set(key, answer);
    this.#last = answer.catch(() => undefined).finally(() => this.#open.delete(key));
    return answer;
  }

  async #show(question: Question, signal: AbortSignal): Promise<string | undefined> {
    switch (question.kind) {
      case 'hostKey':
        return askHostKey(question, signal);
      case 'password':
      case 'passphrase':
        return this.#secrets.ask(question, signal, (hint) =>
          askSecret(question, signal, hint, this.#platform),
        );
      case 'code':
        return askCode(question, signal);
      case 'port':
        return askPort(question, signal);
    }
  }
}

/**
 * The first button is the one that Enter presses: it copies the fingerprint and asks again, so that nobody accepts a key
 * by pressing Enter.
 */
async function askHostKey(question: HostKeyQuestion, signal: AbortSignal): Promise<string | undefined> {
  const { address, key } = question;
  const copy = vscode.l10n.t('Copy Fingerprint');
  const accept = vscode.l10n.t('Connect and Remember');
  const { host, user } = accountOf(question);
  const message = vscode.l10n.t('{host} has an unknown host key. Is this its key?', {
    host: titleHost(host),
  });
  const detail = [
    describeAccount(host, user),
    vscode.l10n.t('Address: {address}', { address: shownHost(address) }),
    vscode.l10n.t('Name in known_hosts: {name}', { name: shownHost(question.host) }),
    vscode.l10n.t('Key: {type}', { type: plainText(key.type) }),
    vscode.l10n.t('Fingerprint: {fingerprint}', { fingerprint: key.fingerprint }),
    '',
    ...describeContext(question),
    vscode.l10n.t(
      'Compare the fingerprint with the one from your server administrator. When you connect, the key is saved in your known_hosts file.',
    ),
  ].join('\n');
  while (!signal.aborted) {
    const answer = await confirm(message, detail, copy, accept);
    if (answer !== copy) {
      return answer === accept ? 'yes' : undefined;
    }
    await vscode.env.clipboard.writeText(key.fingerprint);
  }
  return undefined;
}

/** What else is known about the host. */
function describeContext({ host, rejected, authority, dns }: HostKeyQuestion): readonly string[] {
  return [
    ...(rejected ? describeCertificate(host, rejected) : []),
    ...(authority
      ? [
          vscode.l10n.t(
            '{file}, line {line}, has a certificate authority for this host, but the host sent no certificate.',
            { file: plainText(authority.file), line: authority.line },
          ),
        ]
      : []),
    ...(dns === true
      ? [vscode.l10n.t('VerifyHostKeyDNS is not used here: the key was not looked up in DNS.')]
      : []),
  ];
}

function describeCertificate(host: string, rejected: RejectedCertificate): readonly string[] {
  const { serial, principals, authority, validAfter, validBefore } = rejected.facts;
  return [
    plainText(rejectedCertificateWords(host, rejected, vscode.l10n)),
    vscode.l10n.t('Certificate: serial {serial}, for {names}', {
      serial,
      names: plainText(principals.join(', ')),
    }),
    vscode.l10n.t('Valid: {from} to {to}', {
      from: validAfter === undefined ? vscode.l10n.t('always') : certificateTime(validAfter),
      to: validBefore === undefined ? vscode.l10n.t('forever') : certificateTime(validBefore),
    }),
    vscode.l10n.t('Signed by: {type} {fingerprint}', {
      type: plainText(authority.type),
      fingerprint: authority.fingerprint,
    }),
    '',
  ];
}

function askSecret(
  question: SecretQuestion,
  signal: AbortSignal,
  saveHint: SaveHint | undefined,
  platform: NodeJS.Platform,
): Promise<string | undefined> {
  const { host, user } = accountOf(question);
  const title =
    question.kind === 'password'
      ? vscode.l10n.t('{host}: password for {user}', { host: titleHost(host), user: exactText(user) })
      : vscode.l10n.t('{host}: passphrase for {keyFile}', {
          host: titleHost(host),
          keyFile: plainText(question.keyFile),
        });
  const text = [promptFor(question, saveHint), ...keychainHint(question, platform)].join(' ');
  return askText(title, promptAbout(question, text), signal, { hidden: true });
}

/** Apple's `ssh -G` doesn't say whether UseKeychain is set. Its keychain items can be read by Apple's programs only. */
function keychainHint(question: SecretQuestion, platform: NodeJS.Platform): readonly string[] {
  return question.kind === 'passphrase' && platform === 'darwin' && !question.again
    ? [
        vscode.l10n.t('If it is in the keychain (UseKeychain), run "{command}" in a terminal instead.', {
          command: loadKeychainCommand,
        }),
      ]
    : [];
}

/** Begins with the host, as a title can be too short for it. @param text a translated text */
function promptAbout(question: SecretQuestion | CodeQuestion, text: string): string {
  const { host, user } = accountOf(question);
  return vscode.l10n.t('{account}. {text}', { account: describeAccount(host, user), text });
}

function promptFor(question: SecretQuestion, saveHint: SaveHint | undefined): string {
  const isPassword = question.kind === 'password';
  if (saveHint?.wasRemoved === true) {
    return withAttempt(
      isPassword
        ? vscode.l10n.t('The saved password no longer works and was removed.')
        : vscode.l10n.t('The saved passphrase no longer works and was removed.'),
      question.again,
    );
  }
  if (question.again) {
    return withAttempt(
      isPassword ? vscode.l10n.t('Wrong password.') : vscode.l10n.t('Wrong passphrase.'),
      question.again,
    );
  }
  return saveHint?.canSave === true
    ? vscode.l10n.t('You can save it after signing in.')
    : vscode.l10n.t("It won't be saved.");
}

function withAttempt(text: string, again: Again | undefined): string {
  if (!again) {
    return text;
  }
  const { attempt, of } = again;
  return vscode.l10n.t('{text} Attempt {attempt} of {of}.', { text, attempt, of });
}

/** The server writes the instruction and the prompt; they are shown as its words, in quotes that they can't end. */
function askCode(question: CodeQuestion, signal: AbortSignal): Promise<string | undefined> {
  const { host, user } = accountOf(question);
  const { instruction, prompt, echo, again } = question;
  const words = [instruction, prompt]
    .map((text) => plainText(text).replaceAll(/[“”]/g, '"'))
    .filter(Boolean)
    .join(' ');
  const title = vscode.l10n.t('{host} asks {user}', { host: titleHost(host), user: exactText(user) });
  const asked = vscode.l10n.t('The server asks: “{words}”', { words });
  const text = again
    ? vscode.l10n.t('{text} {question}', {
        text: withAttempt(vscode.l10n.t('Not accepted.'), again),
        question: asked,
      })
    : asked;
  return askText(title, promptAbout(question, text), signal, { hidden: !echo });
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
            label: vscode.l10n.t('Use {port} Once', { port: free }),
            description: vscode.l10n.t('until you start the tunnel again'),
            answer: String(free),
          },
        ]),
    {
      label: vscode.l10n.t('Try Again'),
      description: vscode.l10n.t('with port {port}', { port }),
      answer: String(port),
    },
    {
      label: vscode.l10n.t('Not Now'),
      description: vscode.l10n.t('"{forward}" stays closed', { forward: plainText(forward) }),
      answer: undefined,
    },
  ];
  const options = {
    title: errorWords(error, vscode.l10n).message,
    placeHolder: vscode.l10n.t('Choose what to do'),
    ignoreFocusOut: true,
  };
  const picked = await withdrawable(signal, (token) => pickOne(items, options, token));
  return picked?.answer;
}

/** @returns undefined for "Not Now" and when the message was closed */
export async function offerToSave(question: SecretQuestion): Promise<'save' | 'never' | undefined> {
  const isPassword = question.kind === 'password';
  const { host, user } = accountOf(question);
  const save = vscode.l10n.t('Save');
  const never = isPassword ? vscode.l10n.t('Never for This Account') : vscode.l10n.t('Never for This Key');
  const answer = await showMessage(
    'information',
    isPassword
      ? vscode.l10n.t("Save the password for {user} on {host} in VS Code's secret storage?", {
          host: shownHost(host),
          user: exactText(user),
        })
      : vscode.l10n.t("Save the passphrase for {keyFile} in VS Code's secret storage?", {
          keyFile: plainText(question.keyFile),
        }),
    save,
    vscode.l10n.t('Not Now'),
    never,
  );
  return answer === save ? 'save' : answer === never ? 'never' : undefined;
}

/** The box stays open when the focus moves, and closes when the daemon withdraws the question. */
function askText(
  title: string,
  prompt: string,
  signal: AbortSignal,
  { hidden }: { readonly hidden: boolean },
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
