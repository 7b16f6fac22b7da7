// The names of environment variables that a forward may set.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { quote } from '../../../src/tunnels/util/shown';
import { variableNameFault } from '../../../src/tunnels/config/variableNames';
import { inEnglish } from '../../support/inEnglish';

describe('env names of a forward', () => {
  const allowed =
    'DB_PORT PORT A X1 PGPORT MYSQL_TCP_PORT REDIS_PORT HTTP_PORT PROXY_PORT PATH_PORT HOME_PORT USER_DB_PORT ' +
    'NODE_PORT NODE_DEBUG_PORT JAVA_DEBUG_PORT PYTHON_DEBUG_PORT LANG_PORT EDITOR_PORT GITLAB_PORT SSHD_PORT ' +
    'LDAP_PORT GOOGLE_PORT ENV_PORT TERMINAL_PORT OS_PORT MODE_PORT KEY_PORT KEYCLOAK_PORT PGBOUNCER_PORT TDSPORT ' +
    'APP_PORT API_PORT DB DATABASE POSTGRES REDIS RABBITMQ RABBITMQ_PORT VAULT_PORT ERL_EPMD_PORT XDEBUG_CLIENT_PORT ' +
    'SSL_PORT FLASK_RUN_PORT DEBUG_PORT SERVICE STAGING TEXT_PORT HTTP CIRCLE_PORT RESEARCH_PORT HOST_PORT ENVOY_PORT';
  for (const name of allowed.split(' ')) {
    it(`allow ${name}`, () => assert.equal(variableNameFault(name), undefined));
  }

  const refused =
    'PATH LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS ' +
    'NODE_TLS_REJECT_UNAUTHORIZED HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY HOME SHELL PYTHONPATH PYTHONSTARTUP ' +
    'PYTHONHOME PERL5LIB PERL5OPT RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS JAVA_HOME CLASSPATH BASH_ENV ' +
    'ENV IFS PS1 PS4 PROMPT_COMMAND GIT_SSH_COMMAND GIT_DIR SSH_AUTH_SOCK SSH_ASKPASS ELECTRON_RUN_AS_NODE ' +
    'VSCODE_IPC_HOOK EDITOR VISUAL GIT_EDITOR PAGER MANPAGER BROWSER LESSOPEN TMPDIR TMP TEMP USER LOGNAME LANG ' +
    'LC_ALL TERM TERMINFO DISPLAY XAUTHORITY XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS SHELLOPTS BASHOPTS CDPATH ' +
    'ZDOTDIR MAKEFLAGS CFLAGS RUSTC_WRAPPER RUSTFLAGS CARGO_HOME GOFLAGS GOPATH DOTNET_STARTUP_HOOKS NPM_CONFIG_PREFIX ' +
    'OPENSSL_CONF SSL_CERT_FILE SSLKEYLOGFILE KUBECONFIG GCONV_PATH HOSTALIASES GTK_MODULES QT_PLUGIN_PATH COMSPEC ' +
    'PATHEXT USERPROFILE APPDATA PSMODULEPATH SYSTEMROOT LUA_INIT PHPRC SUDO_ASKPASS KRB5CCNAME GNUPGHOME CC ' +
    // Programs read these as a file or a folder, which could be one of the workspace.
    'PSQLRC PGSERVICEFILE PGPASSFILE PGSYSCONFDIR VIMINIT EXINIT VIMRUNTIME COMPOSE_FILE COMPOSER VAGRANT_VAGRANTFILE ' +
    'ANSIBLE_INVENTORY ANSIBLE_CONFIG MIX_EXS GOWORK ODBCINI TNS_ADMIN TDSDUMP SQLPATH VK_ICD_FILENAMES FLASK_APP ' +
    'AWKPATH TEXINPUTS MANPATH IPYTHONDIR MPLCONFIGDIR MYSQL_UNIX_PORT LIBMYSQL_PLUGINS GIT_SSH AWS_PROFILE NETRC ' +
    'GOOGLE_APPLICATION_CREDENTIALS CURL_CA_BUNDLE WGETRC HGRCPATH CVS_RSH RSYNC_RSH DJANGO_SETTINGS_MODULE TAPE ' +
    // Switches, and variables that name a machine or session.
    'NODE_DEBUG NODE_CHANNEL_FD NODE_UNIQUE_ID CI DEBUG FLASK_ENV RAILS_ENV LISTEN_FDS NOTIFY_SOCKET MAVEN_ARGS ' +
    'ASPNETCORE_HOSTINGSTARTUPASSEMBLIES COR_PROFILER DOCKER_HOST KUBERNETES_SERVICE_PORT HOST GH_TOKEN OLDPWD PWD';
  for (const name of refused.split(' ')) {
    it(`refuse ${name}, which changes how programs run`, () =>
      assert.match(inEnglish(variableNameFault(name)), /it changes how programs run/));
  }

  const changingPrograms: readonly [name: string, variable: string][] = [
    ['DOCKER', 'DOCKER'],
    ['KUBERNETES_SERVICE', 'KUBERNETES_SERVICE'],
    ['GH', 'GH'],
    ['CODE_SERVER', 'CODE_SERVER'],
    ['ELECTRON', 'ELECTRON'],
    ['GCC', 'GCC_HOST'],
    ['MAVEN', 'MAVEN_HOST'],
    ['NPM', 'NPM_HOST'],
    ['RUBY', 'RUBY'],
  ];
  for (const [name, variable] of changingPrograms) {
    it(
      variable === name
        ? `refuse ${name}, which changes how programs run`
        : `refuse ${name}, because it sets ${variable}, which changes how programs run`,
      () =>
        assert.match(
          inEnglish(variableNameFault(name)),
          variable === name ? /: it changes/ : new RegExp(`also sets ${variable}, `),
        ),
    );
  }

  for (const name of [
    '',
    'db_port',
    'Db_PORT',
    '1A',
    '_A',
    'A-B',
    'A B',
    'A=B',
    'A\n',
    'A\u200b',
    'Ä',
    '_JAVA_OPTIONS',
  ]) {
    it(`refuse the malformed name ${quote(name)}`, () =>
      assert.match(inEnglish(variableNameFault(name)), /capital letters, digits and "_" only/));
  }

  it('refuse a name of 101 characters', () =>
    assert.match(inEnglish(variableNameFault('A'.repeat(101))), /longer than 100/));
});
