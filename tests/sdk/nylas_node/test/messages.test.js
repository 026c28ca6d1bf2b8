import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { NylasApiError } from 'nylas';
import { own } from '../lib/provider.js';
import { nylas, mine, api, eventually, placesOf, unique } from '../lib/demo.js';
import { arrived, deliver, deliverRaw } from '../lib/sandbox.js';

const identifier = mine.id;
const places = await placesOf(mine);
const list = (queryParams) => nylas.messages.list({ identifier, queryParams });
const word = unique('needle');
const subject = `Filter ${word}`;
let message;

before(async () => {
  await deliverRaw({
    to: mine.email,
    raw: `From: Finn Müller <finn@filters.test>
To: ${mine.email}
Cc: Carla <carla@filters.test>
Subject: ${subject}
Date: Sun, 22 Nov 2026 10:00:00 +0000
Message-ID: <${word}@filters.test>
X-Twice: one
X-Twice: two
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b1

--b1
Content-Type: text/html; charset=utf-8

<p>Dear Ada, the <b>${word}</b> is in the haystack.</p>
--b1
Content-Type: text/plain; name="notes.txt"
Content-Disposition: attachment; filename="notes.txt"

the notes
--b1--
`,
  });
  message = await arrived(mine, subject);
});

test('a message has every field an application needs', () => {
  assert.equal(message.object, 'message');
  assert.equal(message.grantId, identifier);
  assert.deepEqual(message.from, [{ name: 'Finn Müller', email: 'finn@filters.test' }]);
  assert.deepEqual(message.to.map((address) => address.email), [mine.email]);
  assert.deepEqual(message.cc, [{ name: 'Carla', email: 'carla@filters.test' }]);
  assert.deepEqual(message.bcc, []);
  assert.equal(message.unread, true);
  assert.equal(message.starred, false);
  assert.ok(message.folders.includes(places.inbox));
  assert.match(message.body, new RegExp(`<b>${word}</b>`));
  assert.match(message.snippet, /Dear Ada/);
  assert.ok(Number.isInteger(message.date) && message.threadId && message.id);
  assert.equal(message.attachments[0].filename, 'notes.txt');
  assert.equal(message.headers, undefined);
});

test('lists are newest first and page without gaps or repeats', async () => {
  const seen = [];
  let pageToken;
  do {
    const page = await list({ limit: 20, select: 'id,date', ...(pageToken ? { pageToken } : {}) });
    seen.push(...page.data);
    pageToken = page.nextCursor;
  } while (pageToken && seen.length < 80);
  assert.equal(new Set(seen.map((m) => m.id)).size, seen.length);
  const dates = seen.map((m) => m.date);
  assert.deepEqual(dates, [...dates].sort((a, b) => b - a));
  assert.ok(seen.length >= 60, `only ${seen.length} messages`);
});

test('the SDK’s own iterator walks the pages, also when the limit changes on the way', async () => {
  const ids = new Set();
  for await (const page of nylas.messages.list({ identifier, queryParams: { limit: 30, select: 'id' } })) {
    page.data.forEach((m) => ids.add(m.id));
    if (ids.size >= 60) break;
  }
  assert.ok(ids.size >= 60);
});

for (const [name, matching, missing] of [
  ['subject', { subject: word }, { subject: 'no such subject anywhere' }],
  ['from', { from: 'finn@filters.test' }, { from: 'nobody@filters.test' }],
  ['to', { to: mine.email, subject: word }, { to: 'nobody@filters.test' }],
  ['cc', { cc: 'carla@filters.test' }, { cc: 'nobody@filters.test' }],
  ['bcc', { bcc: 'nobody@filters.test' }, null],
  ['any_email', { anyEmail: ['carla@filters.test', 'nobody@filters.test'] }, { anyEmail: ['nobody@filters.test'] }],
  ['in', { in: [places.inbox], subject: word }, { in: [places.sent], subject: word }],
  ['unread', { unread: true, subject: word }, { unread: false, subject: word }],
  ['starred', { starred: false, subject: word }, { starred: true, subject: word }],
  ['has_attachment', { hasAttachment: true, subject: word }, { hasAttachment: false, subject: word }],
  ['received', { receivedAfter: 1, receivedBefore: 4102444800, subject: word }, { receivedBefore: 1, subject: word }],
  ['search_query_native', { searchQueryNative: own.nativeSubject(word) }, { searchQueryNative: own.nativeSubject('nosuchword12345') }],
]) {
  test(`filter ${name}`, async () => {
    const found = await list({ ...matching, limit: 5 });
    if (missing === null) assert.deepEqual(found.data, []);
    else {
      assert.ok(found.data.some((m) => m.id === message.id), `${name} does not find the message`);
      assert.ok(!(await list({ ...missing, limit: 5 })).data.some((m) => m.id === message.id), `${name} finds it where it should not`);
    }
  });
}

