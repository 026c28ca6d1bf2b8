import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Readable } from 'node:stream';
import { NylasApiError } from 'nylas';
import { nylas, mine, friend, stranger, placesOf, unique } from '../lib/demo.js';
import { arrived, deliver } from '../lib/sandbox.js';

const identifier = mine.id;
const send = (requestBody, queryParams) => nylas.messages.send({ identifier, requestBody, queryParams });

async function bytesOf(grant, message, attachment) {
  return Buffer.from(await nylas.attachments.downloadBytes({ identifier: grant.id, attachmentId: attachment.id, queryParams: { messageId: message.id } }));
}

test('a message is sent, lies in Sent, and arrives', async () => {
  const subject = unique('Grüße 你好');
  const sent = await send({ to: [{ name: 'Grace', email: friend.email }], subject, body: '<p>Hello <i>Grace</i></p>', replyTo: [{ email: 'desk@postroad.test' }] });
  assert.ok(sent.data.id && sent.data.threadId && sent.requestId);
  assert.equal(sent.data.subject, subject);
  assert.ok(sent.data.folders.includes((await placesOf(mine)).sent));
  assert.equal(sent.data.grantId, identifier);
  const received = await arrived(friend, subject);
  assert.equal(received.from[0].email, mine.email);
  assert.deepEqual(received.replyTo.map((address) => address.email), ['desk@postroad.test']);
  assert.match(received.body, /Hello <i>Grace<\/i>/);
});

test('custom headers, bcc and plain text go along', async () => {
  const subject = unique('plain');
  const sent = await send({
    to: [{ email: 'outside@example.com' }], bcc: [{ email: friend.email }], subject, body: 'just text & <no html>', isPlaintext: true,
    customHeaders: [{ name: 'X-Ticket', value: '42' }],
  }, { fields: 'include_headers' });
  assert.ok(sent.data.headers.some((header) => header.name === 'X-Ticket' && header.value === '42'));
  const received = await arrived(friend, subject);
  const raw = (await nylas.messages.find({ identifier: friend.id, messageId: received.id, queryParams: { fields: 'raw_mime' } })).data;
  const text = Buffer.from(raw.rawMime, 'base64url').toString();
  assert.doesNotMatch(text, /^bcc:/im);
  assert.match(text, /^X-Ticket: 42\r$/m);
  assert.doesNotMatch(text, /text\/html/);
});

test('a reply joins the thread of what it answers', async () => {
  const subject = unique('question');
  await deliver({ to: mine.email, from: friend.email, subject });
  const question = await arrived(mine, subject);
  const reply = await send({ to: [{ email: friend.email }], subject: `Re: ${subject}`, body: 'An answer.', replyToMessageId: question.id });
  assert.equal(reply.data.threadId, question.threadId);
  const headers = (await nylas.messages.find({ identifier, messageId: reply.data.id, queryParams: { fields: 'include_basic_headers' } })).data.headers;
  assert.ok(headers.some((header) => header.name.toLowerCase() === 'in-reply-to'));
});

test('mail goes to another provider, and the answer comes back into its thread', async () => {
  const subject = unique('across');
  const sent = await send({ to: [{ email: stranger.email }], subject, body: 'Over there?' });
  const there = await arrived(stranger, subject);
  assert.equal(there.from[0].email, mine.email);
  const answer = { to: [{ email: mine.email }], subject: `Re: ${subject}`, body: 'Over here.', replyToMessageId: there.id };
  await nylas.messages.send({ identifier: stranger.id, requestBody: answer });
  const back = await arrived(mine, `Re: ${subject}`);
  assert.equal(back.from[0].email, stranger.email);
  assert.equal(back.threadId, sent.data.threadId);
});

