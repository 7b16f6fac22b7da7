// The environment variables that tell programs about a proxy. There is no standard: curl(1) reads only lower-case
// http_proxy, others only upper case. With "socks5h" the proxy looks up names.
import { formatAddress } from '../../../tunnels/util/address';
import type { TcpAddress } from '../../../tunnels/util/address';

const noProxy = 'localhost,127.0.0.1,::1';

export function proxyVariables(proxy: TcpAddress): Readonly<Record<string, string>> {
  const address = formatAddress(proxy);
  const variables = {
    ALL_PROXY: `socks5h://${address}`,
    HTTP_PROXY: `http://${address}`,
    HTTPS_PROXY: `http://${address}`,
    NO_PROXY: noProxy,
  };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => [
      [name, value],
      [name.toLowerCase(), value],
    ]),
  );
}
