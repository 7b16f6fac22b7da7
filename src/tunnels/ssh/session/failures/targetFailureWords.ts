// What SSH servers say when they can't connect to a target, by server, and what it means. SSH has one reason code for all
// of it (RFC 4254 §5.1, SSH_OPEN_CONNECT_FAILED) and a text in whatever words the server has.
import type { UnreachableCause } from '../../../errors/forwards/target';

/** Why a server could not connect to a target. */
export type TargetFailure = 'refused' | 'notFound' | UnreachableCause;

type KnownFailure = Exclude<TargetFailure, 'other'>;

/** Parts of texts, in lower case. */
export type FailureWords = Readonly<Partial<Record<KnownFailure, readonly string[]>>>;

/** Precede the reason in some servers' texts, and say nothing about it: in lower case. */
const prefixes: readonly string[] = [
  // Erlang/OTP: ssh_connection_handler.erl.
  'forwarded connection refused:',
];

/** By the server, or by where it has its words from. */
export const wordsByServer: Readonly<Record<string, FailureWords>> = {
  // OpenSSH, dropbear and most others pass on strerror(3) and gai_strerror(3).
  'Linux: glibc and musl': {
    refused: ['connection refused'],
    notFound: [
      'name or service not known',
      'no address associated with',
      'temporary failure in name resolution',
      'failure in name resolution',
      'name does not resolve',
    ],
    timedOut: ['connection timed out', 'operation timed out'],
    networkUnreachable: ['network is unreachable', 'network unreachable', 'network is down'],
    hostUnreachable: ['no route to host', 'host is unreachable', 'host is down'],
  },
  'macOS, BSD and Solaris': {
    notFound: [
      'nodename nor servname',
      'hostname nor servname',
      'node name or service name not known',
      'name could not be resolved',
      'temporary name resolution failure',
      'no address',
    ],
  },
  dropbear: { notFound: ['error resolving '] },
  // System.Net.Sockets and Bitvise, too.
  'Microsoft Windows': {
    refused: ['actively refused', 'remote computer refused'],
    notFound: [
      'no such host is known',
      'temporary error during hostname resolution',
      'requested name is valid, but no data',
      'non-recoverable error occurred during a database lookup',
    ],
    timedOut: ['did not properly respond', 'semaphore timeout'],
    networkUnreachable: [
      'to an unreachable network',
      'encountered a dead network',
      'network location cannot be reached',
    ],
    hostUnreachable: [
      'to an unreachable host',
      'host unreachable',
      'destination host was down',
      'remote system is not available',
    ],
  },
  // The net package: x/crypto/ssh, Tailscale, Teleport, Gitea, and others.
  Go: {
    notFound: ['no such host', 'lookup ', 'server misbehaving', 'no suitable address'],
    timedOut: ['i/o timeout', 'deadline exceeded'],
  },
  'Erlang/OTP': {
    refused: ['econnrefused'],
    notFound: ['nxdomain'],
    timedOut: ['etimedout', 'timeout'],
    networkUnreachable: ['enetunreach', 'enetdown'],
    hostUnreachable: ['ehostunreach', 'ehostdown'],
  },
  'Node.js': { notFound: ['enotfound', 'eai_again', 'eai_noname', 'eai_nodata', 'eai_fail'] },
  // Class names are there, too: MINA sends "UnresolvedAddressException while opening channel: …".
  'Java: Apache MINA SSHD': {
    refused: ['connectexception: connection refused'],
    notFound: ['unresolvedaddressexception', 'unknownhostexception', 'unresolved'],
    timedOut: ['timeoutexception', 'connect timed out', 'interruptedbytimeout'],
    hostUnreachable: ['noroutetohostexception'],
  },
  // AsyncSSH says "[Errno 111] Connect call failed": see the numbers below.
  'Python: AsyncSSH, Paramiko, Twisted': {
    refused: ['connectionrefusederror', 'connection was refused by other side'],
    notFound: ['dns lookup failed', 'getaddrinfo failed', 'gaierror'],
    timedOut: ['timeouterror', 'took longer than'],
  },
  'Rust: russh': { notFound: ['failed to lookup address'] },
  'other servers': {
    refused: ['refused the connection', 'connection was refused', 'connect refused'],
    notFound: [
      'unknown host',
      'host unknown',
      'host not found',
      'name not found',
      'could not resolve',
      "couldn't resolve",
      'cannot resolve',
      "can't resolve",
      'failed to resolve',
      'unable to resolve',
      'name resolution',
    ],
    timedOut: ['timed out', 'time out', 'time-out'],
    networkUnreachable: ['unreachable network', 'net unreachable'],
    hostUnreachable: ['unreachable host', 'no route'],
  },
  // Who calls setlocale(3), as Java does, has them in the system's language. From glibc's own translations.
  'Linux: glibc in other languages': {
    refused: [
      'verbindungsaufbau abgelehnt',
      'connexion refusée',
      'conexión rehusada',
      'connessione rifiutata',
      'conexão recusada',
      'ligação recusada',
      'verbinding is geweigerd',
      'połączenie odrzucone',
      'в соединении отказано',
      "у з'єднанні відмовлено",
      'spojení odmítnuto',
      'förbindelsen förvägrad',
      '接続を拒否されました',
      '연결이 거부됨',
      '拒绝连接',
      '連線被拒絕',
    ],
    notFound: [
      'der name oder der dienst ist nicht bekannt',
      'fehler bei der namensauflösung',
      'nom ou service inconnu',
      'dans la résolution du nom',
      'nombre o servicio desconocido',
      'en la resolución del nombre',
      'nome o servizio sconosciuto',
      'nella risoluzione del nome',
      'nome ou serviço desconhecido',
      'na resolução de nome',
      'naam of dienst is niet bekend',
      'ta nazwa lub usługa jest nieznana',
      'неизвестное имя или служба',
      'сбой в разрешении имен',
      'невідома назва чи сервіс',
      'neznámé jméno nebo služba',
      'namn eller tjänst okänd',
      '名前またはサービスが不明です',
      '名前解決に一時的に失敗しました',
      '이름 혹은 서비스를 알 수 없습니다',
      '未知的名称或服务',
      '域名解析暂时失败',
      '名稱或服務未知',
    ],
    timedOut: [
      'die wartezeit für die verbindung ist abgelaufen',
      "connexion terminée par expiration du délai d'attente",
      'expiró el tiempo de conexión',
      'connessione scaduta',
      'tempo esgotado para conexão',
      'verbinding is verlopen',
      'przekroczony czas oczekiwania na połączenie',
      'время ожидания соединения истекло',
      '接続がタイムアウトしました',
      '연결 시간 초과',
      '连接超时',
      '連線超過時間',
    ],
    networkUnreachable: [
      'das netzwerk ist nicht erreichbar',
      "le réseau n'est pas accessible",
      'la red es inaccesible',
      'la rete non è raggiungibile',
      'a rede está fora de alcance',
      'netwerk is onbereikbaar',
      'sieć jest niedostępna',
      'сеть недоступна',
      'ネットワークに届きません',
      '네트워크가 접근 불가능합니다',
      '网络不可达',
      '無法接觸網路',
    ],
    hostUnreachable: [
      'keine route zum zielrechner',
      "aucun chemin d'accès pour atteindre l'hôte",
      'no existe ninguna ruta hasta el',
      "nessun instradamento per l'host",
      'não há rota para o host',
      'geen route naar host',
      'brak trasy do hosta',
      'нет маршрута до узла',
      'ホストへの経路がありません',
      '호스트로 갈 루트가 없음',
      '没有到主机的路由',
      '找不到通往該主機的路由',
    ],
  },
  'Microsoft Windows in other languages': {
    refused: [
      'da der zielcomputer die verbindung verweigerte',
      "l'ordinateur cible l'a expressément refusée",
      'el equipo de destino denegó expresamente',
      '目标计算机积极拒绝',
      '対象のコンピューターによって拒否された',
    ],
    notFound: [
      'es ist kein solcher host bekannt',
      'der angegebene host ist unbekannt',
      'hôte inconnu',
      'host desconocido',
      '不知道这样的主机',
      'そのようなホストは不明です',
    ],
    timedOut: ['nicht richtig reagiert hat'],
  },
};

