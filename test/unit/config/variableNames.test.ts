// The environment variables that a forward may set, and their values.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { quote } from '../../../src/tunnels/util/shown';
import {
  variableNameFault,
  variableProtocolFault,
  variableSubject,
  variableValues,
} from '../../../src/tunnels/config/variableNames';
import { inEnglish } from '../../support/inEnglish';

/** Variables that real programs read, by what they would change. */
const refused: readonly [what: string, names: string][] = [
  [
    'files and folders that make, TeX, autoconf and compilers read',
    'MAKEFILES MAKEFLAGS MFLAGS GNUMAKEFLAGS MAKESHELL MAKELEVEL TEXMFCNF TEXINPUTS TEXMFHOME TEXMFOUTPUT BIBINPUTS ' +
      'CONFIG_SITE CONFIG_SHELL ACLOCAL_PATH AUTOM4TE PKG_CONFIG_PATH CC CXX LD AR CFLAGS CPPFLAGS LDFLAGS CPATH ' +
      'GCC_EXEC_PREFIX COMPILER_PATH LIBRARY_PATH CMAKE_TOOLCHAIN_FILE CMAKE_PROJECT_INCLUDE NINJA_STATUS BAZELISK_BASE_URL',
  ],
  [
    'compilers elsewhere and caches of what they make',
    'CCACHE_PREFIX CCACHE_REMOTE_STORAGE CCACHE_CONFIGPATH SCCACHE_ENDPOINT SCCACHE_REDIS SCCACHE_SERVER_PORT ' +
      'DISTCC_HOSTS DISTCC_POTENTIAL_HOSTS DISTCC_SSH ICECC_CC RUSTC_WRAPPER TURBO_API ACTIONS_CACHE_URL GOCACHEPROG',
  ],
  [
    'the linker, the C library and the shell',
    'LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES GCONV_PATH HOSTALIASES RES_OPTIONS LOCPATH NLSPATH TZ ' +
      'MALLOC_TRACE BASH_ENV ENV SHELLOPTS BASHOPTS PROMPT_COMMAND PS1 PS4 IFS CDPATH ZDOTDIR INPUTRC HISTFILE FCEDIT ' +
      'PATH HOME SHELL TMPDIR USER LOGNAME LANG LC_ALL TERM TERMINFO TERMCAP DISPLAY XAUTHORITY PULSE_SERVER OLDPWD',
  ],
  [
    'editors, pagers and what programs start',
    'EDITOR VISUAL PAGER MANPAGER BROWSER LESSOPEN LESSCLOSE LESSKEY MANPATH MANOPT EMACSLOADPATH EMACSDATA ALTERNATE_EDITOR ' +
      'VIMINIT EXINIT MYVIMRC NVIM_LISTEN_ADDRESS GDBHISTFILE DEBUGINFOD_URLS SUDO_ASKPASS SSH_ASKPASS GNUPGHOME ' +
      'ELECTRON_RUN_AS_NODE VSCODE_IPC_HOOK VSCODE_INSPECTOR_OPTIONS CLAUDE_CODE_SSE_PORT GEMINI_CLI_IDE_SERVER_PORT ' +
      'QWEN_CODE_IDE_SERVER_PORT',
  ],
  [
    'version control and backups',
    'GIT_SSH GIT_SSH_COMMAND GIT_DIR GIT_EDITOR GIT_PROXY_COMMAND GIT_EXTERNAL_DIFF GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 ' +
      'HGEDITOR HGRCPATH HGMERGE HGPORT SVN_SSH SVN_EDITOR CVS_RSH CVSROOT RSYNC_RSH RSYNC_CONNECT_PROG BORG_PASSCOMMAND ' +
      'BORG_RSH BORG_REPO BORG_REMOTE_PATH RESTIC_REPOSITORY RESTIC_PASSWORD_COMMAND GITHUB_API_URL GITHUB_SERVER_URL ' +
      'CI_SERVER_URL CI_API_V4_URL GITLAB_API_URL GH_HOST SSH_AUTH_SOCK',
  ],
  [
    'JavaScript',
    'NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_REPL_EXTERNAL_MODULE NPM_CONFIG_REGISTRY NPM_CONFIG_PREFIX ' +
      'YARN_NPM_REGISTRY_SERVER YARN_RC_FILENAME COREPACK_NPM_REGISTRY ELECTRON_MIRROR PUPPETEER_DOWNLOAD_HOST ' +
      'PUPPETEER_DOWNLOAD_BASE_URL PLAYWRIGHT_DOWNLOAD_HOST SENTRYCLI_CDNURL SENTRY_URL DENO_DIR BUN_CONFIG_REGISTRY ' +
      'NVM_NODEJS_ORG_MIRROR CYPRESS_DOWNLOAD_MIRROR CYPRESS_API_URL TS_NODE_PROJECT',
  ],
  [
    'Python and R',
    'PYTHONPATH PYTHONSTARTUP PYTHONHOME PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_PROXY PIP_REPORT ' +
      'UV_INDEX_URL UV_DEFAULT_INDEX UV_PYTHON_INSTALL_MIRROR TWINE_REPOSITORY_URL PIPENV_PYPI_MIRROR CONDA_CHANNEL_ALIAS ' +
      'PYSPARK_PYTHON PYSPARK_DRIVER_PYTHON PYSPARK_GATEWAY_PORT JUPYTER_GATEWAY_URL HF_ENDPOINT DJANGO_SETTINGS_MODULE ' +
      'FLASK_APP R_PROFILE R_LIBS R_ENVIRON_USER JULIA_PKG_SERVER JULIA_LOAD_PATH',
  ],
  [
    'Perl, Ruby, PHP, Lua and Haskell',
    'PERL5LIB PERL5OPT PERL5DB PERL_CPANM_OPT RUBYOPT RUBYLIB RUBY_DEBUG_PORT RUBYGEMS_HOST GEM_HOME BUNDLE_GEMFILE ' +
      'BUNDLE_MIRROR__URL BUNDLE_RUBYGEMS__ORG COMPOSER COMPOSER_HOME COMPOSER_REPO_PACKAGIST PHPRC PHP_INI_SCAN_DIR ' +
      'XDEBUG_CONFIG LUA_INIT LUA_PATH STACK_YAML STACK_ROOT GHC_PACKAGE_PATH CABAL_CONFIG',
  ],
  [
    'Java, .NET, Go and Rust',
    'JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS JAVA_HOME CLASSPATH JPDA_ADDRESS MAVEN_OPTS MAVEN_REPO_URL GRADLE_OPTS ' +
      'GRADLE_USER_HOME ORG_GRADLE_PROJECT_REPO_URL SBT_OPTS DOTNET_STARTUP_HOOKS DOTNET_ROOT NUGET_PACKAGES COR_PROFILER ' +
      'ASPNETCORE_HOSTINGSTARTUPASSEMBLIES GOFLAGS GOPATH GOPROXY GOSUMDB GOTOOLCHAIN GOWORK CARGO_HOME CARGO_HTTP_PROXY ' +
      'CARGO_REGISTRIES_MY_INDEX RUSTUP_DIST_SERVER RUSTUP_UPDATE_ROOT RUSTFLAGS CONAN_REMOTE_URL MIX_EXS HEX_MIRROR_URL',
  ],
  [
    'package managers of systems',
    'HOMEBREW_BOTTLE_DOMAIN HOMEBREW_API_DOMAIN HOMEBREW_ARTIFACT_DOMAIN HOMEBREW_BREW_GIT_REMOTE NIX_PATH NIX_REMOTE ' +
      'NIX_SSL_CERT_FILE APT_CONFIG DPKG_ROOT GUIX_PACKAGE_PATH GUIX_DAEMON_SOCKET ASDF_DATA_DIR MISE_NODE_MIRROR_URL',
  ],
  [
    'containers, clouds and machines',
    'DOCKER_HOST DOCKER_CONFIG CONTAINER_HOST COMPOSE_FILE BUILDKIT_HOST KUBECONFIG KUBERNETES_SERVICE_HOST ' +
      'KUBERNETES_SERVICE_PORT HELM_PLUGINS TF_CLI_CONFIG_FILE TF_CLI_ARGS TF_VAR_X ANSIBLE_CONFIG ANSIBLE_INVENTORY ' +
      'ANSIBLE_TRANSPORT VAGRANT_VAGRANTFILE VAGRANT_SERVER_URL PULUMI_BACKEND_URL AWS_PROFILE AWS_CONFIG_FILE ' +
      'AWS_ENDPOINT_URL AWS_CA_BUNDLE CLOUDSDK_CONFIG CLOUDSDK_PROXY_PORT CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE ' +
      'GOOGLE_APPLICATION_CREDENTIALS AZURE_CONFIG_DIR ARM_ENDPOINT VAULT_ADDR CONSUL_HTTP_ADDR NOMAD_ADDR',
  ],
  [
    'proxies, certificates and sign-in',
    'HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY FTP_PROXY SOCKS_SERVER SSL_CERT_FILE SSL_CERT_DIR SSLKEYLOGFILE ' +
      'OPENSSL_CONF CURL_CA_BUNDLE REQUESTS_CA_BUNDLE NETRC WGETRC KRB5CCNAME KRB5_CONFIG OPENAI_BASE_URL ' +
      'OPENAI_API_BASE_URL ANTHROPIC_BASE_URL OLLAMA_HOST PACT_BROKER_BASE_URL SNYK_API',
  ],
  [
    'files, libraries and passwords of database clients',
    'PGDATA PGSERVICE PGSERVICEFILE PGPASSFILE PGSYSCONFDIR PGPASSWORD PGSSLKEY PGOPTIONS PGSSLROOTCERT PGLOCALEDIR ' +
      'PSQLRC PSQL_EDITOR PSQL_PAGER MYSQL_UNIX_PORT MYSQL_HOME MYSQL_PWD MYSQL_HISTFILE MYSQL_GROUP_SUFFIX ' +
      'LIBMYSQL_PLUGINS LIBMYSQL_PLUGIN_DIR ODBCINI ODBCSYSINI TNS_ADMIN ORACLE_HOME SQLPATH TDSDUMP REDISCLI_RCFILE ' +
      'GRYPE_DB_UPDATE_URL TRIVY_DB_REPOSITORY SQLITE_HISTORY MONGO_CONFIG_FILE',
  ],
  [
    'Windows',
    'COMSPEC PATHEXT SYSTEMROOT WINDIR APPDATA USERPROFILE PSMODULEPATH PROGRAMDATA PROGRAMFILES COMPUTERNAME WSLENV',
  ],
  [
    'switches, and names that say nothing of a port',
    'CI DEBUG NODE_DEBUG RAILS_ENV FLASK_ENV LISTEN_FDS NOTIFY_SOCKET REPORT EXPORT SUPPORT TRANSPORT DB DATABASE ' +
      'REDIS ECHO A HOST HOSTNAME URL ADDRESS SHOP_URL SHOP_HOST DB_PORT_HOST DB_PORT_ADDRESS DB_SOCKET DB_PATH DB_DSN ' +
      'JDBC_URL DB_PASSWORD APP_KEY API_TOKEN LICENSE_FILE EVIL_LICENSE_FILE HTTP_PROXY_URL DB_PROXY_HOST',
  ],
];

