// Which environment variables a forward may set: none that change how programs run. The value is only a port, a host or
// an address, but a program that expects a file or a module in the variable would look for "5432" in its working folder,
// which belongs to the workspace.
import { deferred as l10n } from '../util/l10n';
import type { Message } from '../util/l10n';
import { quote, unquoted } from '../util/shown';

/** One expression per family; the names come from the manuals of the programs that read them. */
const forbiddenNames: readonly RegExp[] = [
  // The dynamic linker and the C library: ld.so(8), dyld(1), mallopt(3), locale(7), hosts and resolver.
  /^(LD|DYLD|MALLOC|LC|GLIBC|LIBC|LOCALE|GCOV)_/,
  /^(LANG|LANGUAGE|GCONV_PATH|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|RESOLV_.*|NIS_PATH|TZ|CHARSET|POSIXLY_CORRECT)$/,
  // The session: user, terminal, display and desktop; sockets passed by a parent process (sd_listen_fds(3)).
  /^(SHELL|USER|USERNAME|LOGNAME|(OLD)?PWD|TMP|TEMP|TERM|TERMCAP|TERMINFO.*|COLORTERM|HOST|HOSTNAME|HOSTTYPE|MAIL|CI)$/,
  /^(DISPLAY|XAUTHORITY|ICEAUTHORITY|XMODIFIERS|GNUPGHOME|DESKTOP_SESSION|SESSION_MANAGER|KRB5.*|PRINTER|LPDEST|STY|TMUX)$/,
  /^(WAYLAND|XDG|DBUS|GTK|GDK|GIO|GST|QT|QML|KDE|GNOME|GPG|TMUX|TERM|NOTIFY|WATCHDOG|CUPS|PULSE|PIPEWIRE|ALSA|SDL)(_.*|$)/,
  /^(VK|LIBGL|LIBVA|MESA|EGL|GALLIUM|OCL|OPENCL|FONTCONFIG)_/,
  /^LISTEN_(PID|FDS|FDNAMES)$/,
  // Shells: bash(1), zsh(1), sh(1p).
  /^(BASH.*|SHELLOPTS|SHLVL|IFS|PS[0-9]|PROMPT.*|GLOBIGNORE|EXECIGNORE|HIST.*|INPUTRC|TMOUT|FIGNORE|FUNCNEST)$/,
  /^(OPT(ARG|IND|ERR)|UID|EUID|PPID|COLUMNS|LINES|CONSOLE|MAILCHECK|TIMEFORMAT|EMACS|INSIDE_EMACS|NULLCMD|FCEDIT)$/,
  // Programs that other programs start, and defaults from their manuals.
  /^(.*_)?(EDITOR|(MAN)?PAGER|VISUAL|BROWSER|ASKPASS|PRELOAD|PROXY|RSH|PROG|PROGRAM|BIN|EXECUTABLE|WRAPPER|COMMAND|EXEC)$/,
  /^(LESS|MORE)([A-Z]+)?$/,
  /^(CC|CXX|LD|AR|AS|NM|CPP|FC|F77|F90|YACC|LEX|MAKE|MAKELEVEL|GZIP|BZIP2?|TAPE|MANOPT|.*INPUTS)$/,
  // Names that end like those of options, files, folders, modules, switches or secrets.
  /(PATH|DIR|FILE|RC|ROOT|HOME|FLAGS|CMD|OPTS?|OPTIONS)$/,
  /^(.*_)?(FILES|DIRS|DIRECTORY|FOLDER|CONF|CONFIG|CFG|PROFILE|INI|INIT|STARTUP|HOOKS?|ARGS|LIBS?|LIBRARY|SOCK|SOCKET)$/,
  /^(.*_)?(MODULES?|PLUGINS?|LOADER|BACKEND|APP|ENV|ENVIRONMENT|MODE|DEBUG|TRACE|VERBOSE|CONTEXT)$/,
  /^(.*_)?(CERTS?|CACERT|CA_BUNDLE|CREDENTIALS|KEY|TOKEN|SECRET|PASSWORD|PASS)$/,
  // The SSH, version control, package and editor families.
  /^(SSH|GIT|SVN|HG|GH|SUDO|ELECTRON|VSCODE|CODE_SERVER|SYSTEMD|CVS|RSYNC|DPKG|DEBIAN|APT|HOMEBREW|NIX|DIRENV|NVM)(_.*|$)/,
  /^(EXINIT|G?VIMINIT|VIM.*|NVIM_.*|MYVIMRC|CHROME_.*|PUPPETEER_.*|PLAYWRIGHT_.*)$/,
  // Containers, clouds and machines: the one a command applies to.
  /^(DOCKER|COMPOSE|BUILDKIT|BUILDX|CONTAINERS?|PODMAN|KUBE.*|HELM|AWS|AZURE|ARM|CLOUDSDK|ANSIBLE|VAGRANT|PACKER|PULUMI|TF)(_.*|$)/,
  // Languages: where they find code, and what they load first.
  /^NODE_(?!(.*_)?PORT(_HOST|_ADDRESS)?$)/,
  /^(NPM|YARN|PNPM|COREPACK|DENO|BUN|TS_NODE|TSX|ESLINT|BABEL|JEST)_/,
  /^(PYTHON[A-Z0-9]*|PYTHON_(GIL|COLORS|HISTORY|BASIC_REPL|FROZEN_MODULES|CPU_COUNT|PERF.*|JIT.*))$/,
  /^(PIP|UV|PYENV|PIPENV|POETRY|VIRTUAL_ENV|CONDA|MAMBA|IPYTHON|JUPYTER)(_.*|$)/,
  /^(PERL(5.*|LIB|IO|_.*)|RUBY.*|GEM_.*|BUNDLE_.*|RBENV_.*|COMPOSER(_.*)?|LUA_.*|R_.*|JULIA_.*|OCAML.*|GHC.*|GUILE_.*)$/,
  /^(MAVEN|GRADLE|JDK|DOTNET|CORECLR|COR|COMPLUS|ASPNETCORE|NUGET|CARGO|RUST(C|UP|DOC)?|CGO|MIX|HEX|ELIXIR)_/,
  /^(MSBUILD.*|RUSTC|ERL_(?!EPMD_PORT)[A-Z_]*)$/,
  /^GO(111MODULE|ARCH|AUTH|BIN|CACHE|CACHEPROG|DEBUG|ENV|EXE|EXPERIMENT|GC|INSECURE|MAXPROCS|MEMLIMIT|MODCACHE|OS)$/,
  /^GO(NOPROXY|NOSUMDB|PRIVATE|PROXY|SUMDB|TELEMETRY|TOOLCHAIN|TRACEBACK|VCS|WORK)$/,
  /^(GCC|PKG_CONFIG|CMAKE|OPENSSL|SSL_CERT|GNUTLS|CURL)_/,
  /^(SSLKEYLOGFILE|DEBUGINFOD_.*|XDEBUG_(?!(.*_)?PORT(_HOST|_ADDRESS)?$).*)$/,
  // Database clients: the file, library or service they use (libpq, ODBC, Oracle, FreeTDS, MySQL).
  /^PG(PASSWORD|PASSFILE|SERVICE|APPNAME|SSL.*|REQUIRE.*|GSS.*|KRB.*|TZ|CHANNELBINDING|TARGETSESSIONATTRS|CLIENTENCODING)$/,
  /^(PSQL_.*|ODBC.*|TNS_ADMIN|TWO_TASK|TDS(DUMP.*|VER)|LIBMYSQL_.*|MYSQL_(UNIX_PORT|TEST_.*|GROUP_SUFFIX|PS1|PWD))$/,
  // Windows.
  /^(COMSPEC|PATHEXT|SYSTEM(ROOT|DRIVE)|WINDIR|(LOCAL)?APPDATA|ALLUSERSPROFILE|USERPROFILE|USERDOMAIN.*|HOMEDRIVE)$/,
  /^(PROGRAM(FILES|DATA|W6432).*|COMMONPROGRAM.*|COMPUTERNAME|OS|PUBLIC|WSLENV|PROCESSOR_.*|NUMBER_OF_PROCESSORS)$/,
];

