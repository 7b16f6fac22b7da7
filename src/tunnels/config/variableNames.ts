// Which environment variables a forward may set, and to what: an allow-list by the shape of the name. A name that ends in
// _PORT gets a number. Only a database, a queue or an API gets a host, an address or a URL, because package managers,
// version control and the clients of clouds read code, or send credentials, to the address that a variable names.
import { formatAddress } from '../util/address';
import type { TcpAddress } from '../util/address';
import { deferred as l10n, untranslated } from '../util/l10n';
import type { Message } from '../util/l10n';
import { quote, quoteKey } from '../util/shown';

function wordSet(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

type VariableKind = 'port' | 'host' | 'address' | 'url' | 'licence';

const kindOfEnding: Readonly<Record<string, VariableKind>> = {
  PORT: 'port',
  HOST: 'host',
  HOSTNAME: 'host',
  ADDR: 'address',
  ADDRESS: 'address',
  HOSTS: 'address',
  SERVERS: 'address',
  BROKERS: 'address',
  URL: 'url',
  URI: 'url',
};

/** Of libpq (§34.15), FreeTDS and FlexNet, whose licence servers are `port@host`. */
const knownNames: Readonly<Record<string, VariableKind>> = {
  PGPORT: 'port',
  PGHOST: 'host',
  PGHOSTADDR: 'host',
  TDSPORT: 'port',
  TDSHOST: 'host',
  ...Object.fromEntries(
    'LM MLM ADSKFLEX ALTERAD ANSYSLMD ARMLMD INTEL MGLS SNPSLMD XILINXD'
      .split(' ')
      .map((vendor) => [`${vendor}_LICENSE_FILE`, 'licence' as const]),
  ),
};

/** What an address may be of, after any words of the project's own. */
const stores = wordSet(untranslated`
  DB DATABASE SQL PG POSTGRES POSTGRESQL MYSQL MARIADB MSSQL SQLSERVER ORACLE MONGO MONGODB REDIS VALKEY MEMCACHED
  CASSANDRA CLICKHOUSE COUCHDB COUCHBASE INFLUXDB NEO4J ELASTICSEARCH ELASTIC ES OPENSEARCH SOLR LDAP
  AMQP RABBITMQ KAFKA NATS MQTT STOMP SMTP IMAP`);

/** The same, but other words in front may be the name of a product that is signed in to, as in GITHUB_API_URL. */
const ownServices = wordSet(
  untranslated`API BACKEND FRONTEND APP WEB SERVICE SERVER GATEWAY GRAPHQL GRPC BROKER CACHE QUEUE`,
);
const ownPrefix =
  /^(|MY|APP|DEV|TEST|STAGING|LOCAL|PUBLIC|VITE|NEXT PUBLIC|NUXT PUBLIC|EXPO PUBLIC|REACT APP|VUE APP|GATSBY|CELERY|BACKEND|FRONTEND|WEB)$/;

/** What may stand between the service and the ending: MYSQL_READ_HOST, KAFKA_BOOTSTRAP_SERVERS. */
const roles = wordSet(untranslated`
  BASE TCP HTTP HTTPS WS READ READER WRITE WRITER PRIMARY SECONDARY REPLICA MASTER SLAVE MAIN INTERNAL EXTERNAL LOCAL
  TEST DEV STAGING BROKER BOOTSTRAP SERVER SERVICE CLUSTER ADMIN SENTINEL CACHE QUEUE`);

/**
 * First words of the variables of programs that run, build or fetch code, and of editors. No name of theirs is allowed,
 * not even for a port: PYSPARK_GATEWAY_PORT (py4j), SCCACHE_SERVER_PORT, KUBERNETES_SERVICE_PORT, CLOUDSDK_PROXY_PORT.
 */
const programs = wordSet(untranslated`
  GIT SVN HG GH ELECTRON VSCODE JETBRAINS IDEA EMACS VIM NVIM CURSOR CLAUDE GEMINI QWEN CODEX COPILOT
  COMPOSE BUILDKIT PODMAN KUBE KUBERNETES HELM TF TERRAFORM PULUMI PACKER VAGRANT ANSIBLE CLOUDSDK
  NPM YARN PNPM DENO COREPACK PIP UV PIPENV PYENV POETRY CONDA MAMBA PYSPARK IPYTHON PERL RUBY GEM BUNDLE BUNDLER RBENV
  COMPOSER LUA R JULIA OCAML OPAM GHC CABAL MIX HEX MAVEN GRADLE SBT JDK DOTNET NUGET MSBUILD CARGO RUSTC RUSTUP CGO
  GCC CLANG CCACHE SCCACHE DISTCC ICECC CMAKE CONAN VCPKG BAZEL TURBO NX NIX GUIX APT DPKG HOMEBREW NVM DIRENV
  PLAYWRIGHT PUPPETEER CHROME ACTIONS`);

/** Command-line agents trust the editor that listens there (QWEN_CODE_IDE_SERVER_PORT); MYSQL_UNIX_PORT is a path. */
const refusedWords = wordSet(untranslated`IDE CLI MCP LSP SSE UNIX`);

/** Programs of other kinds would take `sqlite://…` or `unix://…` for a file, and `mysql+x://…` for a library. */
const urlProtocols = wordSet(untranslated`
  http https ws wss grpc grpcs tcp tls postgres postgresql mysql mariadb sqlserver mssql oracle mongodb redis rediss
  valkey memcached amqp amqps mqtt mqtts nats kafka stomp bolt neo4j cassandra clickhouse couchdb elasticsearch
  opensearch ldap ldaps smtp smtps imap imaps`);

function kindOf(name: string): VariableKind | undefined {
  const known = knownNames[name];
  if (known !== undefined) {
    return known;
  }
  const words = name.split(/_+/);
  const kind = kindOfEnding[words.pop() ?? ''];
  return kind === 'port' || (kind !== undefined && isOfService(words)) ? kind : undefined;
}

function isOfService(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const before = words.slice(0, index).join(' ');
    return (
      (stores.has(word) || (ownServices.has(word) && ownPrefix.test(before))) &&
      words.slice(index + 1).every((role) => roles.has(role))
    );
  });
}

