// The daemon's folder in %LOCALAPPDATA%: the same tests as on Linux.
import '../integration/endpoint/daemonFolder.test';