/** The variables that an env sets: the port, the bind host and the address. A socket has no host. */
export function variablesBy(env: string): readonly string[] {
  return [env, `${env}_HOST`, `${env}_ADDRESS`];
}

/** The envs that set a variable which this one sets too: itself, and "DB" for "DB_HOST" and vice versa. */
export function conflictingVariables(env: string): readonly string[] {
  const [, shorter] = /^(.+)_(?:HOST|ADDRESS)$/.exec(env) ?? [];
  return [...variablesBy(env), ...(shorter === undefined ? [] : [shorter])];
}

/** Why a forward must not set this variable, as a sentence; undefined: it may. */
export function variableNameFault(name: string): Message | undefined {
  if (name.length > 100) {
    return l10n.t('An env must not be longer than 100 characters.');
  }
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) {
    return l10n.t(
      'An env must be capital letters, digits and "_" only, beginning with a letter, as in "DB_PORT".',
    );
  }
  const shown = quote(name);
  const changing = variablesBy(name).find((variable) =>
    forbiddenNames.some((family) => family.test(variable)),
  );
  if (changing === undefined) {
    return undefined;
  }
  return changing === name
    ? l10n.t(
        '{name} is not a valid env: it changes how programs run; use a name of your own, as in "DB_PORT".',
        { name: shown },
      )
    : l10n.t(
        '{name} is not a valid env: it also sets {variable}, which changes how programs run; use a name of your own, as in "DB_PORT".',
        { name: shown, variable: unquoted(changing) },
      );
}