function isOfProgram(name: string): boolean {
  const words = name.split(/_+/);
  return programs.has(words[0] ?? '') || words.some((word) => refusedWords.has(word));
}

/**
 * The variables of an env and their values. A port comes with its host and address, in names that are no envs themselves.
 * @param protocol of the forward; a URL needs one of a network service
 */
export function variableValues(
  env: string,
  address: TcpAddress,
  protocol: string | undefined,
): readonly (readonly [name: string, value: string])[] {
  const { host, port } = address;
  switch (kindOf(env)) {
    case undefined:
      return [];
    case 'port':
      return [
        [env, String(port)],
        [`${env}_HOST`, host],
        [`${env}_ADDRESS`, formatAddress(address)],
      ];
    case 'host':
      return [[env, host]];
    case 'address':
      return [[env, formatAddress(address)]];
    case 'url':
      return protocol === undefined ? [] : [[env, `${protocol}://${formatAddress(address)}`]];
    case 'licence':
      return [[env, `${port}@${host}`]];
  }
}

/** An env with whatever else its value consists of and the project decides. */
export function variableSubject(env: string, protocol: string | undefined): string {
  return kindOf(env) === 'url' ? `${env} ${protocol ?? ''}` : env;
}

/** Why a forward must not set this variable, as a sentence; undefined: it may. */
export function variableNameFault(name: string): Message | undefined {
  if (name.length > 100) {
    return l10n.t('An env has at most 100 characters.');
  }
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) {
    return l10n.t(
      'An env consists of capital letters, digits and "_" only, and begins with a letter, as in "DB_PORT".',
    );
  }
  const shown = quoteKey(name);
  if (isOfProgram(name)) {
    return l10n.t(
      '{name} is not a valid env: it may change how programs run. Use a name of your own, as in "DB_PORT".',
      { name: shown },
    );
  }
  return kindOf(name) === undefined
    ? l10n.t(
        '{name} is not a valid env: end it in "_PORT", as in "DB_PORT". For the host, the address or the URL of a database, a queue or an API, use a name such as "DB_HOST", "KAFKA_BROKERS" or "REDIS_URL".',
        { name: shown },
      )
    : undefined;
}

/** Why an env can't be set to a URL of this protocol, as a sentence; undefined: it can, or it is no URL. */
export function variableProtocolFault(env: string, protocol: string | undefined): Message | undefined {
  if (kindOf(env) !== 'url' || (protocol !== undefined && urlProtocols.has(protocol))) {
    return undefined;
  }
  return protocol === undefined
    ? l10n.t('{name} is a URL: give the forward a "protocol" too, such as "https" or "redis".', {
        name: quote(env),
      })
    : l10n.t('{name} can\'t be a URL with the protocol {protocol}: use one such as "https" or "redis".', {
        name: quote(env),
        protocol: quote(protocol),
      });
}
