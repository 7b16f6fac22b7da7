// Errors when the server and this machine have no algorithm in common, or when its host key is too short.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { here, onServer, reported } from '../explanation';
import type { Circumstances, ErrorWords, Reported, Step, TextsByCode } from '../explanation';
import { aliasOf, sshArguments, sshdConfig } from '../shellCommands';

export type AlgorithmError = Reported & NoCommonAlgorithm;

type NoCommonAlgorithm = { readonly code: 'NoCommonAlgorithm'; readonly host: string } & (
  | { readonly reason: 'unknown' }
  /** Its host key is an RSA key that RequiredRSASize doesn't allow. */
  | { readonly reason: 'hostKeyTooShort'; readonly bits: number; readonly minimum: number }
  | ({ readonly reason: 'server' } & Mismatch)
  | ({ readonly reason: 'config' } & UnsupportedList)
);

/** ssh_config allows only `names`, of which none is supported here. */
export interface UnsupportedList {
  readonly keyword: AlgorithmKeyword;
  readonly names: readonly string[];
  /** One that is supported here, and by every current server. */
  readonly common: string;
}

/** The lists of algorithms, the same in ssh_config(5) and in sshd_config(5). */
export type AlgorithmKeyword = 'KexAlgorithms' | 'HostKeyAlgorithms' | 'Ciphers' | 'MACs';

/** A list in which the two sides have nothing in common. */
export interface Mismatch {
  readonly keyword: AlgorithmKeyword;
  /** The first that the server offers, and how many more: its list may be long. */
  readonly theirs: readonly string[];
  readonly more: number;
  /**
   * Whose list is too short, and what to add to it:
   * - here: our default list lacks one of `theirs` that is supported;
   * - config: so does the list in ssh_config;
   * - server: none of `theirs` is supported here. ssh itself may support them;
   * - runtime: the same, because the editor's build of Node can't do `lacking`, which one of them needs.
   */
  readonly add:
    | { readonly side: 'here' | 'config' | 'server'; readonly algorithm: string }
    | { readonly side: 'runtime'; readonly algorithm: string; readonly lacking: string };
}

export function noCommonAlgorithm(
  host: string,
  detail?: string,
  cause?: Mismatch | UnsupportedList,
): AlgorithmError {
  const code = 'NoCommonAlgorithm';
  if (!cause) {
    return { code, reason: 'unknown', host, ...reported(detail) };
  }
  return 'theirs' in cause
    ? { code, reason: 'server', host, ...cause, ...reported(detail) }
    : { code, reason: 'config', host, ...cause, ...reported(detail) };
}

export function hostKeyTooShort(host: string, bits: number, minimum: number): AlgorithmError {
  return { code: 'NoCommonAlgorithm', reason: 'hostKeyTooShort', host, bits, minimum };
}

export const algorithmTexts: TextsByCode<AlgorithmError> = {
  NoCommonAlgorithm: {
    words: algorithmWords,
    explain: (error, circumstances, l10n) => {
      const { host } = error;
      if (error.reason === 'hostKeyTooShort') {
        const steps = [
          onServer(
            l10n.t('Ask the administrator of {host} for a new host key. This command creates one:', { host }),
            untranslated`sudo ssh-keygen -A`,
          ),
        ];
        return { steps, actions: ['tryAgain'] };
      }
      const compare = here(
        l10n.t('Compare what each side offers, in the lines that contain "kex":'),
        untranslated`ssh -vv ${sshArguments(circumstances, host)}`,
      );
      const update = onServer(l10n.t('Better: update the SSH server of {host}.', { host }));
      const isOursToFix =
        error.reason === 'config' || (error.reason === 'server' && /config|runtime/.test(error.add.side));
      return {
        steps: [
          ...allowSteps(error, circumstances, l10n),
          compare,
          // Of a server that offers current algorithms, nothing is out of date.
          ...(isOursToFix ? [] : [update]),
        ],
        actions: ['openSshConfig', 'tryAgain', 'showLog'],
      };
    },
  },
};

