// Which environment variables a forward may set: none that change how programs run.
import { quote } from './text';

/** One expression a family; the names come from the manuals of the programs that read them. */
const refused: readonly RegExp[] = [
  // The dynamic linker and the C library: ld.so(8), dyld(1), mallopt(3), locale(7), hosts and resolver.
  /^(LD|DYLD|MALLOC|LC|GLIBC|_RLD)_/,
  /^(LANG|LANGUAGE|LOCPATH|NLSPATH|GCONV_PATH|GETCONF_DIR|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|RESOLV_.*|NIS_PATH|TZ|TZDIR)$/,
  // The session: who, where, with which terminal, display and desktop.
  /^(PATH|HOME|SHELL|USER|USERNAME|LOGNAME|PWD|OLDPWD|TMPDIR|TMP|TEMP|TERM|TERMCAP|TERMINFO.*|COLORTERM|HOSTNAME|MAIL)$/,
  /^(DISPLAY|XAUTHORITY|WAYLAND_.*|XDG_.*|DBUS_.*|GTK_.*|GDK_.*|GIO_.*|GST_.*|QT_.*|QML.*|KRB5.*|GNUPGHOME|GPG_.*)$/,
  // Shells: bash(1), zsh(1), sh(1p).
  /^(ENV|BASH.*|SHELLOPTS|SHLVL|IFS|PS[0-4]|PROMPT.*|CDPATH|FPATH|ZDOTDIR|GLOBIGNORE|HIST.*|INPUTRC|TMOUT|FIGNORE)$/,
  /^(POSIXLY_CORRECT|OPT(ARG|IND|ERR)|UID|EUID|PPID|COLUMNS|LINES|CONSOLE)$/,
  // Programs that others start, and the options they add.
  /^(.*_)?(EDITOR|(MAN)?PAGER|VISUAL|BROWSER|ASKPASS|PRELOAD|PROXY|OPTS|OPTIONS|HOME)$/,
  /^(.*FLAGS|FCEDIT|LESS|LESSOPEN|LESSCLOSE|LESSKEY.*|LESSSECURE.*|MORE|MANPATH|MANOPT|MAKEFILES|MAKELEVEL)$/,
  // The SSH, version control and editor families.
  /^(SSH|GIT|SVN|HG|SUDO|ELECTRON|VSCODE|CODE_SERVER|SYSTEMD)_/,
  /^(CVS_RSH|RSYNC_RSH|HGRCPATH|CHROME_(BIN|PATH|EXECUTABLE|DEVEL_SANDBOX))$/,
  // Languages: where they look for code, and what they load first.
  /^(NODE_(OPTIONS|PATH|EXTRA_CA_CERTS|TLS_.*|ENV|DEBUG(_NATIVE)?|REPL_.*|V8_COVERAGE|ICU_DATA|REDIRECT_.*|PENDING_.*|COMPILE_.*)|NPM_CONFIG_.*|YARN_.*|COREPACK_.*|DENO_.*|BUN_.*|TS_NODE_.*)$/,
  /^(PYTHON[A-Z0-9]*|PYTHON_(GIL|COLORS|HISTORY|BASIC_REPL|FROZEN_MODULES|CPU_COUNT|PERF.*|JIT.*)|PIP_.*|UV_.*|VIRTUAL_ENV.*|CONDA_.*)$/,
  /^(PERL(5.*|LIB|IO|_.*)|RUBY.*|GEM_.*|BUNDLE_.*|PHPRC|PHP_INI_SCAN_DIR|LUA_(C?PATH|INIT).*|R_PROFILE.*|R_ENVIRON.*|R_LIBS.*)$/,
  /^(CLASSPATH|DOTNET_.*|CORECLR_.*|COMPLUS_.*|MSBUILD.*|NUGET_.*)$/,
  /^(GOPATH|GOROOT|GOPROXY|GOBIN|GOENV|GODEBUG|GOTOOLCHAIN|GOSUMDB|GOPRIVATE|CARGO_.*|RUST(C|UP|DOC)?_.*|RUSTC)$/,
  /^(CC|CXX|LD|AR|AS|CPP|CPATH|C(PLUS)?_INCLUDE_PATH|LIBRARY_PATH|COMPILER_PATH|GCC_.*|PKG_CONFIG.*|CMAKE_.*)$/,
  // Which certificates and configuration programs trust.
  /^(OPENSSL_.*|SSL_CERT_.*|SSLKEYLOGFILE|CURL_CA_BUNDLE|REQUESTS_CA_BUNDLE|AWS_CONFIG_FILE|AWS_CA_BUNDLE|KUBECONFIG|WGETRC)$/,
  // Windows.
  /^(COMSPEC|PATHEXT|SYSTEM(ROOT|DRIVE)|WINDIR|(LOCAL)?APPDATA|ALLUSERSPROFILE|USERPROFILE|USERDOMAIN.*|HOME(DRIVE|PATH)|PROGRAM(FILES|DATA|W6432).*|COMMONPROGRAM.*|PSMODULEPATH|COMPUTERNAME|OS|PUBLIC)$/,
];

/** A sentence on why a forward may not set this variable; undefined: it may. */
export function envNameFault(name: string): string | undefined {
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) {
    return `${quote(name)} can't be the env: write capitals, digits and "_" only, beginning with a capital, as in "DB_PORT".`;
  }
  if (name.length > 100) {
    return `${quote(name)} can't be the env: it is longer than 100 characters.`;
  }
  return refused.some((family) => family.test(name))
    ? `${quote(name)} can't be the env: it changes how programs run; use a name of your own, as in "DB_PORT".`
    : undefined;
}
