// Google's own Node client against the sandbox: every method it stands in for.
//
// Needs SANDBOX_URL and the packages of package.json. Uses the mailboxes alice@sandbox.test and bob@sandbox.test,
// whatever else is in them, and an OAuth client of its own.

import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { before, describe, test } from 'node:test';

import { auth as authentication, gmail as client } from '@googleapis/gmail';

const SANDBOX = process.env.SANDBOX_URL.replace(/\/$/, '');
const SCOPES = ['https://mail.google.com/', 'https://www.googleapis.com/auth/gmail.settings.basic'];
const ALICE = 'alice@sandbox.test';
const BOB = 'bob@sandbox.test';
const REDIRECT = 'http://127.0.0.1:9/callback';
const ID = `node-${randomUUID()}.apps.googleusercontent.com`;
/** Its grants are revoked in a test, which ends all of them. */
const REVOKED_ID = `revoked-${ID}`;
const SECRET = 'GOCSPX-node';

/** One call to the control API. */
async function control(path, body) {
  const answer = await fetch(`${SANDBOX}/_sandbox${path}`, { method: 'POST', body: JSON.stringify(body) });
  assert.ok(answer.ok || answer.status === 409, `${path}: ${answer.status}`);
  return answer.json();
}

/** Google's OAuth client with the sandbox's addresses. */
function oauth(clientId = ID) {
  return new authentication.OAuth2({
    clientId,
    clientSecret: SECRET,
    redirectUri: REDIRECT,
    endpoints: {
      oauth2AuthBaseUrl: `${SANDBOX}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${SANDBOX}/token`,
      oauth2RevokeUrl: `${SANDBOX}/revoke`,
      tokenInfoUrl: `${SANDBOX}/tokeninfo`,
      oauth2FederatedSignonPemCertsUrl: `${SANDBOX}/oauth2/v1/certs`,
    },
  });
}

async function signIn(email) {
  const tokens = await control('/token', { email, client_id: ID, scopes: SCOPES });
  const auth = oauth();
  auth.setCredentials({ access_token: tokens.access_token, refresh_token: tokens.refresh_token });
  return auth;
}

/** Uploads ignore the client's rootUrl, so every upload names it again. */
const AT = { rootUrl: `${SANDBOX}/` };

