import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Readable } from 'node:stream';
import { NylasApiError } from 'nylas';
import { nylas, mine, friend, placesOf, unique } from '../lib/demo.js';
import { arrived } from '../lib/sandbox.js';

const identifier = mine.id;
const places = await placesOf(mine);
const create = (requestBody) => nylas.drafts.create({ identifier, requestBody });

test('a draft is saved, found, listed, changed and sent', async () => {
  const subject = unique('draft');
  const made = await create({ to: [{ email: friend.email }], subject, body: '<p>first version</p>' });
  assert.equal(made.data.object, 'draft');
  assert.equal(made.data.grantId, identifier);
  assert.ok(Number.isInteger(made.data.date));
  const draftId = made.data.id;
  assert.equal((await nylas.drafts.find({ identifier, draftId })).data.subject, subject);
  const listed = await nylas.drafts.list({ identifier, queryParams: { subject } });
  assert.deepEqual(listed.data.map((draft) => draft.id), [draftId]);

  const changed = await nylas.drafts.update({ identifier, draftId, requestBody: { body: '<p>second version</p>', starred: true } });
  assert.equal(changed.data.id, draftId, 'the id stays');
  assert.equal(changed.data.subject, subject, 'what is left out stays');
  assert.deepEqual(changed.data.to.map((address) => address.email), [friend.email]);
  assert.match(changed.data.body, /second version/);

  const sent = await nylas.drafts.send({ identifier, draftId });
  assert.ok(sent.data.id && sent.data.folders.includes(places.sent));
  const received = await arrived(friend, subject);
  assert.match(received.body, /second version/);
  await assert.rejects(nylas.drafts.find({ identifier, draftId }), (error) => error instanceof NylasApiError && error.statusCode === 404);
});

test('a draft may be empty and may be removed', async () => {
  const { data } = await create({});
  await nylas.drafts.destroy({ identifier, draftId: data.id });
  await assert.rejects(nylas.drafts.find({ identifier, draftId: data.id }), (error) => error instanceof NylasApiError && error.statusCode === 404);
});

test('a draft keeps its attachments, small by JSON and large by multipart', { timeout: 120_000 }, async () => {
  for (const megabytes of [0.2, 5]) {
    const bytes = randomBytes(Math.round(megabytes * 1024 * 1024));
    const content = megabytes < 3 ? bytes.toString('base64') : Readable.from([bytes]);
    const { data } = await create({ subject: unique('kept'), attachments: [{ filename: 'a.bin', contentType: 'application/octet-stream', content, size: bytes.length }] });
    const changed = await nylas.drafts.update({ identifier, draftId: data.id, requestBody: { subject: 'renamed' } });
    assert.deepEqual(changed.data.attachments.map((attachment) => attachment.filename), ['a.bin']);
    await nylas.drafts.destroy({ identifier, draftId: data.id });
  }
});

test('drafts stay out of the list of messages', async () => {
  const subject = unique('hidden');
  const { data } = await create({ subject });
  const page = await nylas.messages.list({ identifier, queryParams: { subject } });
  assert.deepEqual(page.data, []);
  await nylas.drafts.destroy({ identifier, draftId: data.id });
});

// Under its subject: with another one Exchange begins another conversation.
test('a draft that answers a message lies in its thread', async () => {
  const page = await nylas.messages.list({ identifier, queryParams: { limit: 1, in: [places.inbox] } });
  const [message] = page.data;
  const { data } = await create({ subject: `Re: ${message.subject}`, replyToMessageId: message.id });
  assert.equal(data.threadId, message.threadId);
  const thread = await nylas.threads.find({ identifier, threadId: message.threadId });
  assert.equal(thread.data.hasDrafts, true);
  assert.deepEqual(thread.data.draftIds, [data.id]);
  await nylas.drafts.destroy({ identifier, draftId: data.id });
});