/** What the env of a forward on 127.0.0.1:5432 with the protocol "redis" sets. */
const allowed: readonly [names: string, value: string][] = [
  [
    'DB_PORT PORT PGPORT TDSPORT MYSQL_TCP_PORT REDIS_PORT SQLSERVER_PORT HTTP_PORT PROXY_PORT SOCKS_PORT NODE_PORT ' +
      'SSH_PORT DOCKER_PORT JAVA_DEBUG_PORT XDEBUG_CLIENT_PORT ERL_EPMD_PORT FLASK_RUN_PORT VITE_API_PORT GITLAB_PORT ' +
      'DATABASE__PORT SHOP_PORT X1_PORT JUPYTER_PORT KEYCLOAK_PORT LDAP_PORT VNC_PORT ELASTICSEARCH_PORT RABBITMQ_PORT',
    '5432',
  ],
  [
    'DB_HOST PGHOST PGHOSTADDR TDSHOST MYSQL_HOST POSTGRES_HOST REDIS_HOST DATABASE__HOST SHOP_DB_HOST DB_READ_HOST ' +
      'DB_HOSTNAME SMTP_HOST LDAP_HOST API_HOST KAFKA_HOST',
    '127.0.0.1',
  ],
  [
    'DB_ADDRESS REDIS_ADDR KAFKA_BROKERS KAFKA_BOOTSTRAP_SERVERS SPRING_KAFKA_BOOTSTRAP_SERVERS ELASTICSEARCH_HOSTS ' +
      'MEMCACHED_SERVERS GRPC_ADDRESS API_ADDRESS',
    '127.0.0.1:5432',
  ],
  [
    'REDIS_URL DATABASE_URL AMQP_URL RABBITMQ_URL MONGODB_URI API_URL API_BASE_URL VITE_API_URL NEXT_PUBLIC_API_URL ' +
      'REACT_APP_API_URL BACKEND_URL CELERY_BROKER_URL ELASTICSEARCH_URL SHOP_REDIS_URL ' +
      'TEST_DATABASE_URL GRAPHQL_URL',
    'redis://127.0.0.1:5432',
  ],
  ['LM_LICENSE_FILE MLM_LICENSE_FILE XILINXD_LICENSE_FILE INTEL_LICENSE_FILE', '5432@127.0.0.1'],
];

