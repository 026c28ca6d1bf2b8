// Every promised error, met with the official SDK: what is thrown, and what of the answer the SDK hands on. The table and
// the trouble behind each row come from the server this suite is run against (crates/app/examples/errors.rs).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import Nylas, { NylasApiError, NylasOAuthError } from 'nylas';

const ready = JSON.parse(readFileSync(process.env.POSTROAD_READY, 'utf8'));
const FLOOD = 200;

// What each row does, in the SDK's words.
const calls = {
  search: (nylas, row) => nylas.messages.list({
    identifier: row.grant_id, queryParams: { searchQueryNative: 'anything', limit: row.call.limit },
  }),
  send: (nylas, row) => nylas.messages.send({
    identifier: row.grant_id,
    requestBody: {
      to: [{ email: 'friend@sandbox.test' }], subject: 'Hello', body: 'Hello.', ...(row.call.from ? { from: [{ email: row.call.from }] } : {}),
    },
  }),
  // The SDK writes JSON well: it is broken on its way.
  malformed: (nylas, row) => onTheWay(
    (request) => new Request(request.url, { method: 'POST', headers: request.headers, body: '{"to": [' }),
    () => calls.send(nylas, { ...row, call: {} }),
  ),
  bring: (nylas, row) => nylas.auth.customAuthentication({
    requestBody: { provider: row.call.provider, settings: { refreshToken: row.call.refresh_token } },
  }),
  password: (nylas, row) => nylas.auth.customAuthentication({
    requestBody: { provider: row.call.provider, settings: { password: 'hunter2' } },
  }),
  renew: (nylas, row) => nylas.grants.update({
    grantId: row.grant_id, requestBody: { settings: { refresh_token: row.call.refresh_token } },
  }),
  redirect_uri: (nylas, row) => nylas.applications.redirectUris.create({ requestBody: { url: row.call.url, platform: 'web' } }),
  flood: async (nylas) => {
    for (let count = 0; count < FLOOD; count += 1) await nylas.auth.detectProvider({ email: 'a@gmail.com', allProviderTypes: false });
  },
  exchange: (nylas, row) => nylas.auth.exchangeCodeForToken({
    clientId: row.call.client_id, clientSecret: 'wrong', code: 'code', redirectUri: 'http://localhost/cb',
  }),
};

async function onTheWay(change, work) {
  const real = globalThis.fetch;
  globalThis.fetch = (request, init) => real(change(request), init);
  try {
    return await work();
  } finally {
    globalThis.fetch = real;
  }
}

const at = (object, place) => place.split('/').slice(1).reduce((inner, key) => inner?.[camel(key)] ?? inner?.[key], object);
const camel = (key) => key.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

function isWhatTheRowSays(error, { answer, call }) {
  const oauth = call.do === 'exchange';
  assert.ok(error instanceof (oauth ? NylasOAuthError : NylasApiError), `${error?.constructor?.name}: ${error?.message}`);
  assert.equal(error.statusCode, answer.status);
  assert.equal(oauth ? error.error : error.type, answer.type);
  assert.ok(error.message.length > 10, 'the message is a sentence');
  assert.match(error.requestId, /^[0-9a-f-]{36}$/);
  assert.equal(error.headers['x-request-id'], error.requestId);
  if (oauth) {
    assert.equal(typeof error.errorCode, 'number');
    assert.equal(error.errorDescription, error.message);
    assert.ok(error.errorUri.endsWith(`/docs/faults/${answer.kind}`));
    return;
  }
  if (answer.provider) {
    const [place, value] = answer.provider;
    assert.equal(typeof error.providerError, 'object');
    assert.equal(at(error.providerError, place), value);
  }
  assert.ok(error.providerError === undefined || (typeof error.providerError === 'object' && !Array.isArray(error.providerError)));
  const wait = error.headers['retry-after'];
  if (!answer.after) return assert.equal(wait, undefined);
  if (wait === undefined) return assert.equal(answer.verdict, 'backoff');
  const [least, most] = answer.after;
  assert.ok(Number(wait) >= least && Number(wait) <= most, `Retry-After: ${wait}`);
}

for (const row of ready.rows) {
  test(`${row.of}: ${row.name}`, async () => {
    const nylas = new Nylas({ apiKey: row.key, apiUri: ready.api_url, timeout: 60 });
    const asked = calls[row.call.do](nylas, row);
    if (!row.answer) return assert.ok((await asked).requestId);
    await assert.rejects(asked, (error) => { isWhatTheRowSays(error, row); return true; });
  });
}
