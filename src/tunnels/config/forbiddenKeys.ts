// What can't be said in a tunnel, because a workspace must not say it for a user, and where it belongs.

const secret =
  'no secret ever stands in a setting; it is asked for and kept in the secret storage of VS Code, or use a key that the SSH agent holds';
const keyFile =
  'which key to use belongs in a Host block of your ~/.ssh/config (IdentityFile), or in the SSH agent';
const program =
  'a program to run belongs in a Host block of your ~/.ssh/config, where no workspace can write it';
const sshConfig = 'it belongs in a Host block of your ~/.ssh/config';
const inHost = 'write it in "host", as in "me@example.org:2222", or in a Host block of your ~/.ssh/config';
const x11 = 'name the programs to show in "x11Programs"';

function userSetting(name: string): string {
  return `it belongs in your own user setting sshTunnels.${name}, or in your ~/.ssh/config`;
}

function entries(keys: string, sentence: string): (readonly [string, string])[] {
  return keys.split(' ').map((key) => [key, sentence]);
}

/** Keywords of ssh_config(5) that no group above it says more about. */
const otherKeywords =
  'addkeystoagent addressfamily batchmode bindinterface canonicaldomains canonicalizefallbacklocal ' +
  'canonicalizehostname canonicalizemaxdots canonicalizepermittedcnames casignaturealgorithms ' +
  'challengeresponseauthentication channeltimeout checkhostip ciphers clearallforwardings ' +
  'connectionattempts controlmaster controlpath controlpersist enableescapecommandline enablesshkeysign ' +
  'escapechar fingerprinthash forkafterauthentication globalknownhostsfile gssapiauthentication ' +
  'gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange ' +
  'gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hashknownhosts host ' +
  'hostbasedacceptedalgorithms hostbasedauthentication hostbasedkeytypes hostkeyalgorithms hostkeyalias ' +
  'identitiesonly ignoreunknown include ipqos kbdinteractiveauthentication kbdinteractivedevices ' +
  'kexalgorithms loglevel logverbose macs match nohostauthenticationforlocalhost ' +
  'numberofpasswordprompts obscurekeystroketiming options passwordauthentication permitremoteopen ' +
  'preferredauthentications proxyusefdpass pubkeyacceptedalgorithms pubkeyacceptedkeytypes ' +
  'pubkeyauthentication refuseconnection rekeylimit requesttty requiredrsasize revokedhostkeys sendenv ' +
  'sessiontype setenv sshoptions stdinnull streamlocalbindmask streamlocalbindunlink syslogfacility tag ' +
  'tcpkeepalive tunnel tunneldevice updatehostkeys usekeychain verifyhostkeydns versionaddendum ' +
  'visualhostkey warnweakcrypto xauthlocation';

/** By the key in small letters, without `-` and `_`. */
const places: ReadonlyMap<string, string> = new Map([
  ...entries(otherKeywords, sshConfig),
  ...entries('password passwd pass pwd passphrase secret token otp totp passcode pin', secret),
  ...entries(
    'identityfile identity privatekey privatekeyfile privatekeypath sshkey key keyfile keypath',
    keyFile,
  ),
  ...entries('certificatefile certificate pkcs11provider smartcarddevice securitykeyprovider', keyFile),
  ...entries('proxycommand localcommand permitlocalcommand remotecommand knownhostscommand', program),
  ...entries('stricthostkeychecking hostkeychecking', userSetting('strictHostKeyChecking')),
  ...entries('userknownhostsfile knownhosts knownhostsfile', userSetting('userKnownHostsFile')),
  ...entries('identityagent agent agentpath agentsocket sshauthsock', userSetting('identityAgent')),
  ...entries('sshconfigfile configfile config', userSetting('sshConfigFile')),
  ...entries('user username login port hostname', inHost),
  ...entries('forwardx11 forwardx11trusted forwardx11timeout x11', x11),
  ...entries(
    'gatewayports bindaddress',
    'write the address to listen on in the forward, as in "*:8080:localhost:80"',
  ),
  ...entries('forwardagent agentforwarding', 'a tunnel never forwards the SSH agent'),
  ...entries(
    'disabled enabled',
    'write "autoStart": false, or turn it off for yourself in sshTunnels.overrides',
  ),
]);

/** Keywords, in small letters, that say something of one host where they stand in its Host block. */
export const hostBlockKeywords: ReadonlySet<string> = new Set(
  (
    `${otherKeywords} bindaddress certificatefile hostname identityagent identityfile knownhostscommand localcommand ` +
    'permitlocalcommand pkcs11provider proxycommand remotecommand securitykeyprovider stricthostkeychecking userknownhostsfile'
  )
    .split(' ')
    .filter((keyword) => !/^(host|include|match)$/.test(keyword)),
);

/** A clause that says where it belongs; undefined: it isn't known from elsewhere either. */
export function elsewhere(plainKey: string): string | undefined {
  return places.get(plainKey);
}
