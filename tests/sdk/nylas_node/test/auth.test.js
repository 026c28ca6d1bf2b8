import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NylasOAuthError, NylasApiError } from 'nylas';
import { own, provider } from '../lib/provider.js';
import { ready, nylas, mine, friend, api, client, unique } from '../lib/demo.js';
import { control } from '../lib/sandbox.js';
import { Browser, person } from '../lib/browser.js';

const redirectUri = 'http://localhost:3000/callback';
const clientId = ready.client_id;

async function authenticate(grant, extra = {}) {
  const pkce = nylas.auth.urlForOAuth2PKCE({ clientId, redirectUri, provider, accessType: 'offline', state: 'back&forth=1', ...extra });
  const returned = await new Browser().walk(pkce.url, redirectUri, person(grant.email));
  return { pkce, returned };
}

async function tokens(grant) {
  const { pkce, returned } = await authenticate(grant);
  return nylas.auth.exchangeCodeForToken({ clientId, redirectUri, code: returned.searchParams.get('code'), codeVerifier: pkce.secret, clientSecret: ready.api_key });
}

test('hosted authentication with PKCE goes through the pages and keeps the grant', async () => {
  const { pkce, returned } = await authenticate(mine);
  assert.equal(returned.searchParams.get('state'), 'back&forth=1');
  assert.equal(returned.searchParams.get('error'), null);
  const answer = await nylas.auth.exchangeCodeForToken({
    clientId, redirectUri, code: returned.searchParams.get('code'), codeVerifier: pkce.secret, clientSecret: ready.api_key,
  });
  assert.equal(answer.grantId, mine.id);
  assert.equal(answer.email, mine.email);
  assert.equal(answer.provider, provider);
  assert.equal(answer.tokenType, 'Bearer');
  assert.equal(answer.expiresIn, 3600);
  assert.ok(answer.accessToken && answer.refreshToken && answer.idToken);
  assert.match(answer.scope, own.grantedScope);
});

test('without a provider the picker is shown, and a person can choose', async () => {
  const url = nylas.auth.urlForOAuth2({ clientId, redirectUri, prompt: 'select_provider', loginHint: mine.email });
  const returned = await new Browser().walk(url, redirectUri, person(mine.email));
  assert.ok(returned.searchParams.get('code'), returned.href);
});

