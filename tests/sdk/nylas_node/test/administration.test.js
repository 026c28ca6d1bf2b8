import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NylasApiError } from 'nylas';
import { provider } from '../lib/provider.js';
import { ready, nylas, mine } from '../lib/demo.js';

test('grants are listed, found and filtered', async () => {
  const all = await nylas.grants.list({ queryParams: { limit: 50 } });
  assert.ok(ready.grants.every((grant) => all.data.some((listed) => listed.id === grant.id)));
  const one = await nylas.grants.list({ queryParams: { email: mine.email, provider, grantStatus: 'valid' } });
  assert.deepEqual(one.data.map((grant) => grant.id), [mine.id]);
  const found = await nylas.grants.find({ grantId: mine.id });
  assert.equal(found.data.email, mine.email);
  assert.equal(found.data.grantStatus, 'valid');
  assert.ok(Array.isArray(found.data.scope) && found.data.createdAt > 0);
  const second = await nylas.grants.list({ queryParams: { limit: 1, offset: 1 } });
  assert.equal(second.data.length, 1);
});

test('a grant is updated', async () => {
  const { data } = await nylas.grants.find({ grantId: mine.id });
  const updated = await nylas.grants.update({ grantId: mine.id, requestBody: { scope: data.scope } });
  assert.equal(updated.data.id, mine.id);
});

test('an unknown grant is 404 in the SDK’s own class', async () => {
  await assert.rejects(nylas.grants.find({ grantId: '00000000-0000-4000-8000-000000000000' }), (error) => {
    assert.ok(error instanceof NylasApiError);
    assert.equal(error.statusCode, 404);
    assert.ok(error.type && error.requestId && error.message);
    return true;
  });
});

test('the connector is listed, found and changed; its secret is not shown', async () => {
  const all = await nylas.connectors.list({ queryParams: {} });
  assert.deepEqual(all.data.map((connector) => connector.provider).sort(), ['google', 'microsoft']);
  const { data } = await nylas.connectors.find({ provider });
  assert.ok(data.settings.clientId);
  const updated = await nylas.connectors.update({ provider, requestBody: { name: 'Renamed' } });
  assert.equal(updated.data.name, 'Renamed');
  assert.equal(updated.data.settings.clientId, data.settings.clientId);
});

test('connector credentials are made, listed, changed and removed', async () => {
  const made = await nylas.connectors.credentials.create({
    provider,
    requestBody: { name: 'second client', credentialType: 'connector', credentialData: { clientId: 'x', clientSecret: 'y' } },
  });
  assert.ok(made.data.id);
  const all = await nylas.connectors.credentials.list({ provider, queryParams: {} });
  assert.ok(all.data.some((credential) => credential.id === made.data.id));
  const renamed = await nylas.connectors.credentials.update({ provider, credentialsId: made.data.id, requestBody: { name: 'other' } });
  assert.equal(renamed.data.name, 'other');
  await nylas.connectors.credentials.destroy({ provider, credentialsId: made.data.id });
});

test('a second connector for a provider is refused', async () => {
  await assert.rejects(
    nylas.connectors.create({ requestBody: { provider, settings: { clientId: 'a', clientSecret: 'b' } } }),
    (error) => error instanceof NylasApiError && error.statusCode >= 400 && error.statusCode < 500,
  );
});

test('the application tells who it is and takes changes', async () => {
  const { data } = await nylas.applications.getDetails();
  assert.equal(data.applicationId, ready.client_id);
  assert.ok(data.organizationId && data.region && data.environment && data.branding.name);
  assert.ok(data.callbackUris.some((uri) => uri.url === 'http://localhost:3000/callback'));
});

test('callback URIs are made, listed, changed and removed', async () => {
  const made = await nylas.applications.redirectUris.create({ requestBody: { url: 'https://app.example.com/back', platform: 'web' } });
  assert.equal(made.data.url, 'https://app.example.com/back');
  const all = await nylas.applications.redirectUris.list();
  assert.ok(all.data.some((uri) => uri.id === made.data.id));
  const changed = await nylas.applications.redirectUris.update({ redirectUriId: made.data.id, requestBody: { url: 'https://app.example.com/again', platform: 'web' } });
  assert.equal(changed.data.url, 'https://app.example.com/again');
  assert.equal((await nylas.applications.redirectUris.find({ redirectUriId: made.data.id })).data.url, 'https://app.example.com/again');
  const removed = await nylas.applications.redirectUris.destroy({ redirectUriId: made.data.id });
  assert.ok(removed.requestId);
});

test('a plain http callback beyond localhost is refused with a remedy', async () => {
  await assert.rejects(
    nylas.applications.redirectUris.create({ requestBody: { url: 'http://app.example.com/back', platform: 'web' } }),
    (error) => error instanceof NylasApiError && error.statusCode === 400 && /https/i.test(error.message),
  );
});
