// The TCP ports of well-known services, by the names that ssh accepts in place of a port: a2port() in OpenSSH's misc.c
// asks the system, whose list differs between machines. These are the registered ones (IANA) that people forward.

const list =
  'ftp 21,ssh 22,telnet 23,smtp 25,domain 53,http 80,www 80,kerberos 88,pop3 110,sunrpc 111,nntp 119,ntp 123,imap 143,' +
  'imap2 143,snmp 161,ldap 389,https 443,microsoft-ds 445,submissions 465,submission 587,ipp 631,ldaps 636,rsync 873,' +
  'imaps 993,pop3s 995,socks 1080,ms-sql-s 1433,ms-sql-m 1434,mqtt 1883,nfs 2049,docker 2375,docker-s 2376,' +
  'etcd-client 2379,mysql 3306,ms-wbt-server 3389,svn 3690,epmd 4369,sip 5060,xmpp-client 5222,postgresql 5432,amqps 5671,' +
  'amqp 5672,rfb 5900,vnc-server 5900,x11 6000,redis 6379,http-alt 8080,webcache 8080,secure-mqtt 8883,zabbix-agent 10050';

const ports: ReadonlyMap<string, number> = new Map(
  list.split(',').map((entry) => {
    const [name = '', port = ''] = entry.split(' ');
    return [name, Number(port)];
  }),
);

export function servicePort(name: string): number | undefined {
  return ports.get(name);
}