test('the application may be a public client: PKCE alone proves it', async () => {
  const { pkce, returned } = await authenticate(friend);
  const answer = await fetch(`${ready.api_url}/v3/connect/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ grant_type: 'authorization_code', client_id: clientId, redirect_uri: redirectUri, code: returned.searchParams.get('code'), code_verifier: pkce.secret }),
  });
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).grant_id, friend.id);
});

test('a person who refuses comes back with an error, not with a code', async () => {
  // Whoever has agreed before is not asked again by every provider.
  const newcomer = `${unique('newcomer')}@postroad.test`;
  await control('/mailboxes', { email: newcomer, provider });
  const { url } = nylas.auth.urlForOAuth2PKCE({ clientId, redirectUri, provider, state: 's1' });
  const returned = await new Browser().walk(url, redirectUri, person(newcomer, { agree: false }));
  assert.equal(returned.searchParams.get('code'), null);
  assert.ok(returned.searchParams.get('error'));
  assert.ok(returned.searchParams.get('error_description'));
  assert.equal(returned.searchParams.get('state'), 's1');
});

test('an access token opens its own grant as `me`, and no other', async () => {
  const { accessToken } = await tokens(mine);
  const bearer = client(accessToken);
  const page = await bearer.messages.list({ identifier: 'me', queryParams: { limit: 1 } });
  assert.equal(page.data[0].grantId, mine.id);
  const me = await bearer.grants.find({ grantId: 'me' });
  assert.equal(me.data.email, mine.email);
  await assert.rejects(bearer.messages.list({ identifier: friend.id, queryParams: { limit: 1 } }), (error) => error instanceof NylasApiError && [401, 403, 404].includes(error.statusCode));
});

test('a refresh token buys a new access token', async () => {
  const first = await tokens(mine);
  const second = await nylas.auth.refreshAccessToken({ clientId, redirectUri, refreshToken: first.refreshToken, clientSecret: ready.api_key });
  assert.notEqual(second.accessToken, first.accessToken);
  assert.equal(second.grantId, mine.id);
  const page = await client(second.accessToken).folders.list({ identifier: 'me' });
  assert.ok(page.data.length > 0);
});

test('tokens tell whose they are', async () => {
  const answer = await tokens(mine);
  for (const info of [await nylas.auth.accessTokenInfo(answer.accessToken), await nylas.auth.idTokenInfo(answer.idToken)]) {
    assert.equal(info.data.email, mine.email);
    assert.equal(info.data.aud, clientId);
    assert.ok(info.data.exp > info.data.iat);
    assert.ok(info.requestId);
  }
});

test('a revoked token is dead, and so is the refresh token it came from', async () => {
  const answer = await tokens(mine);
  assert.equal(await nylas.auth.revoke(answer.accessToken), true);
  await assert.rejects(client(answer.accessToken).messages.list({ identifier: 'me' }), (error) => error instanceof NylasApiError && error.statusCode === 401);
  await assert.rejects(
    nylas.auth.refreshAccessToken({ clientId, redirectUri, refreshToken: answer.refreshToken, clientSecret: ready.api_key }),
    (error) => error instanceof NylasOAuthError && error.statusCode === 400,
  );
});

test('a code works once, and only with its verifier', async () => {
  const { pkce, returned } = await authenticate(mine);
  const exchange = (codeVerifier) => nylas.auth.exchangeCodeForToken({ clientId, redirectUri, code: returned.searchParams.get('code'), codeVerifier, clientSecret: ready.api_key });
  await assert.rejects(exchange('not the verifier'), (error) => {
    assert.ok(error instanceof NylasOAuthError);
    assert.equal(error.error, 'invalid_grant');
    assert.equal(error.statusCode, 400);
    assert.ok(error.errorCode && error.errorDescription && error.errorUri);
    return true;
  });
  await assert.rejects(exchange(pkce.secret), NylasOAuthError);
});

test('an unregistered redirect URI is refused before anybody is sent anywhere', async () => {
  const url = nylas.auth.urlForOAuth2({ clientId, redirectUri: 'https://evil.example/callback', provider });
  const answer = await fetch(url, { redirect: 'manual' });
  assert.equal(answer.status, 400);
  assert.equal(answer.headers.get('location'), null);
});

test('a forged state is refused', async () => {
  const answer = await fetch(`${ready.api_url}/v3/connect/callback?state=forged&code=x`, { redirect: 'manual' });
  assert.equal(answer.status, 400);
});

test('a refresh token of the provider makes a grant (custom authentication)', async () => {
  const issued = await fetch(`${ready.sandbox_url}/_sandbox/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: friend.email, scopes: own.scopes }),
  }).then((answer) => answer.json());
  const answer = await nylas.auth.customAuthentication({ requestBody: { provider, settings: { refreshToken: issued.refresh_token }, state: 'mine' } });
  assert.equal(answer.data.id, friend.id, 'the same address keeps its grant');
  assert.equal(answer.data.grantStatus, 'valid');
  assert.ok(answer.requestId);
});

test('a dead refresh token makes no grant', async () => {
  await assert.rejects(
    nylas.auth.customAuthentication({ requestBody: { provider, settings: { refreshToken: own.deadToken } } }),
    (error) => error instanceof NylasApiError && error.statusCode === 400 && Boolean(error.type),
  );
});

test('the provider of an address is detected', async () => {
  const answer = await nylas.auth.detectProvider({ email: own.someAddress });
  assert.equal(answer.data.detected, true);
  assert.equal(answer.data.provider, provider);
  assert.equal(answer.data.emailAddress, own.someAddress);
});

test('a wrong API key is refused in the contract’s shape', async () => {
  const answer = await api('GET', '/v3/grants', undefined, { Authorization: 'Bearer nyk_v0_wrong' });
  assert.equal(answer.status, 401);
  assert.ok(answer.body.request_id && answer.body.error.type && answer.body.error.message);
});