function mail({ to = BOB, text = 'Hello', attachment, headers = {} } = {}) {
  const subject = `test ${randomUUID()}`;
  const head = Object.entries({ From: ALICE, To: to, Subject: subject, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  let rest = `\r\n${text}\r\n`;
  if (attachment) {
    const boundary = randomUUID();
    rest = `Content-Type: multipart/mixed; boundary="${boundary}"\r\n\r\n--${boundary}\r\n\r\n${text}\r\n--${boundary}\r\n`
      + 'Content-Type: application/octet-stream; name="file.bin"\r\nContent-Disposition: attachment; filename="file.bin"\r\n'
      + `Content-Transfer-Encoding: base64\r\n\r\n${attachment.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--${boundary}--\r\n`;
  }
  return { subject, source: head + rest, raw: Buffer.from(head + rest).toString('base64url') };
}

function header(message, name) {
  return message.payload.headers.find((field) => field.name.toLowerCase() === name.toLowerCase())?.value;
}

async function refused(status, reason, call) {
  await assert.rejects(call, (error) => {
    assert.equal(error.response.status, status);
    assert.equal(error.response.data.error.errors[0].reason, reason);
    return true;
  });
}

const userId = 'me';
let alice;
let bob;

before(async () => {
  for (const id of [ID, REVOKED_ID]) await control('/clients', { client_id: id, client_secret: SECRET, redirect_uris: [REDIRECT] });
  for (const email of [ALICE, BOB]) await control('/mailboxes', { email });
  alice = client({ version: 'v1', auth: await signIn(ALICE), ...AT }).users;
  bob = client({ version: 'v1', auth: await signIn(BOB), ...AT }).users;
});

async function put(message, labelIds = ['INBOX', 'UNREAD']) {
  return (await alice.messages.insert({ userId, requestBody: { raw: message.raw, labelIds } })).data;
}

async function arrived(message) {
  const { data } = await bob.messages.list({ userId, q: `subject:"${message.subject}"` });
  assert.equal(data.messages.length, 1);
  return (await bob.messages.get({ userId, id: data.messages[0].id })).data;
}

describe('messages', () => {
  test('the profile', async () => {
    const { data } = await alice.getProfile({ userId });
    assert.equal(data.emailAddress, ALICE);
    assert.equal(typeof data.historyId, 'string');
  });

  test('are inserted, imported and shown in every format', async () => {
    const file = randomBytes(10_000);
    const message = mail({ attachment: file, headers: { Date: 'Mon, 20 Jul 2020 10:00:00 +0200' } });
    const { id } = await put(message);
    const imported = await alice.messages.import({ userId, neverMarkSpam: true, requestBody: { raw: message.raw } });
    const full = (await alice.messages.get({ userId, id })).data;
    assert.equal(header(full, 'subject'), message.subject);
    const minimal = (await alice.messages.get({ userId, id: imported.data.id, format: 'minimal' })).data;
    assert.equal(minimal.internalDate, '1595232000000');
    const metadata = (await alice.messages.get({ userId, id, format: 'metadata', metadataHeaders: ['Subject', 'To'] })).data;
    assert.deepEqual(metadata.payload.headers.map((field) => field.name), ['To', 'Subject']);
    const whole = (await alice.messages.get({ userId, id, format: 'raw' })).data;
    assert.equal(Buffer.from(whole.raw, 'base64url').toString(), message.source);
    const { attachmentId } = full.payload.parts[1].body;
    const { data } = await alice.messages.attachments.get({ userId, messageId: id, id: attachmentId });
    assert.ok(Buffer.from(data.data, 'base64url').equals(file));
  });

  test('are listed page by page', async () => {
    const { data: label } = await alice.labels.create({ userId, requestBody: { name: randomUUID() } });
    const ids = [];
    for (let n = 0; n < 5; n += 1) ids.push((await put(mail(), ['INBOX', label.id])).id);
    const seen = [];
    let pageToken;
    do {
      const { data } = await alice.messages.list({ userId, labelIds: ['INBOX', label.id], maxResults: 2, pageToken, fields: 'messages/id,nextPageToken' });
      seen.push(...data.messages.map((message) => message.id));
      pageToken = data.nextPageToken;
    } while (pageToken);
    assert.deepEqual(seen.sort(), ids.sort());
    await refused(400, 'invalidArgument', alice.messages.list({ userId, pageToken: 'junk' }));
  });

  test('are modified, trashed and deleted', async () => {
    const { id } = await put(mail());
    const modified = await alice.messages.modify({ userId, id, requestBody: { addLabelIds: ['STARRED'], removeLabelIds: ['UNREAD'] } });
    assert.deepEqual(modified.data.labelIds.sort(), ['INBOX', 'STARRED']);
    assert.ok((await alice.messages.trash({ userId, id })).data.labelIds.includes('TRASH'));
    assert.ok(!(await alice.messages.untrash({ userId, id })).data.labelIds.includes('TRASH'));
    assert.equal((await alice.messages.delete({ userId, id })).status, 204);
    await refused(404, 'notFound', alice.messages.get({ userId, id }));
  });

  test('are changed in bulk', async () => {
    const ids = [(await put(mail())).id, (await put(mail())).id];
    await alice.messages.batchModify({ userId, requestBody: { ids, addLabelIds: ['STARRED'] } });
    assert.ok((await alice.messages.get({ userId, id: ids[1], format: 'minimal' })).data.labelIds.includes('STARRED'));
    await alice.messages.batchDelete({ userId, requestBody: { ids } });
    await refused(404, 'notFound', alice.messages.get({ userId, id: ids[0] }));
  });

  test('are fetched in a batch', async () => {
    const { id } = await put(mail());
    const token = (await alice.context._options.auth.getAccessToken()).token;
    const boundary = randomUUID();
    const part = (n, line) => `--${boundary}\r\ncontent-type: application/http\r\ncontent-id: <${n}>\r\n\r\n${line}\r\n\r\n`;
    const body = `${part(1, `GET /gmail/v1/users/me/messages/${id}?format=minimal HTTP/1.1`)}${part(2, 'GET /gmail/v1/users/me/labels')}--${boundary}--`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': `multipart/mixed; boundary=${boundary}` };
    const answer = await fetch(`${SANDBOX}/batch/gmail/v1`, { method: 'POST', headers, body });
    assert.equal(answer.status, 200);
    const text = await answer.text();
    assert.match(text, /Content-ID: <response-1>\r\n\r\nHTTP\/1\.1 200 OK/);
    assert.match(text, /Content-ID: <response-2>[^]*"INBOX"/);
  });
});

describe('sending', () => {
  test('raw', async () => {
    const message = mail({ headers: { 'Message-ID': '<mine@app.test>' } });
    const { data } = await alice.messages.send({ userId, requestBody: { raw: message.raw } });
    assert.deepEqual(data.labelIds, ['SENT']);
    assert.match(header(await arrived(message), 'Message-ID'), /@mail\.gmail\.com>$/);
  });

  test('as media', async () => {
    const message = mail();
    await alice.messages.send({ userId, media: { mimeType: 'message/rfc822', body: message.source } }, AT);
    await arrived(message);
  });

  test('as a multipart stream into a thread', async () => {
    const { threadId } = await put(mail());
    const message = mail({ attachment: randomBytes(2_000_000) });
    const media = { mimeType: 'message/rfc822', body: Readable.from([Buffer.from(message.source)]) };
    const { data } = await alice.messages.send({ userId, requestBody: { threadId }, media }, AT);
    assert.equal(data.threadId, threadId);
    assert.equal((await arrived(message)).payload.parts[1].body.size, 2_000_000);
  });

  test('drafts', async () => {
    const message = mail({ text: 'first' });
    const { data: draft } = await alice.drafts.create({ userId, requestBody: { message: { raw: message.raw } } });
    const { data: shown } = await alice.drafts.get({ userId, id: draft.id });
    assert.deepEqual(shown.message.labelIds, ['DRAFT']);
    assert.ok((await alice.drafts.list({ userId })).data.drafts.some((listed) => listed.id === draft.id));
    const media = { mimeType: 'message/rfc822', body: message.source.replace('first', 'second') };
    const { data: updated } = await alice.drafts.update({ userId, id: draft.id, requestBody: { message: {} }, media }, AT);
    assert.equal(updated.id, draft.id);
    assert.notEqual(updated.message.id, draft.message.id);
    const { data: sent } = await alice.drafts.send({ userId, requestBody: { id: draft.id } });
    assert.deepEqual(sent.labelIds, ['SENT']);
    assert.equal((await arrived(message)).snippet, 'second');
    await refused(404, 'notFound', alice.drafts.send({ userId, requestBody: { id: draft.id } }));
    const { data: other } = await alice.drafts.create({ userId, requestBody: { message: { raw: mail().raw } } });
    await alice.drafts.delete({ userId, id: other.id });
    await refused(404, 'notFound', alice.drafts.get({ userId, id: other.id }));
  });

  test('addresses to send from', async () => {
    const { sendAs } = alice.settings;
    assert.equal((await sendAs.list({ userId })).data.sendAs[0].isPrimary, true);
    await sendAs.patch({ userId, sendAsEmail: ALICE, requestBody: { signature: '<i>A</i>' } });
    assert.equal((await sendAs.get({ userId, sendAsEmail: ALICE })).data.signature, '<i>A</i>');
    await sendAs.update({ userId, sendAsEmail: ALICE, requestBody: { displayName: 'Alice Example' } });
    assert.equal((await sendAs.get({ userId, sendAsEmail: ALICE })).data.signature, '');
  });
});

describe('organising', () => {
  test('labels', async () => {
    const name = randomUUID();
    const { data: made } = await alice.labels.create({ userId, requestBody: { name } });
    const { id } = made;
    assert.ok((await alice.labels.list({ userId })).data.labels.some((label) => label.id === id));
    await refused(409, 'aborted', alice.labels.create({ userId, requestBody: { name } }));
    assert.equal((await alice.labels.patch({ userId, id, requestBody: { name: `${name}/b` } })).data.name, `${name}/b`);
    assert.equal((await alice.labels.update({ userId, id, requestBody: { name: `${name}/c` } })).data.name, `${name}/c`);
    assert.equal((await alice.labels.get({ userId, id })).data.messagesTotal, 0);
    await alice.labels.delete({ userId, id });
    await refused(404, 'notFound', alice.labels.get({ userId, id }));
  });

  test('threads', async () => {
    const messageId = `<${randomUUID()}@test>`;
    const first = mail({ headers: { 'Message-ID': messageId } });
    const reply = mail({ headers: { Subject: `Re: ${first.subject}`, References: messageId, 'In-Reply-To': messageId } });
    const { threadId: id } = await put(first);
    assert.equal((await put(reply)).threadId, id);
    const { data: listed } = await alice.threads.list({ userId, q: `subject:"${first.subject}"` });
    assert.deepEqual(listed.threads.map((thread) => thread.id), [id]);
    assert.equal((await alice.threads.get({ userId, id, format: 'minimal' })).data.messages.length, 2);
    const { data: changed } = await alice.threads.modify({ userId, id, requestBody: { removeLabelIds: ['UNREAD'] } });
    assert.ok(changed.messages.every((message) => !message.labelIds.includes('UNREAD')));
    await alice.threads.trash({ userId, id });
    await alice.threads.untrash({ userId, id });
    await alice.threads.delete({ userId, id });
    await refused(404, 'notFound', alice.threads.get({ userId, id }));
  });

  test('history', async () => {
    const { historyId: startHistoryId } = (await alice.getProfile({ userId })).data;
    const { id } = await put(mail());
    await alice.messages.modify({ userId, id, requestBody: { addLabelIds: ['STARRED'] } });
    const { data } = await alice.history.list({ userId, startHistoryId, historyTypes: ['messageAdded', 'labelAdded'] });
    const own = data.history.filter((record) => record.messages[0].id === id);
    assert.deepEqual(own.map((record) => Object.keys(record).find((key) => !['id', 'messages'].includes(key))), ['messagesAdded', 'labelsAdded']);
    const page = (await alice.history.list({ userId, startHistoryId, maxResults: 1 })).data;
    assert.ok((await alice.history.list({ userId, startHistoryId, maxResults: 1, pageToken: page.nextPageToken })).data.history);
    await refused(404, 'notFound', alice.history.list({ userId, startHistoryId: `${BigInt(data.historyId) + 1000n}` }));
  });

  test('watch and stop', async () => {
    const { data } = await alice.watch({ userId, requestBody: { topicName: 'projects/p/topics/node', labelIds: ['INBOX'] } });
    assert.ok(Number(data.expiration) > 0);
    assert.equal((await alice.stop({ userId })).status, 204);
  });
});

describe('signing in', () => {
  test('with a code, PKCE and an identity token', async () => {
    const auth = oauth(REVOKED_ID);
    const { codeVerifier, codeChallenge } = await auth.generateCodeVerifierAsync();
    const url = auth.generateAuthUrl({
      access_type: 'offline', prompt: 'consent', state: 'xyz', code_challenge_method: 'S256', code_challenge: codeChallenge,
      scope: ['openid', 'email', 'profile', 'https://www.googleapis.com/auth/gmail.readonly'],
    });
    const page = await fetch(url);
    assert.match(await page.text(), /Choose an account/);
    const answer = await fetch(`${url}&_sandbox_auto=${ALICE}`, { redirect: 'manual' });
    const back = new URL(answer.headers.get('location'));
    assert.equal(back.searchParams.get('state'), 'xyz');
    const { tokens } = await auth.getToken({ code: back.searchParams.get('code'), codeVerifier });
    assert.ok(tokens.refresh_token && tokens.id_token);
    auth.setCredentials(tokens);
    const info = await auth.getTokenInfo(tokens.access_token);
    assert.equal(info.email, ALICE);
    const ticket = await auth.verifyIdToken({ idToken: tokens.id_token, audience: REVOKED_ID });
    assert.equal(ticket.getPayload().email, ALICE);
    const { data } = await client({ version: 'v1', auth, ...AT }).users.getProfile({ userId });
    assert.equal(data.emailAddress, ALICE);
    await auth.revokeCredentials();
    const dead = oauth(REVOKED_ID);
    dead.setCredentials({ refresh_token: tokens.refresh_token });
    await assert.rejects(dead.getAccessToken(), /invalid_grant/);
  });

  test('a dead access token is refreshed', async () => {
    const auth = await signIn(ALICE);
    auth.setCredentials({ ...auth.credentials, access_token: 'ya29.dead' });
    const { data } = await client({ version: 'v1', auth, ...AT }).users.getProfile({ userId });
    assert.equal(data.emailAddress, ALICE);
  });

  test('another mailbox is refused', async () => {
    await refused(403, 'forbidden', alice.messages.list({ userId: BOB }));
  });
});
