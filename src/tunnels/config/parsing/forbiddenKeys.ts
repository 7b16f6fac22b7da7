// Properties that a tunnel can't have, because a workspace must not decide them for a user, and where they belong.
import { deferred as l10n, untranslated } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import type { Shown } from '../../util/shown';

const secret = l10n.t(
  "Passwords can't be stored in settings; you are asked for them and can save them in VS Code's secret storage, or use a key in the SSH agent.",
);
const keyFile = l10n.t(
  'Set the key in a Host block of your ~/.ssh/config (IdentityFile), or load it into the SSH agent.',
);
const program = l10n.t(
  'Commands belong in a Host block of your ~/.ssh/config, which no workspace can change.',
);
export const inHostBlock = l10n.t('It belongs in a Host block of your ~/.ssh/config.');
const inHost = l10n.t(
  'Write it in "host", as in "me@example.org:2222", or in a Host block of your ~/.ssh/config.',
);
const x11 = l10n.t('List the programs in "x11Programs".');
export const neverForwardsAgent = l10n.t('A tunnel never forwards the SSH agent.');

function userSetting(name: Shown): Message {
  return l10n.t('It belongs in your user setting {setting}, or in your ~/.ssh/config.', {
    setting: untranslated`sshTunnels.${name}`,
  });
}

function entries(keys: string, sentence: Message): (readonly [string, Message])[] {
  return keys.split(/\s+/).map((key) => [key, sentence]);
}

/** Keywords of ssh_config(5) without more specific advice. */
const otherKeywords = untranslated`
  addkeystoagent addressfamily batchmode bindinterface canonicaldomains canonicalizefallbacklocal
  canonicalizehostname canonicalizemaxdots canonicalizepermittedcnames casignaturealgorithms
  challengeresponseauthentication channeltimeout checkhostip ciphers clearallforwardings connectionattempts
  controlmaster controlpath controlpersist enableescapecommandline enablesshkeysign escapechar
  fingerprinthash forkafterauthentication globalknownhostsfile gssapiauthentication gssapiclientidentity
  gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange gssapirenewalforcesrekey
  gssapiserveridentity gssapitrustdns hashknownhosts host hostbasedacceptedalgorithms
  hostbasedauthentication hostbasedkeytypes hostkeyalgorithms hostkeyalias identitiesonly ignoreunknown
  include ipqos kbdinteractiveauthentication kbdinteractivedevices kexalgorithms loglevel logverbose macs
  match nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming options
  passwordauthentication permitremoteopen preferredauthentications proxyusefdpass pubkeyacceptedalgorithms
  pubkeyacceptedkeytypes pubkeyauthentication refuseconnection rekeylimit requesttty requiredrsasize
  revokedhostkeys sendenv sessiontype setenv sshoptions stdinnull streamlocalbindmask streamlocalbindunlink
  syslogfacility tag tcpkeepalive tunnel tunneldevice updatehostkeys usekeychain verifyhostkeydns
  versionaddendum visualhostkey warnweakcrypto xauthlocation
`.trim();

/** Where a property belongs, by its name in lower case without `-` and `_`. */
const advice: ReadonlyMap<string, Message> = new Map([
  ...entries(otherKeywords, inHostBlock),
  ...entries(untranslated`password passwd pass pwd passphrase secret token otp totp passcode pin`, secret),
  ...entries(
    untranslated`identityfile identity privatekey privatekeyfile privatekeypath sshkey key keyfile keypath`,
    keyFile,
  ),
  ...entries(
    untranslated`certificatefile certificate pkcs11provider smartcarddevice securitykeyprovider`,
    keyFile,
  ),
  ...entries(
    untranslated`proxycommand localcommand permitlocalcommand remotecommand knownhostscommand`,
    program,
  ),
  ...entries(
    untranslated`stricthostkeychecking hostkeychecking`,
    userSetting(untranslated`strictHostKeyChecking`),
  ),
  ...entries(
    untranslated`userknownhostsfile knownhosts knownhostsfile`,
    userSetting(untranslated`userKnownHostsFile`),
  ),
  ...entries(
    untranslated`identityagent agent agentpath agentsocket sshauthsock`,
    userSetting(untranslated`identityAgent`),
  ),
  ...entries(untranslated`sshconfigfile configfile config`, userSetting(untranslated`sshConfigFile`)),
  ...entries(untranslated`user username login port hostname`, inHost),
  ...entries(untranslated`forwardx11 forwardx11trusted forwardx11timeout x11`, x11),
  ...entries(
    untranslated`gatewayports bindaddress`,
    l10n.t('Write the address to listen on in the forward, as in "*:8080:localhost:80".'),
  ),
  ...entries(untranslated`forwardagent agentforwarding`, neverForwardsAgent),
  ...entries(
    untranslated`disabled enabled`,
    l10n.t('Use "autoStart": false, or disable the tunnel for yourself in sshTunnels.overrides.'),
  ),
]);

/** Keywords, in lower case, that configure a single host in a Host block. */
export const hostBlockKeywords: ReadonlySet<string> = new Set(
  (
    `${otherKeywords} bindaddress certificatefile hostname identityagent identityfile knownhostscommand localcommand ` +
    'permitlocalcommand pkcs11provider proxycommand remotecommand securitykeyprovider stricthostkeychecking userknownhostsfile'
  )
    .split(/\s+/)
    .filter((keyword) => !/^(host|include|match)$/.test(keyword)),
);

/** Where a property belongs, as a sentence; undefined: the name is not known. @param plainKey lower case, no `-` or `_` */
export function forbiddenKeyAdvice(plainKey: string): Message | undefined {
  return advice.get(plainKey);
}