for (const [megabytes, route] of [[0.5, 'JSON'], [2, 'JSON'], [10, 'multipart']]) {
  test(`an attachment of ${megabytes} MB goes through by ${route} and comes back byte for byte`, { timeout: 120_000 }, async () => {
    const bytes = randomBytes(Math.round(megabytes * 1024 * 1024));
    const subject = unique(`attachment${megabytes}`);
    const attachment = { filename: 'größe ä.bin', contentType: 'application/octet-stream', content: route === 'JSON' ? bytes.toString('base64') : Readable.from([bytes]), size: bytes.length };
    const sent = await send({ to: [{ email: friend.email }], subject, body: 'See attached.', attachments: [attachment] });
    assert.equal(sent.data.attachments.length, 1);
    const received = await arrived(friend, subject);
    const [metadata] = received.attachments;
    assert.equal(metadata.filename, 'größe ä.bin');
    assert.equal(metadata.isInline, false);
    const found = await nylas.attachments.find({ identifier: friend.id, attachmentId: metadata.id, queryParams: { messageId: received.id } });
    assert.equal(found.data.filename, 'größe ä.bin');
    assert.equal(found.data.contentType.split(';')[0], 'application/octet-stream');
    assert.ok((await bytesOf(friend, received, metadata)).equals(bytes), 'the bytes differ');
    const stream = await nylas.attachments.downloadNodeStream({ identifier: friend.id, attachmentId: metadata.id, queryParams: { messageId: received.id } });
    let length = 0;
    for await (const chunk of stream) length += chunk.length;
    assert.equal(length, bytes.length);
  });
}

test('several attachments by multipart, one of them inline by its content id', { timeout: 120_000 }, async () => {
  const [picture, report] = [randomBytes(1024), randomBytes(4 * 1024 * 1024)];
  const subject = unique('inline');
  await send({
    to: [{ email: friend.email }], subject, body: '<img src="cid:logo1">',
    attachments: [
      { filename: 'logo.png', contentType: 'image/png', content: Readable.from([picture]), size: picture.length, contentId: 'logo1', isInline: true },
      { filename: 'report.pdf', contentType: 'application/pdf', content: Readable.from([report]), size: report.length },
    ],
  });
  const received = await arrived(friend, subject);
  const byName = Object.fromEntries(received.attachments.map((attachment) => [attachment.filename, attachment]));
  assert.equal(byName['logo.png'].contentId.replace(/[<>]/g, ''), 'logo1');
  assert.equal(byName['logo.png'].isInline, true);
  assert.ok((await bytesOf(friend, received, byName['logo.png'])).equals(picture));
  assert.ok((await bytesOf(friend, received, byName['report.pdf'])).equals(report));
});

test('more than 3 MB of JSON is refused, and the answer says so', async () => {
  const body = { to: [{ email: friend.email }], subject: 'x', body: 'y'.repeat(3.5 * 1024 * 1024) };
  await assert.rejects(nylas.apiClient.request({ method: 'POST', path: `/v3/grants/${identifier}/messages/send`, body }), (error) => {
    assert.ok(error instanceof NylasApiError);
    assert.ok([400, 413].includes(error.statusCode), String(error.statusCode));
    assert.match(error.message, /3\s?MB|multipart|3145728/i);
    return true;
  });
});

test('bad requests name the field', async () => {
  for (const [requestBody, field] of [
    [{ subject: 'no recipient', body: 'x' }, /\bto\b/],
    [{ to: [{ email: 'not an address' }], subject: 'x', body: 'y' }, /\bto\b|email/],
    [{ to: [{ email: friend.email }], subject: 'x', body: 'y', attachments: [{ filename: 'a', contentType: 'text/plain', content: '%%%' }] }, /attachments|content/],
  ]) {
    await assert.rejects(nylas.apiClient.request({ method: 'POST', path: `/v3/grants/${identifier}/messages/send`, body: requestBody }), (error) => {
      assert.ok(error instanceof NylasApiError, String(error));
      assert.equal(error.statusCode, 400);
      assert.match(error.message, field);
      return true;
    });
  }
});

test('a reply to a message that does not exist is refused', async () => {
  await assert.rejects(send({ to: [{ email: friend.email }], subject: 'x', body: 'y', replyToMessageId: '18f0000000000000' }), NylasApiError);
});