test('filter thread_id', async () => {
  const found = await list({ threadId: message.threadId });
  assert.deepEqual(found.data.map((m) => m.id), [message.id]);
});

test('a limit over 200 is refused with the contract’s sentence', async () => {
  await assert.rejects(nylas.apiClient.request({ method: 'GET', path: `/v3/grants/${identifier}/messages`, queryParams: { limit: 201 } }), (error) => {
    assert.ok(error instanceof NylasApiError);
    assert.equal(error.statusCode, 400);
    assert.match(error.message, /limit must be lower than or equal to 200/);
    return true;
  });
});

test('select leaves out the rest', async () => {
  const page = await list({ select: 'id,subject', limit: 1 });
  assert.equal(page.data[0].body, undefined);
  assert.equal(page.data[0].snippet, undefined);
  assert.ok(page.data[0].id);
});

test('find gives the message, with headers, with the raw message', async () => {
  const find = (fields) => nylas.messages.find({ identifier, messageId: message.id, queryParams: fields ? { fields } : undefined });
  assert.equal((await find()).data.subject, subject);
  const { headers } = (await find('include_headers')).data;
  assert.deepEqual(headers.filter((h) => h.name === 'X-Twice').map((h) => h.value), ['one', 'two']);
  const basic = (await find('include_basic_headers')).data.headers;
  assert.deepEqual(basic.map((h) => h.name.toLowerCase()), ['message-id']);
  const raw = (await find('raw_mime')).data;
  assert.match(Buffer.from(raw.rawMime, 'base64url').toString(), new RegExp(`Message-ID: <${word}@filters.test>`));
  assert.equal(raw.subject, undefined);
});

test('an unknown message is 404', async () => {
  await assert.rejects(nylas.messages.find({ identifier, messageId: '18f0000000000000' }), (error) => error instanceof NylasApiError && error.statusCode === 404);
});

test('ids with awkward characters reach the server whole', async () => {
  await assert.rejects(nylas.messages.find({ identifier, messageId: '<a/b+c#d:e@f>' }), (error) => error instanceof NylasApiError && error.statusCode === 404);
});

test('a message is marked, starred and moved, at the provider too', async () => {
  const updated = await nylas.messages.update({ identifier, messageId: message.id, requestBody: { unread: false, starred: true } });
  assert.equal(updated.data.unread, false);
  assert.equal(updated.data.starred, true);
  const native = await list({ searchQueryNative: own.nativeStarredRead(word) });
  assert.deepEqual(native.data.map((m) => m.id), [message.id]);
  const moved = await nylas.messages.update({ identifier, messageId: message.id, requestBody: { folders: [places.elsewhere] } });
  assert.ok(moved.data.folders.includes(places.elsewhere) && !moved.data.folders.includes(places.inbox));
});

test('metadata is kept, replaced whole and filtered by', async () => {
  const metadata = { key1: word, camelCase: 'stays' };
  const updated = await nylas.messages.update({ identifier, messageId: message.id, requestBody: { metadata } });
  assert.equal(updated.data.metadata.key1, word);
  const found = await list({ metadataPair: { key1: word } });
  assert.deepEqual(found.data.map((m) => m.id), [message.id]);
  const raw = await api('GET', `/v3/grants/${identifier}/messages/${message.id}`);
  assert.deepEqual(raw.body.data.metadata, metadata);
});

test('clean takes the message down to what was said', async () => {
  const cleaned = await nylas.messages.cleanMessages({ identifier, requestBody: { messageId: [message.id], ignoreLinks: true } });
  assert.equal(cleaned.data[0].id, message.id);
  assert.match(cleaned.data[0].conversation, new RegExp(word));
});

test('the grant can be named by its address', async () => {
  const page = await nylas.messages.list({ identifier: mine.email, queryParams: { limit: 1 } });
  assert.equal(page.data[0].grantId, identifier);
});

test('every answer says how fresh it is, and carries one request id', async () => {
  const answer = await api('GET', `/v3/grants/${identifier}/messages?limit=1`);
  assert.equal(answer.headers.get('x-request-id'), answer.body.request_id);
  assert.equal(answer.headers.get('content-type'), 'application/json');
  assert.ok([...answer.headers.keys()].some((name) => name.includes('fresh')), [...answer.headers.keys()].join());
});

test('a deleted message is in the trash', async () => {
  const doomed = unique('doomed');
  await deliver({ to: mine.email, subject: doomed });
  const { id } = await arrived(mine, doomed);
  const answer = await nylas.messages.destroy({ identifier, messageId: id });
  assert.ok(answer.requestId);
  const gone = await eventually('the message in the trash', async () => (await nylas.messages.find({ identifier, messageId: id })).data.folders.includes(places.trash));
  assert.ok(gone);
  assert.deepEqual((await list({ subject: doomed })).data, []);
});

