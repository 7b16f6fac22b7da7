// ssh command lines, read by us and by the installed ssh after a shell has split them: both must mean the same.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { isSocketPath } from '../../src/tunnels/util/address';
import type { Address } from '../../src/tunnels/util/address';
import { destinationText } from '../../src/tunnels/config/parsing/parseDestination';
import { formatCommandLine } from '../../src/tunnels/config/commandLine/formatCommandLine';
import { readCommandLine } from '../../src/tunnels/config/commandLine/parseCommandLine';
import type { TunnelDefinition } from '../../src/tunnels/config/definition';
import type { Forward, Listen } from '../../src/tunnels/config/forward';
import { checkLine } from '../../src/tunnels/config/commandLine/pastedCommandLine';
import { formatHostBlock, withHostBlock } from '../../src/tunnels/config/hostBlock';
import { ssh } from '../support/openssh';
import { tempDir } from '../support/tempDir';
import { madeUpRecord, readDefinition, seeded } from '../support/tunnelDefinitions';

const run = promisify(execFile);
const home = '/home/nobody';

type Facts = Readonly<Record<string, readonly string[]>>;

const keywords = [
  ...['user', 'hostname', 'port', 'proxyjump', 'localforward', 'remoteforward', 'dynamicforward'],
  ...['compression', 'exitonforwardfailure', 'serveraliveinterval', 'serveralivecountmax', 'connecttimeout'],
];

/** What ssh understands, as `ssh -G` prints it. */
async function askSsh(line: string): Promise<Facts> {
  const script = `ssh() { command ssh -G -F /dev/null "$@"; }\n${line}`;
  const { stdout } = await run('sh', ['-c', script], { env: { ...process.env, HOME: home } });
  const lines = stdout.trim().split('\n');
  const isOpen = lines.includes('gatewayports yes');
  return Object.fromEntries(
    keywords.map((keyword) => [
      keyword,
      lines
        .filter((each) => each.startsWith(`${keyword} `))
        .map((each) => each.slice(keyword.length + 1))
        // OpenSSH 9 prints a local forward with a socket a second time, as a dynamic one.
        .filter((value) => keyword !== 'dynamicforward' || !isSocketForward(value, lines))
        .map((value) => (keyword.endsWith('forward') ? asWritten(value, keyword, isOpen) : value))
        .map((value) => (keyword === 'proxyjump' ? withoutUris(value) : value)),
    ]),
  );
}

function isSocketForward(listen: string, lines: readonly string[]): boolean {
  return listen.startsWith('/') || lines.some((line) => line.startsWith(`localforward ${listen} /`));
}

/** An empty address is every interface; with -g, a missing one is too. */
function asWritten(value: string, keyword: string, isOpen: boolean): string {
  const open = isOpen && keyword !== 'remoteforward' && /^\d/.test(value) ? `[*]:${value}` : value;
  return open.replace(/^\[\]:/, '[*]:');
}

function listenText(listen: Listen): string {
  if ('path' in listen) {
    return listen.path;
  }
  return listen.bind === undefined ? String(listen.port) : `[${listen.bind || '*'}]:${listen.port}`;
}

function targetText(target: Address | undefined): string {
  if (target === undefined) {
    return '[socks]:0';
  }
  return isSocketPath(target) ? target.path : `[${target.host}]:${target.port}`;
}

/** ssh prints the ssh:// address of a jump host unchanged, or without the ssh://. */
function withoutUris(jumps: string): string {
  return jumps
    .split(',')
    .map((jump) => jump.replace(/^ssh:\/\/(.*)$/, (_, rest: string) => decodeURIComponent(rest)))
    .join(',');
}