const address = { host: '127.0.0.1', port: 5432 };

describe('an env that changes which program, file, library or server a tool uses', () => {
  for (const [what, names] of refused) {
    it(`is refused: ${what}`, () =>
      assert.deepEqual(
        names.split(' ').filter((name) => variableNameFault(name) === undefined),
        [],
      ));
  }
  it('is refused in at least 300 cases', () =>
    assert.ok(new Set(refused.flatMap(([, names]) => names.split(' '))).size >= 300));
  it('sets nothing if it were not refused', () => {
    for (const name of ['MAKEFILES', 'PIP_INDEX_URL', 'DISTCC_HOSTS', 'VAULT_ADDR']) {
      assert.deepEqual(variableValues(name, address, 'http'), []);
    }
  });
  it('comes with what to name it instead', () => {
    assert.match(inEnglish(variableNameFault('DB')), /end it in "_PORT", as in "DB_PORT"\..* "DB_HOST"/);
    assert.match(inEnglish(variableNameFault('NPM_PORT')), /Use a name of your own, as in "DB_PORT"/);
  });
});

describe('an env for a port or an address', () => {
  for (const [names, value] of allowed) {
    it(`gets ${value}: ${names.slice(0, 50)}…`, () => {
      for (const name of names.split(' ')) {
        assert.equal(variableNameFault(name), undefined);
        assert.deepEqual(variableValues(name, address, 'redis')[0], [name, value]);
      }
    });
  }
  it('sets the host and the address too, if it is a port, under names that no env can have', () => {
    for (const name of ['DB_PORT', 'PGPORT', 'PORT']) {
      const [, ...others] = variableValues(name, { host: '::1', port: 1 }, undefined);
      assert.deepEqual(others, [
        [`${name}_HOST`, '::1'],
        [`${name}_ADDRESS`, '[::1]:1'],
      ]);
      assert.ok(others.every(([other]) => variableNameFault(other) !== undefined));
    }
  });
  it('sets nothing else otherwise', () => {
    for (const name of ['DB_HOST', 'KAFKA_BROKERS', 'REDIS_URL', 'LM_LICENSE_FILE']) {
      assert.equal(variableValues(name, address, 'redis').length, 1);
    }
  });
});

