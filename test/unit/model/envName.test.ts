// Which variables a forward may set.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { envNameFault } from '../../../src/tunnels/model/envName';

describe('envNameFault', () => {
  const fine =
    'DB_PORT PORT A X1 PGPORT MYSQL_TCP_PORT REDIS_PORT HTTP_PORT PROXY_PORT PATH_PORT HOME_PORT USER_DB_PORT ' +
    'NODE_PORT NODE_DEBUG_PORT JAVA_DEBUG_PORT PYTHON_DEBUG_PORT LANG_PORT EDITOR_PORT GITLAB_PORT SSHD_PORT ' +
    'LDAP_PORT GOOGLE_PORT ENV_PORT TERMINAL_PORT OS_PORT';
  for (const name of fine.split(' ')) {
    it(`lets ${name} pass`, () => assert.equal(envNameFault(name), undefined));
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
    'PATHEXT USERPROFILE APPDATA PSMODULEPATH SYSTEMROOT LUA_INIT PHPRC SUDO_ASKPASS KRB5CCNAME GNUPGHOME CC';
  for (const name of refused.split(' ')) {
    it(`refuses ${name}`, () => assert.match(envNameFault(name) ?? '', /it changes how programs run/));
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
    'Ä',
    '_JAVA_OPTIONS',
  ]) {
    it(`refuses the form of ${JSON.stringify(name)}`, () =>
      assert.match(envNameFault(name) ?? '', /capitals, digits and "_" only/));
  }

  it('refuses a name without end', () =>
    assert.match(envNameFault('A'.repeat(101)) ?? '', /longer than 100/));
});
