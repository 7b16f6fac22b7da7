// What a server has said during a login, and the links in it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { tooltipOf } from '../../../../src/views/tree/tooltips';
import { tunnelNode } from '../../../../src/views/tree/nodes';
import { serverLines, serverLinks, shownSpeaker } from '../../../../src/views/words/loginWait';
import { now, stopped, tunnel, waitingFor } from '../snapshots';

function urls(serverText: string): readonly string[] {
  return serverLinks(tunnel(waitingFor('device', serverText))).map(({ url }) => url);
}

describe('the links in what a server says', () => {
  const rows: readonly (readonly [title: string, text: string, found: readonly string[]])[] = [
    [
      'are found between words',
      'Go to (https://login.example.org/a/1?code=AB%2BCD#x), now.',
      ['https://login.example.org/a/1?code=AB%2BCD#x'],
    ],
    [
      'are found on several lines, each once',
      'http://a.example/\n\thttps://b.example/x\nhttp://a.example/',
      ['http://a.example/', 'https://b.example/x'],
    ],
    [
      'are no others than http and https',
      'file:///etc/passwd vscode://x.y command:z ftp://a javascript:b',
      [],
    ],
    ['are none inside another scheme', 'vscode-insiders+https://a.example/', []],
    ['have no user name or password', 'https://login.example.org@evil.example/ https://a:b@c.example/', []],
    ['are none that were cut off', 'https://login.example.org/a/1…', []],
    ['have no letters that could be taken for others', 'https://lоgin.example.org/a https://a.example/é', []],
    [
      'are at most three',
      [1, 2, 3, 4].map((n) => `http://h${n}.example/`).join(' '),
      ['http://h1.example/', 'http://h2.example/', 'http://h3.example/'],
    ],
    ['are none without a host', 'https://', []],
  ];
  for (const [title, text, found] of rows) {
    it(title, () => assert.deepEqual(urls(text), found));
  }

  it('name the server as the settings do', () => {
    const [link] = serverLinks(tunnel(waitingFor('device', 'https://a.example/')));
    assert.equal(link?.host, 'staging.example.org');
  });
  it('name the jump host that has sent them, not the server behind it', () => {
    const waiting = { ...waitingFor('device', 'https://a.example/'), serverName: 'me@gate.example:22' };
    assert.equal(serverLinks(tunnel(waiting))[0]?.host, 'gate.example:22');
    assert.equal(shownSpeaker(tunnel(waiting)), 'gate.example:22');
  });
  it('are gone when the tunnel no longer connects', () => {
    assert.deepEqual(serverLinks(tunnel(stopped)), []);
  });
});

describe('what a server says', () => {
  const evil = 'Hi\u202e [x](command:evil) $(bug)\n\n\u001b[31m<b>red</b>';
  it('is shown line by line, without what is invisible', () => {
    assert.deepEqual(serverLines(tunnel(waitingFor('device', evil))), [
      'Hi [x](command:evil) $(bug)',
      '<b>red</b>',
    ]);
  });
  it('is no Markdown in the tooltip', () => {
    const snapshot = tunnel(waitingFor('device', `${evil}\nhttps://a.example/`));
    const tooltip = tooltipOf(tunnelNode(snapshot.id), snapshot, now)?.value ?? '';
    assert.match(tooltip, /Approve the sign/);
    assert.match(tooltip, /staging\.example\.org says:/);
    assert.match(tooltip, /show the details/);
    assert.doesNotMatch(tooltip, /\]\(|<b>|\$\(|https:\/\//);
  });
});
