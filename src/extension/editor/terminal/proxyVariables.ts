// The variables by which programs find a proxy. There is no standard: curl(1) reads http_proxy in small letters only,
// others capitals only; "socks5h" has names looked up by the proxy.
import { formatAddress } from '../../../tunnels/util/address';
import type { TcpAddress } from '../../../tunnels/util/address';

const notThrough = 'localhost,127.0.0.1,::1';

export function proxyVariables(proxy: TcpAddress): Readonly<Record<string, string>> {
  const address = formatAddress(proxy);
  const variables = {
    ALL_PROXY: `socks5h://${address}`,
    HTTP_PROXY: `http://${address}`,
    HTTPS_PROXY: `http://${address}`,
    NO_PROXY: notThrough,
  };
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => [
      [name, value],
      [name.toLowerCase(), value],
    ]),
  );
}