/** The same from a definition. `user`: the user if the line names none. */
function factsOf(
  { destination, proxyJump, forwards, options }: TunnelDefinition,
  { user, port }: { readonly user: string; readonly port: string },
): Facts {
  const ofKind = (kind: Forward['kind']): readonly string[] =>
    forwards
      .filter((forward) => forward.kind === kind)
      .map((forward) =>
        forward.kind === 'dynamic'
          ? listenText(forward.listen)
          : `${listenText(forward.listen)} ${targetText(forward.target)}`,
      );
  const yesNo = (flag: boolean | undefined): readonly string[] => [flag === true ? 'yes' : 'no'];
  return {
    user: [destination.user ?? user],
    hostname: [destination.host.toLowerCase()],
    port: [String(destination.port ?? port)],
    proxyjump:
      proxyJump && proxyJump.length > 0 ? [withoutUris(proxyJump.map(destinationText).join(','))] : [],
    // The shell inserts its home.
    localforward: ofKind('local').map((text) => text.replace(/^~\//, `${home}/`)),
    remoteforward: ofKind('remote'),
    dynamicforward: ofKind('dynamic'),
    compression: yesNo(options.compression),
    exitonforwardfailure: yesNo(options.exitOnForwardFailure),
    serveraliveinterval: [String(options.serverAliveInterval ?? 0)],
    serveralivecountmax: [String(options.serverAliveCountMax ?? 3)],
    connecttimeout: [options.connectTimeout === undefined ? 'none' : String(options.connectTimeout)],
  };
}

describe('an ssh command line, compared with ssh -G:', () => {
  const lines: readonly string[] = [
    'ssh host',
    'ssh -C -N -L 8080:www.example.org:80 -L 12345:example.com:80 -R 9000:localhost:3000 -D 1080 -J bastion -p 2222 me@host',
    'ssh -f -T -X laptop firefox',
    'ssh -fTXC joe@laptop firefox',
    'ssh -fTY laptop xterm -e "top -d 1"',
    'ssh -L 8000:localhost:8000 me@docs.example.org',
    'ssh host -L1:a:2 -NfL3:b:4',
    'ssh -NL 1:a:2 -- host',
    'ssh host -- -p 3',
    'ssh -X host -p 3 xclock -p 4',
    'ssh -l a b@host',
    'ssh b@host -l a',
    'ssh -l a -l b host',
    'ssh -p 1 -p 2 -o Port=3 host',
    'ssh -o Port=3 host -p 1',
    'ssh -oUser=me -oport=4 host',
    'ssh ssh://me@host:2222',
    'ssh ssh://me@host:2222 -p 1 -l you',
    'ssh -p 1 ssh://me@host:2222',
    'ssh a@b@host',
    'ssh me@::1',
    "ssh 'jo do@host'",
    "ssh 'DOMAIN\\joe@host'",
    'ssh -C -o Compression=no host',
    'ssh -o Compression=no -o "compression yes" host',
    'ssh -J a,me@b:22 -o ProxyJump=c host',
    'ssh -o ProxyJump=c,d host',
    'ssh -J none host',
    'ssh -g -L 1:a:2 -L localhost:3:a:4 -L :5:a:6 -R 7:a:8 -D 9 -D 127.0.0.1:10 host',
    'ssh -o GatewayPorts=no -g -D 9 host',
    "ssh -L '[::1]:8080:[::2]:80' -R '*:9000:a:1' -R 9001 -R 127.0.0.1:9002 host",
    "ssh -L '/tmp/a b:/tmp/c d' -R /tmp/e:db:5432 -L 1:/tmp/f host",
    String.raw`ssh -L '/tmp/a\:b:c:80' host`,
    'ssh -o "LocalForward 80 h:2" -o RemoteForward="9000 a:80" -o DynamicForward=1080 -o RemoteForward=9001 host',
    'ssh -o ServerAliveInterval=1m -o serveralivecountmax=5 -o ConnectTimeout=1m30s -o ExitOnForwardFailure=yes host',
    'ssh -o ServerAliveInterval=none host',
    'ssh -o Compression=YES -o ExitOnForwardFailure=True host',
  ];
  for (const line of lines) {
    it(`means the same to both: ${line}`, async () =>
      assertAlike(line, readDefinition(readCommandLine(line).record)));
  }

  const refused: readonly string[] = [
    'ssh -L 8080:a host',
    'ssh -L 8080:a:99999 host',
    'ssh -z host',
    'ssh --forward host',
    'ssh -p 0 host',
    'ssh -o Frobnicate=yes host',
    'ssh -o Compression=9 host',
    'ssh -o LocalForward=8080 host',
    'ssh -o ServerAliveInterval=often host',
    'ssh -J a -J b host',
    'ssh -1 host',
    'ssh',
  ];
  for (const line of refused) {
    it(`is refused by both: ${line}`, async () => {
      await assert.rejects(askSsh(line));
      const { record, problems } = readCommandLine(line);
      if (problems.length === 0) {
        assert.throws(() => readDefinition(record));
      }
    });
  }
});

describe('the ssh command line of a tunnel', () => {
  it('means the same tunnel to ssh', async () => {
    const random = seeded(7);
    for (let number = 0; number < 60; number++) {
      const definition = readDefinition(madeUpRecord(random));
      await assertAlike(formatCommandLine(definition).line, definition);
    }
  });
});

describe('the Host block made from a command line', () => {
  it('has the same meaning to ssh as the command line', async () => {
    await using dir = await tempDir();
    const line = `ssh -4 -i '~/a "b" #c' -c aes128-ctr -o ProxyCommand='nc "a b" %h' -p 22 'jo do@fe80::1%eth0' -L 1:a:2`;
    const checked = checkLine(line);
    assert.ok(!('fault' in checked), JSON.stringify(checked));
    const { destination, configOptions } = checked;
    const block = formatHostBlock({ alias: 'pasted', destination, options: configOptions });
    assert.ok('value' in block);
    const { text } = withHostBlock('Compression yes\n\nHost *\n  User other\n', block.value);
    const file = await dir.write('config', text);
    const said = await ssh(['-G', '-F', file, 'pasted']);
    const values = said.stdout.split('\n');
    const expected = [
      ...['user jo do', 'hostname fe80::1%eth0', 'port 22', 'addressfamily inet', 'compression yes'],
      ...['identityfile ~/a "b" #c', 'ciphers aes128-ctr', 'proxycommand nc "a b" %h'],
    ];
    for (const value of expected) {
      assert.ok(values.includes(value), `${value}\n${said.stderr}${said.stdout}`);
    }
  });
});

async function assertAlike(line: string, definition: TunnelDefinition): Promise<void> {
  const said = await askSsh(line);
  const [user = ''] = (await askSsh('ssh host'))['user'] ?? [];
  assert.deepEqual(said, factsOf(definition, { user, port: '22' }), line);
}
