// ssh_config blocks as tools write them, shortened. Without BatchMode, with which Debian's ssh has a keep-alive.

/** `DIR` is a folder of the test. */
export const configsOfTools: readonly (readonly [tool: string, config: string, host: string])[] = [
  [
    'Coder',
    `# ------------START-CODER-----------
Host coder.*
\tConnectTimeout=0
\tStrictHostKeyChecking=no
\tUserKnownHostsFile=/dev/null
\tLogLevel ERROR
\tProxyCommand "/opt/coder/bin/coder" --global-config "/home/me/.config/coderv2" ssh --stdio --ssh-host-prefix coder. %h

Host *.coder
\tConnectTimeout=0
\tUserKnownHostsFile=/dev/null

Match host *.coder !exec "test -e '/nowhere/coder' # %h"
\tProxyCommand "/opt/coder/bin/coder" ssh --stdio --hostname-suffix coder %h
# ------------END-CODER------------`,
    'dev.coder',
  ],
  [
    'Teleport',
    `# Begin generated Teleport configuration
Host *.example.org proxy.example.org
    UserKnownHostsFile "/home/me/.tsh/known_hosts"
    IdentityFile "/home/me/.tsh/keys/proxy.example.org/me"
    CertificateFile "/home/me/.tsh/keys/proxy.example.org/me-ssh/example.org-cert.pub"
    HostKeyAlgorithms rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com
Host *.example.org !proxy.example.org
    Port 3022
    ProxyCommand "/usr/local/bin/tsh" proxy ssh --cluster=example.org --proxy=proxy.example.org:443 %r@%h:%p`,
    'node1.example.org',
  ],
  [
    'Lima and Colima',
    `Host lima-default
  IdentityFile "/Users/me/.lima/_config/user"
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  NoHostAuthenticationForLocalhost yes
  GSSAPIAuthentication no
  PreferredAuthentications publickey
  Compression no
  IdentitiesOnly yes
  Ciphers "^aes128-gcm@openssh.com,aes256-gcm@openssh.com"
  User me
  ControlMaster auto
  ControlPath "/Users/me/.lima/default/ssh.sock"
  ControlPersist yes
  Hostname 127.0.0.1
  Port 60022`,
    'lima-default',
  ],
  [
    'OrbStack',
    `Include DIR/conf.d/[0-9]*
Host orb
  Hostname 127.0.0.1
  Port 32222
  User default
  IdentityFile ~/.orbstack/ssh/id_ed25519
  ProxyCommand '/Applications/OrbStack.app/Contents/Frameworks/OrbStack Helper.app/Contents/MacOS/OrbStack Helper' ssh-proxy-fdpass 501
  ProxyUseFdpass yes`,
    'orb',
  ],
  [
    'gcloud',
    `# Google Compute Engine Section
Host vm-1.europe-west1-b.project
    HostName 192.0.2.7
    IdentityFile /home/me/.ssh/google_compute_engine
    UserKnownHostsFile=/home/me/.ssh/google_compute_known_hosts
    HostKeyAlias=compute.1234567890
    IdentitiesOnly=yes
    CheckHostIP=no
    ProxyCommand /usr/bin/python3 -S -W ignore /usr/lib/google-cloud-sdk/lib/gcloud.py compute start-iap-tunnel vm-1 %p --listen-on-stdin --verbosity=warning
    ProxyUseFdpass=no`,
    'vm-1.europe-west1-b.project',
  ],
  [
    'AWS Session Manager',
    `Host i-* mi-*
    ProxyCommand sh -c "aws ssm start-session --target %h --document-name AWS-StartSSHSession --parameters 'portNumber=%p'"
    User ec2-user`,
    'i-0123456789abcdef0',
  ],
  [
    '1Password, with accounts of a Git server',
    `Host github-work
\tHostName github.com
\tUser git
\tIdentityFile ~/.ssh/work.pub
\tIdentitiesOnly yes
Host *
\tIdentityAgent "~/Library/Group Containers/2BUA8C4S2C.com.1password/t/agent.sock"`,
    'github-work',
  ],
  [
    'Vagrant',
    `Host default
  HostName 127.0.0.1
  User vagrant
  Port 2222
  UserKnownHostsFile /dev/null
  StrictHostKeyChecking no
  PasswordAuthentication no
  IdentityFile "/home/me/my project/.vagrant/machines/default/virtualbox/private_key"
  IdentitiesOnly yes
  LogLevel FATAL
  PubkeyAcceptedKeyTypes +ssh-rsa
  HostKeyAlgorithms +ssh-rsa`,
    'default',
  ],
  [
    'a person who moved from PuTTY, with CR LF',
    'Host  web\r\n\tHostName=web.example.org\r\n\tPort = 2222\r\n\tUser DOMAIN\\me\r\n\tIdentityFile "C:\\Users\\me\\keys\\web.ppk"\r\n\tServerAliveInterval 1m\r\n\r\nHost *.example.org\r\n\tUser nobody\r\n',
    'web',
  ],
];