describe('an env for a URL', () => {
  it('needs a protocol', () => {
    assert.match(inEnglish(variableProtocolFault('REDIS_URL', undefined)), /give the forward a "protocol"/);
    assert.equal(variableProtocolFault('DB_PORT', undefined), undefined);
  });
  for (const protocol of ['redis', 'postgresql', 'https', 'amqps', 'mongodb']) {
    it(`can have the protocol ${protocol}`, () =>
      assert.equal(variableProtocolFault('DATABASE_URL', protocol), undefined));
  }
  for (const protocol of [
    'sqlite',
    'sqlite3',
    'file',
    'unix',
    'http+unix',
    'postgresql+evil',
    'javascript',
    'jdbc',
  ]) {
    it(`can't have the protocol ${protocol}, which programs take for a file or a library`, () =>
      assert.match(inEnglish(variableProtocolFault('DATABASE_URL', protocol)), /can't be a URL/));
  }
  it('asks again for consent when its protocol changes', () => {
    assert.notEqual(variableSubject('REDIS_URL', 'redis'), variableSubject('REDIS_URL', 'http'));
    assert.equal(variableSubject('DB_PORT', 'redis'), variableSubject('DB_PORT', undefined));
  });
});

describe('a malformed env', () => {
  const names = [
    '',
    'db_port',
    'Db_PORT',
    'http_proxy',
    '1_PORT',
    '_PORT',
    'A-PORT',
    'A PORT',
    'A=PORT',
    'A_PORT\n',
  ];
  for (const name of [...names, 'A_PORT\u200b', 'Ä_PORT', '_JAVA_OPTIONS']) {
    it(`is refused: ${quote(name)}`, () =>
      assert.match(inEnglish(variableNameFault(name)), /capital letters, digits and "_" only,/));
  }
  it('is refused at 101 characters', () =>
    assert.match(inEnglish(variableNameFault(`${'A'.repeat(96)}_PORT`)), /at most 100 characters/));
});
