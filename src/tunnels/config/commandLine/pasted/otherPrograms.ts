// The programs that people write before ssh, and those that are no ssh: what becomes of each, and what to do instead.
import { deferred as l10n, untranslated } from '../../../util/l10n';
import type { Message } from '../../../util/l10n';

/** A program before ssh. */
export interface Wrapper {
  readonly why: Message;
  /** Whether a tunnel does the same without it. */
  readonly isNeedless: boolean;
}

const inBackground = l10n.t('A tunnel runs in the background.');
const asYou = l10n.t('A tunnel runs as you, with your own keys and SSH config.');
const throughProxy = l10n.t(
  'To connect through a proxy, set a ProxyCommand in a Host block of your ~/.ssh/config.',
);
const sameAsWithout = l10n.t('A tunnel uses only the ssh command.');

function entries<T>(names: string, value: T): (readonly [string, T])[] {
  return names.split(' ').map((name) => [name, value]);
}

export const wrappers: ReadonlyMap<string, Wrapper> = new Map([
  ...entries(untranslated`nohup setsid screen tmux daemon daemonize start systemd-run disown`, {
    why: inBackground,
    isNeedless: true,
  }),
  ...entries(
    untranslated`exec time command builtin nice ionice stdbuf unbuffer caffeinate winpty cmd bash sh zsh xterm watch call chronic noglob kitten kitty wt alacritty konsole mintty wezterm gnome-terminal x-terminal-emulator`,
    { why: sameAsWithout, isNeedless: true },
  ),
  ...entries(untranslated`sudo doas su runas gosu`, { why: asYou, isNeedless: false }),
  ...entries(untranslated`env`, { why: l10n.t("Variables can't be set for a tunnel."), isNeedless: false }),
  ...entries(untranslated`sshpass`, {
    why: l10n.t(
      "You are asked for the password when the tunnel connects, and can save it in VS Code's secret storage.",
    ),
    isNeedless: false,
  }),
  ...entries(untranslated`proxychains proxychains4 torsocks torify tsocks proxytunnel`, {
    why: throughProxy,
    isNeedless: false,
  }),
  ...entries(untranslated`wsl`, {
    why: l10n.t("The ssh of this machine is used, with this machine's SSH config."),
    isNeedless: false,
  }),
  ...entries(untranslated`timeout`, {
    why: l10n.t('A tunnel stays open until you stop it.'),
    isNeedless: false,
  }),
]);

/** Words of a shell before a command. */
export const reservedWords: ReadonlySet<string> = new Set(
  untranslated`if then else elif while until do ! {`.split(' '),
);

/** What ends a shell's block, a line by itself. */
export const blockEnds = /^(done|fi|esac|\}|then|do|else|true|:|exit|wait)$/;

const copiesFiles = l10n.t('It copies files; use an ssh command line with the same host instead.');
const ownTunnel = l10n.t('It opens tunnels of its own, without ssh; run it in a terminal or a task.');

/** Programs whose command line is none of ssh, though the word may be in it. */
export const noSsh: ReadonlyMap<string, Message> = new Map([
  ...entries(untranslated`scp sftp rsync sshfs`, copiesFiles),
  ...entries(
    untranslated`mosh et`,
    l10n.t('It forwards no ports; use an ssh command line with the same host instead.'),
  ),
  ...entries(
    untranslated`telnet ssh-copy-id ssh-add ssh-agent ssh-keygen ssh-keyscan dbclient`,
    l10n.t('Its options differ from those of ssh; use an ssh command line instead.'),
  ),
  ...entries(untranslated`kubectl oc k9s ngrok chisel boundary socat cloudflared frpc`, ownTunnel),
  ...entries(
    untranslated`gcloud`,
    l10n.t(
      'Run "gcloud compute config-ssh" and use the alias that it writes, or add --dry-run to the command and paste what it prints.',
    ),
  ),
  ...entries(
    untranslated`aws`,
    l10n.t(
      'Set the session of AWS Systems Manager as the ProxyCommand of a Host block in your ~/.ssh/config, and use that alias.',
    ),
  ),
  ...entries(untranslated`az`, l10n.t('Run "az ssh config" and use the alias that it writes.')),
  ...entries(untranslated`gh`, l10n.t('Run "gh codespace ssh --config" and use the alias that it prints.')),
  ...entries(untranslated`vagrant`, l10n.t('Run "vagrant ssh-config" and use the alias that it prints.')),
  ...entries(untranslated`limactl`, l10n.t('Run "limactl show-ssh" and use what it prints.')),
  ...entries(untranslated`tsh`, l10n.t('Run "tsh config" and use the alias that it prints.')),
  ...entries(untranslated`coder`, l10n.t('Run "coder config-ssh" and use the alias that it writes.')),
  ...entries(
    untranslated`sshuttle vncviewer corkscrew xfreerdp rdesktop start-process psql mysql mongosh curl wget git nc ncat dig ping`,
    l10n.t('Only ssh commands are supported; begin with "ssh".'),
  ),
  ...entries(
    untranslated`docker podman docker-compose eb fly flyctl heroku doctl ibmcloud oci minikube multipass lxc nomad`,
    l10n.t('It is a program of its own; use an ssh command line to the machine instead.'),
  ),
]);