function algorithmWords(error: NoCommonAlgorithm, l10n: Localizer): ErrorWords {
  const { host } = error;
  switch (error.reason) {
    case 'unknown':
      return {
        message: l10n.t('{host} and this machine have no algorithm in common.', { host }),
        nextStep: l10n.t(
          'Ask the administrator to update the server, or allow another algorithm in your SSH config.',
        ),
      };
    case 'hostKeyTooShort':
      return {
        message: l10n.t(
          'The host key of {host} is an RSA key of {bits} bits, and at least {minimum} are required, so it is not accepted.',
          { host, bits: error.bits, minimum: error.minimum },
        ),
        nextStep: l10n.t('Ask the administrator of the server for a new host key.'),
      };
    case 'config': {
      const { keyword, common } = error;
      const shown = error.names.slice(0, 3);
      const names = listOf(shown, error.names.length - shown.length, l10n);
      return {
        message: l10n.t('{keyword} for {host} contains no supported algorithm: {names}.', {
          keyword,
          host,
          names,
        }),
        nextStep: l10n.t('Add a supported one, such as {common}, to {keyword} in your SSH config.', {
          common,
          keyword,
        }),
      };
    }
    case 'server': {
      const { keyword } = error;
      const { algorithm } = error.add;
      return {
        message: mismatchMessage(error, l10n),
        nextStep:
          error.add.side === 'runtime'
            ? l10n.t(
                "Ask the administrator to add another one, such as {algorithm}, to {keyword} in the server's sshd_config: {lacking} isn't available in this build of the editor.",
                { lacking: error.add.lacking, algorithm, keyword },
              )
            : nextStepFor[error.add.side](keyword, algorithm, l10n),
      };
    }
  }
}

const nextStepFor: Readonly<
  Record<
    Exclude<Mismatch['add']['side'], 'runtime'>,
    (keyword: string, algorithm: string, l10n: Localizer) => string
  >
> = {
  here: (keyword, algorithm, l10n) =>
    l10n.t(
      'Add "{line}" to the Host block in your SSH config, or ask the administrator to update the server.',
      { line: `${keyword} +${algorithm}` },
    ),
  config: (keyword, algorithm, l10n) =>
    l10n.t('Add {algorithm} to {keyword} in your SSH config, or remove that line.', { algorithm, keyword }),
  server: (keyword, algorithm, l10n) =>
    l10n.t(
      "Ask the administrator to add one that SSH Tunnels supports, such as {algorithm}, to {keyword} in the server's sshd_config; ssh itself may support others.",
      { algorithm, keyword },
    ),
};

function mismatchMessage(
  { host, keyword, theirs, more, add }: { host: string } & Mismatch,
  l10n: Localizer,
): string {
  const facts = { host, names: listOf(theirs, more, l10n) };
  if (add.side === 'config') {
    return l10n.t(
      '{keyword} in your SSH config and {host} have no algorithm in common that is supported here: the server offers only {names}.',
      { ...facts, keyword },
    );
  }
  switch (keyword) {
    case 'KexAlgorithms':
      return l10n.t(
        '{host} and this machine have no key exchange in common: the server offers only {names}.',
        facts,
      );
    case 'HostKeyAlgorithms':
      return l10n.t(
        '{host} and this machine have no host key type in common: the server offers only {names}.',
        facts,
      );
    case 'Ciphers':
      return l10n.t(
        '{host} and this machine have no cipher in common: the server offers only {names}.',
        facts,
      );
    case 'MACs':
      return l10n.t('{host} and this machine have no MAC in common: the server offers only {names}.', facts);
  }
}

function listOf(names: readonly string[], more: number, l10n: Localizer): string {
  const shown = names.join(', ') || l10n.t('none');
  return more > 0 ? l10n.t('{names} and {count} more', { names: shown, count: more }) : shown;
}

function allowSteps(
  error: Exclude<NoCommonAlgorithm, { reason: 'hostKeyTooShort' }>,
  circumstances: Circumstances,
  l10n: Localizer,
): readonly Step[] {
  const alias = aliasOf(circumstances, error.host);
  if (error.reason === 'config' || (error.reason === 'server' && error.add.side === 'config')) {
    const { keyword } = error;
    return [
      here(
        l10n.t(
          'Add {algorithm} to {keyword} in your SSH config. This shows the list that applies to {host}:',
          {
            algorithm: error.reason === 'config' ? error.common : error.add.algorithm,
            keyword,
            host: alias,
          },
        ),
        untranslated`ssh -G ${sshArguments(circumstances, error.host)}`,
      ),
    ];
  }
  if (error.reason === 'server' && (error.add.side === 'server' || error.add.side === 'runtime')) {
    return sshdConfig(
      l10n.t('Allow a supported one in /etc/ssh/sshd_config of {host}:', { host: error.host }),
      `${error.keyword} +${error.add.algorithm}`,
      l10n,
    );
  }
  if (error.reason === 'unknown') {
    return [
      here(
        l10n.t(
          "Allow one of the server's algorithms in a Host block of your SSH config. For an old server with an RSA key:",
        ),
        untranslated`Host ${alias}\n    HostKeyAlgorithms +ssh-rsa\n    PubkeyAcceptedAlgorithms +ssh-rsa`,
      ),
    ];
  }
  return [
    here(
      l10n.t('Allow another algorithm in a Host block of your SSH config:'),
      untranslated`Host ${alias}\n    ${error.keyword} +${error.add.algorithm}`,
    ),
  ];
}
