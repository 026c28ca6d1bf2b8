import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { NylasApiError } from 'nylas';
import { provider } from '../lib/provider.js';
import { nylas, ready, mine, api, unique } from '../lib/demo.js';
import { arrived, deliver } from '../lib/sandbox.js';
import { receiver, signature } from '../lib/receiver.js';

const open = [];
async function listening(options) {
  const made = await receiver(options);
  open.push(made);
  return made;
}
after(() => Promise.all(open.map((one) => one.close())));

async function subscribe(hook, requestBody = {}) {
  const { data } = await nylas.webhooks.create({
    requestBody: { triggerTypes: ['message.created'], webhookUrl: hook.url, description: 'suite', notificationEmailAddresses: ['ops@example.com'], ...requestBody },
  });
  return data;
}

test('a webhook is made once its URL answers the challenge', async () => {
  const webhook = await subscribe(await listening());
  assert.ok(webhook.webhookSecret);
  assert.equal(webhook.status, 'active');
  assert.deepEqual(webhook.notificationEmailAddresses, ['ops@example.com']);
  const found = await nylas.webhooks.find({ webhookId: webhook.id });
  assert.equal(found.data.webhookSecret, undefined);
  assert.ok((await nylas.webhooks.list()).data.some((one) => one.id === webhook.id));
  const paused = await nylas.webhooks.update({ webhookId: webhook.id, requestBody: { status: 'pause', description: 'resting' } });
  assert.equal(paused.data.status, 'pause');
  assert.equal(paused.data.description, 'resting');
  const removed = await nylas.webhooks.destroy({ webhookId: webhook.id });
  assert.ok(removed.requestId);
});

test('a URL that does not echo the challenge is refused', async () => {
  const hook = await listening({ challenge: () => 'something else' });
  await assert.rejects(subscribe(hook), (error) => error instanceof NylasApiError && error.statusCode === 400 && Boolean(error.type));
});

test('new mail is told at once, signed', async () => {
  const hook = await listening();
  const webhook = await subscribe(hook);
  const [earlier, subject] = [unique('earlier'), unique('told')];
  const arrival = async (subject) => {
    const sentAt = Date.now();
    await deliver({ to: mine.email, subject });
    const told = await hook.next((delivery) => delivery.body.data.object.subject === subject);
    return { ...told, took: told.at - sentAt };
  };
  const [before, told] = [await arrival(earlier), await arrival(subject)];
  // Even without push a mailbox is polled 27 s apart at least: two mails one after the other in less were not both polled.
  assert.ok(told.at - before.at < 25_000, `it took ${told.at - before.at} ms`);
  // A machine that stands still for a moment holds up one of them.
  assert.ok(Math.min(before.took, told.took) < 5_000, `they took ${before.took} and ${told.took} ms`);
  assert.equal(told.headers['content-type'], 'application/json');
  assert.equal(told.headers['x-nylas-signature'], signature(webhook.webhookSecret, told.bytes));
  assert.equal(told.body.specversion, '1.0');
  assert.equal(told.body.type, 'message.created');
  assert.ok(told.body.source.startsWith(`/${provider}/emails/`), told.body.source);
  assert.equal(told.body.webhook_delivery_attempt, 1);
  assert.ok(told.body.id && Number.isInteger(told.body.time));
  assert.equal(told.body.data.application_id, ready.client_id);
  assert.equal(told.body.data.object.grant_id, mine.id);
  assert.equal(told.body.data.object.object, 'message');
  const message = await nylas.messages.find({ identifier: mine.id, messageId: told.body.data.object.id });
  assert.equal(message.data.subject, subject, 'what a webhook tells of is there to be read');
  await nylas.webhooks.destroy({ webhookId: webhook.id });
});

test('changes and removals are told as well', async () => {
  const hook = await listening();
  const webhook = await subscribe(hook, { triggerTypes: ['message.updated', 'folder.created', 'folder.deleted'] });
  const subject = unique('changed');
  await deliver({ to: mine.email, subject });
  const { id } = await arrived(mine, subject);
  await nylas.messages.update({ identifier: mine.id, messageId: id, requestBody: { starred: true } });
  const updated = await hook.next((delivery) => delivery.body.type === 'message.updated' && delivery.body.data.object.id === id);
  assert.equal(updated.body.data.object.starred, true);
  const folder = await nylas.folders.create({ identifier: mine.id, requestBody: { name: unique('told folder') } });
  await hook.next((delivery) => delivery.body.type === 'folder.created' && delivery.body.data.object.id === folder.data.id);
  await nylas.folders.destroy({ identifier: mine.id, folderId: folder.data.id });
  await hook.next((delivery) => delivery.body.type === 'folder.deleted' && delivery.body.data.object.id === folder.data.id);
  assert.ok(hook.deliveries.every((delivery) => delivery.body.type !== 'message.created'), 'only what was asked for');
  await nylas.webhooks.destroy({ webhookId: webhook.id });
});

test('compressed deliveries are gzip, and the signature is over the bytes as sent', async () => {
  const hook = await listening();
  const webhook = await subscribe(hook, { compressedDelivery: true });
  const subject = unique('squeezed');
  await deliver({ to: mine.email, subject });
  const told = await hook.next((delivery) => delivery.body.data.object.subject === subject);
  assert.equal(told.gzipped, true);
  assert.equal(told.headers['x-nylas-signature'], signature(webhook.webhookSecret, told.bytes));
  await nylas.webhooks.destroy({ webhookId: webhook.id });
});

test('a rotated secret signs at once', async () => {
  const hook = await listening();
  const webhook = await subscribe(hook);
  const rotated = await nylas.webhooks.rotateSecret({ webhookId: webhook.id });
  assert.ok(rotated.data.webhookSecret);
  assert.notEqual(rotated.data.webhookSecret, webhook.webhookSecret);
  const subject = unique('rotated');
  await deliver({ to: mine.email, subject });
  const told = await hook.next((delivery) => delivery.body.data.object.subject === subject);
  assert.equal(told.headers['x-nylas-signature'], signature(rotated.data.webhookSecret, told.bytes));
  await nylas.webhooks.destroy({ webhookId: webhook.id });
});

test('mock payloads, test events and addresses are offered', async () => {
  const mock = await api('POST', '/v3/webhooks/mock-payload', { trigger_type: 'message.created' });
  assert.equal(mock.status, 200);
  assert.ok(JSON.stringify(mock.body.data).includes('"object"'));
  const hook = await listening();
  const sent = await api('POST', '/v3/webhooks/send-test-event', { trigger_type: 'message.created', webhook_url: hook.url });
  assert.equal(sent.status, 200);
  const told = await hook.next((delivery) => delivery.body.type === 'message.created');
  assert.equal(told.headers['x-nylas-signature'], signature('mock-webhook-secret', told.bytes));
  assert.ok(Array.isArray((await nylas.webhooks.ipAddresses()).data.ipAddresses));
});

test('unknown triggers and unknown webhooks are refused', async () => {
  const hook = await listening();
  await assert.rejects(subscribe(hook, { triggerTypes: ['message.imagined'] }), (error) => error instanceof NylasApiError && error.statusCode === 400);
  await assert.rejects(subscribe(hook, { triggerTypes: [] }), (error) => error instanceof NylasApiError && error.statusCode === 400);
  await assert.rejects(nylas.webhooks.find({ webhookId: '00000000-0000-4000-8000-000000000000' }), (error) => error instanceof NylasApiError && error.statusCode === 404);
});
