// Services that are common today: their names and connection strings. Their ports are in IANA's list; here are only
// ports that are widely used without being registered.

export interface Service {
  readonly name: string;
  /** The scheme of its web page, if it has one. */
  readonly web?: 'http' | 'https';
  /** A connection string, with `*` for the address; undefined if its clients have no common form. */
  readonly url?: string;
}

export interface KnownService extends Service {
  /** The values of a forward's `protocol` that mean it, including its name in IANA's list. */
  readonly ids: readonly string[];
  /** In addition to IANA's list. They win over a service that the list has for the same port. */
  readonly ports?: readonly number[];
}

const databases: readonly KnownService[] = [
  { ids: ['postgresql', 'postgres', 'pg'], name: 'PostgreSQL', url: 'postgresql://*/' },
  { ids: ['pgbouncer'], name: 'PgBouncer', url: 'postgresql://*/' },
  { ids: ['cockroach', 'cockroachdb'], name: 'CockroachDB', url: 'postgresql://*/' },
  { ids: ['mysql'], name: 'MySQL', url: 'mysql://*/' },
  { ids: ['mysqlx'], name: 'MySQL X Protocol', url: 'mysqlx://*/' },
  { ids: ['mariadb'], name: 'MariaDB', url: 'mariadb://*/' },
  { ids: ['ms-sql-s', 'mssql', 'sqlserver'], name: 'SQL Server', url: 'sqlserver://*' },
  { ids: ['oracle'], name: 'Oracle Database', url: '*', ports: [1521] },
  { ids: ['ibm-db2', 'db2'], name: 'Db2', ports: [50_000] },
  { ids: ['gds_db', 'firebird'], name: 'Firebird' },
  // Without directConnection, clients dial the members of a replica set by names that only the remote network resolves.
  { ids: ['mongodb', 'mongo'], name: 'MongoDB', url: 'mongodb://*/?directConnection=true' },
  { ids: ['redis'], name: 'Redis', url: 'redis://*' },
  { ids: ['rediss'], name: 'Redis (TLS)', url: 'rediss://*' },
  { ids: ['redis-sentinel'], name: 'Redis Sentinel', url: '*', ports: [26_379] },
  { ids: ['valkey'], name: 'Valkey', url: 'valkey://*' },
  { ids: ['memcache', 'memcached'], name: 'Memcached', url: '*' },
  { ids: ['cassandra', 'cql'], name: 'Cassandra', url: '*', ports: [9042] },
  { ids: ['clickhouse'], name: 'ClickHouse', url: 'clickhouse://*' },
  { ids: ['clickhouse-http'], name: 'ClickHouse (HTTP)', web: 'http', ports: [8123] },
  { ids: ['elasticsearch', 'elastic'], name: 'Elasticsearch', web: 'http', ports: [9200] },
  { ids: ['opensearch'], name: 'OpenSearch', web: 'http' },
  { ids: ['couchdb'], name: 'CouchDB', web: 'http' },
  { ids: ['couchbase'], name: 'Couchbase', web: 'http', ports: [8091] },
  { ids: ['influxdb'], name: 'InfluxDB', web: 'http', ports: [8086] },
  { ids: ['arangodb'], name: 'ArangoDB', web: 'http', ports: [8529] },
  { ids: ['neo4j'], name: 'Neo4j Browser', web: 'http' },
  { ids: ['bolt'], name: 'Neo4j', url: 'bolt://*' },
  { ids: ['ldap'], name: 'LDAP', url: 'ldap://*' },
  { ids: ['ldaps'], name: 'LDAP (TLS)', url: 'ldaps://*' },
];

const messaging: readonly KnownService[] = [
  // A slash at the end would mean the virtual host with the empty name (RabbitMQ URI specification).
  { ids: ['amqp', 'rabbitmq'], name: 'RabbitMQ', url: 'amqp://*' },
  { ids: ['amqps'], name: 'RabbitMQ (TLS)', url: 'amqps://*' },
  { ids: ['rabbitmq-management'], name: 'RabbitMQ Management', web: 'http', ports: [15_672] },
  { ids: ['kafka'], name: 'Kafka', url: '*', ports: [9092] },
  { ids: ['nats'], name: 'NATS', url: 'nats://*', ports: [4222] },
  { ids: ['mqtt'], name: 'MQTT', url: 'mqtt://*' },
  { ids: ['secure-mqtt', 'mqtts'], name: 'MQTT (TLS)', url: 'mqtts://*' },
  { ids: ['activemq'], name: 'ActiveMQ', url: 'tcp://*', ports: [61_616] },
  { ids: ['ibm-mqseries', 'ibm-mq'], name: 'IBM MQ' },
  { ids: ['smtp', 'submission'], name: 'SMTP', url: 'smtp://*', ports: [1025] },
  { ids: ['submissions', 'smtps'], name: 'SMTP (TLS)', url: 'smtps://*' },
  { ids: ['imap'], name: 'IMAP', url: 'imap://*' },
  { ids: ['imaps'], name: 'IMAP (TLS)', url: 'imaps://*' },
  { ids: ['pop3'], name: 'POP3', url: 'pop3://*' },
  { ids: ['pop3s'], name: 'POP3 (TLS)', url: 'pop3s://*' },
  { ids: ['xmpp-client', 'xmpp'], name: 'XMPP' },
];

