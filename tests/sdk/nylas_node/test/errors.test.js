import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { NylasApiError } from 'nylas';
import { own } from '../lib/provider.js';
import { nylas, ready, mine, friend, api, placesOf } from '../lib/demo.js';
import { control } from '../lib/sandbox.js';

after(() => fetch(`${ready.sandbox_url}/_sandbox/faults`, { method: 'DELETE' }));

test('invalid JSON is refused in the contract’s shape', async () => {
  const answer = await fetch(`${ready.api_url}/v3/grants/${mine.id}/messages/send`, {
    method: 'POST', headers: { Authorization: `Bearer ${ready.api_key}`, 'Content-Type': 'application/json' }, body: '{"to": [',
  });
  assert.equal(answer.status, 400);
  const body = await answer.json();
  assert.ok(body.request_id && body.error.type && /JSON/i.test(body.error.message));
  assert.equal(answer.headers.get('x-request-id'), body.request_id);
});

test('a wrong type names its field', async () => {
  const answer = await api('PUT', `/v3/grants/${mine.id}/folders/${(await placesOf(mine)).inbox}`, { name: 7 });
  assert.equal(answer.status, 400);
  assert.match(answer.body.error.message, /name/);
});

test('families that are not mail answer 404', async () => {
  for (const path of ['/v3/calendars', `/v3/grants/${mine.id}/events?calendar_id=primary`, `/v3/grants/${mine.id}/contacts`, '/v3/nowhere']) {
    const answer = await api('GET', path);
    assert.equal(answer.status, 404, path);
    assert.equal(answer.body.error.type, 'api.not_found_error', path);
  }
});

test('a provider’s refusal arrives as the SDK’s error with what the provider said', async () => {
  const message = (await nylas.messages.list({ identifier: friend.id, queryParams: { limit: 1 } })).data[0];
  await control('/faults', own.refuseChanges(friend.email));
  await assert.rejects(nylas.messages.update({ identifier: friend.id, messageId: message.id, requestBody: { starred: true } }), (error) => {
    assert.ok(error instanceof NylasApiError);
    assert.equal(typeof error.providerError, 'object');
    assert.ok(error.requestId && error.type && error.statusCode >= 400);
    return true;
  });
});