/** Numbers of errors that the systems' words are for: after "errno" or "os error". */
const unixNumbers: Readonly<Record<number, KnownFailure>> = {
  // Linux.
  111: 'refused',
  110: 'timedOut',
  101: 'networkUnreachable',
  113: 'hostUnreachable',
  112: 'hostUnreachable',
  // macOS and BSD.
  61: 'refused',
  60: 'timedOut',
  51: 'networkUnreachable',
  50: 'networkUnreachable',
  65: 'hostUnreachable',
  64: 'hostUnreachable',
  // Solaris.
  146: 'refused',
  145: 'timedOut',
  128: 'networkUnreachable',
  148: 'hostUnreachable',
  // getaddrinfo(3) of glibc and of BSD, as Python counts them.
  [-2]: 'notFound',
  [-3]: 'notFound',
  [-5]: 'notFound',
  8: 'notFound',
};

/** Of Winsock and of Win32. */
const windowsNumbers: Readonly<Record<number, KnownFailure>> = {
  10061: 'refused',
  1225: 'refused',
  10060: 'timedOut',
  121: 'timedOut',
  10050: 'networkUnreachable',
  10051: 'networkUnreachable',
  1231: 'networkUnreachable',
  10064: 'hostUnreachable',
  10065: 'hostUnreachable',
  1232: 'hostUnreachable',
  11001: 'notFound',
  11002: 'notFound',
  11003: 'notFound',
  11004: 'notFound',
};

/** In this order: a name that isn't found may also have timed out, and of several addresses one may refuse. */
const order: readonly KnownFailure[] = [
  'notFound',
  'refused',
  'timedOut',
  'networkUnreachable',
  'hostUnreachable',
];

/** @param target the host that was asked for: a server may repeat it, and its labels are no reason */
export function readTargetFailure(text: string, target: string): TargetFailure {
  const said = withoutTarget(text, target).toLowerCase().replaceAll('’', "'");
  const reason = prefixes.reduce((left, prefix) => left.replace(prefix, ''), said);
  const numbers = numbersIn(reason);
  const speakers = Object.values(wordsByServer);
  return (
    order.find(
      (failure) =>
        numbers.includes(failure) ||
        speakers.some((words) => words[failure]?.some((part) => reason.includes(part))),
    ) ?? 'other'
  );
}

/** A host of one label stays: it may be a word of the reason, as in "no route to host". */
function withoutTarget(text: string, target: string): string {
  return /[.:]/.test(target) ? text.replaceAll(target, '') : text;
}

function numbersIn(text: string): readonly (KnownFailure | undefined)[] {
  const numbered = (pattern: RegExp, meanings: Readonly<Record<number, KnownFailure>>) =>
    [...text.matchAll(pattern)].map(([, number]) => meanings[Number(number)]);
  return [
    ...numbered(/(?:errno|os error)[\s:=(]{0,3}(-?\d{1,3})\b/g, unixNumbers),
    ...numbered(/(?:errno|error|code|wsa[a-z]+)[\s:=(]{0,3}(\d{3,5})\b/g, windowsNumbers),
  ];
}