const platforms: readonly KnownService[] = [
  { ids: ['docker'], name: 'Docker', url: 'tcp://*' },
  { ids: ['docker-s'], name: 'Docker (TLS)', url: 'tcp://*' },
  { ids: ['kubernetes'], name: 'Kubernetes API', url: 'https://*', ports: [6443] },
  { ids: ['etcd-client', 'etcd'], name: 'etcd', url: 'http://*' },
  { ids: ['zookeeper'], name: 'ZooKeeper', url: '*', ports: [2181] },
  { ids: ['consul'], name: 'Consul', web: 'http', ports: [8500] },
  { ids: ['vault'], name: 'Vault', web: 'http', ports: [8200] },
  { ids: ['prometheus'], name: 'Prometheus', web: 'http', ports: [9090] },
  { ids: ['kibana'], name: 'Kibana', web: 'http', ports: [5601] },
  { ids: ['ollama'], name: 'Ollama', web: 'http' },
  { ids: ['node-inspector'], name: 'Node.js Inspector', url: 'ws://*', ports: [9229] },
  { ids: ['jdwp'], name: 'Java Debugger', url: '*', ports: [5005] },
  { ids: ['debugpy'], name: 'Python Debugger', url: '*', ports: [5678] },
  { ids: ['xdebug'], name: 'Xdebug', url: '*', ports: [9003] },
  { ids: ['zabbix-agent'], name: 'Zabbix Agent' },
  { ids: ['mbap', 'modbus'], name: 'Modbus' },
  { ids: ['opcua-tcp', 'opc.tcp'], name: 'OPC UA', url: 'opc.tcp://*' },
];

const common: readonly KnownService[] = [
  { ids: ['http', 'www-http', 'http-alt'], name: 'HTTP', web: 'http' },
  { ids: ['https'], name: 'HTTPS', web: 'https', ports: [8443, 9443] },
  { ids: ['ssh'], name: 'SSH', url: 'ssh://*' },
  { ids: ['sftp'], name: 'SFTP', url: 'sftp://*' },
  { ids: ['ftp'], name: 'FTP', url: 'ftp://*' },
  { ids: ['ftps'], name: 'FTP (TLS)', url: 'ftps://*' },
  { ids: ['telnet'], name: 'Telnet', url: 'telnet://*' },
  { ids: ['rfb', 'vnc'], name: 'VNC', url: 'vnc://*', ports: [5901, 5902] },
  { ids: ['ms-wbt-server', 'rdp'], name: 'Remote Desktop', url: '*' },
  { ids: ['wsman'], name: 'WinRM', url: 'http://*/wsman' },
  { ids: ['wsmans'], name: 'WinRM (TLS)', url: 'https://*/wsman' },
  { ids: ['microsoft-ds', 'smb'], name: 'SMB', url: 'smb://*' },
  { ids: ['nfs'], name: 'NFS' },
  { ids: ['iscsi-target', 'iscsi'], name: 'iSCSI' },
  { ids: ['rsync'], name: 'rsync', url: 'rsync://*' },
  { ids: ['git'], name: 'Git', url: 'git://*/' },
  { ids: ['svn'], name: 'Subversion', url: 'svn://*/' },
  { ids: ['domain'], name: 'DNS' },
  { ids: ['domain-s'], name: 'DNS over TLS' },
  { ids: ['kerberos'], name: 'Kerberos' },
  { ids: ['socks'], name: 'SOCKS Proxy', url: 'socks5://*' },
];

const infrastructure: readonly KnownService[] = [
  { ids: ['finger'], name: 'Finger' },
  { ids: ['nicname', 'whois'], name: 'Whois' },
  { ids: ['sunrpc'], name: 'RPC Portmapper' },
  { ids: ['epmap'], name: 'Microsoft RPC' },
  { ids: ['netbios-ssn'], name: 'NetBIOS' },
  { ids: ['nntp'], name: 'NNTP', url: 'nntp://*' },
  { ids: ['nntps'], name: 'NNTP (TLS)', url: 'nntps://*' },
  { ids: ['ntp'], name: 'NTP' },
  { ids: ['snmp'], name: 'SNMP' },
  { ids: ['bgp'], name: 'BGP' },
  { ids: ['irc'], name: 'IRC', url: 'irc://*', ports: [6667] },
  { ids: ['ircs-u', 'ircs'], name: 'IRC (TLS)', url: 'ircs://*' },
  { ids: ['tacacs'], name: 'TACACS' },
  { ids: ['kpasswd'], name: 'Kerberos Password' },
  { ids: ['kerberos-adm'], name: 'Kerberos Administration' },
  { ids: ['printer'], name: 'LPD' },
  { ids: ['ipps', 'ipp'], name: 'IPP', url: 'ipp://*' },
  { ids: ['afpovertcp', 'afp'], name: 'AFP', url: 'afp://*' },
  { ids: ['rtsp'], name: 'RTSP', url: 'rtsp://*/' },
  { ids: ['rtsps'], name: 'RTSP (TLS)', url: 'rtsps://*/' },
  { ids: ['netconf-ssh'], name: 'NETCONF' },
  { ids: ['rndc'], name: 'BIND Control' },
  { ids: ['telnets'], name: 'Telnet (TLS)' },
  { ids: ['openvpn'], name: 'OpenVPN' },
  { ids: ['sip'], name: 'SIP' },
  { ids: ['sips'], name: 'SIP (TLS)' },
  { ids: ['xmpp-server'], name: 'XMPP Server' },
  { ids: ['syslog-tls'], name: 'Syslog (TLS)' },
  { ids: ['rmiregistry'], name: 'Java RMI' },
  { ids: ['epmd'], name: 'Erlang Port Mapper' },
  { ids: ['etcd-server'], name: 'etcd Peer' },
  { ids: ['zabbix-trapper'], name: 'Zabbix Server' },
  { ids: ['puppet'], name: 'Puppet' },
  { ids: ['nut'], name: 'Network UPS Tools' },
];

export const knownServices: readonly KnownService[] = [
  ...databases,
  ...messaging,
  ...platforms,
  ...common,
  ...infrastructure,
];
