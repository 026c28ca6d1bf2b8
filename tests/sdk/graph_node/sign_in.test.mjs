// Microsoft's own Node library for signing in (MSAL), up to a mailbox read with its Graph client. Needs SANDBOX_URL (https), the
// authority in NODE_EXTRA_CA_CERTS, and `npm ci`.

import assert from "node:assert/strict";
import { before, test } from "node:test";

import { ConfidentialClientApplication, CryptoProvider, InteractionRequiredAuthError } from "@azure/msal-node";
import { Client } from "@microsoft/microsoft-graph-client";

const SANDBOX = process.env.SANDBOX_URL.replace(/\/$/, "");
const { host, hostname } = new URL(SANDBOX);
const ADELE = "adele@contoso.test";
const redirectUri = "http://localhost:9/back";
const scopes = ["User.Read", "Mail.ReadWrite"];
// MSAL speaks https only; the demo, which has no TLS, is no place for it.
const skip = !SANDBOX.startsWith("https:") && "MSAL takes an authority under https only";
let registered;

async function control(method, path, body) {
  const answer = await fetch(`${SANDBOX}/_sandbox${path}`, { method, body: JSON.stringify(body) });
  if (!answer.ok && answer.status !== 409) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

// The pages, as somebody goes through them who accepts.
async function accept(address, account) {
  const url = new URL(address);
  url.searchParams.set("_sandbox_account", account);
  let answer = await fetch(url, { redirect: "manual" });
  if (answer.status === 200) {
    answer = await fetch(address, { method: "POST", body: new URLSearchParams({ account, decision: "accept" }), redirect: "manual" });
  }
  assert.equal(answer.status, 302);
  return new URL(answer.headers.get("location")).searchParams.get("code");
}

// MSAL asks Microsoft about hosts it does not know, unless they are named.
const application = (secret) => new ConfidentialClientApplication({
  auth: { clientId: registered.client_id, clientSecret: secret, authority: `${SANDBOX}/organizations`, knownAuthorities: [host] },
});

async function signIn(app, account) {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const asked = { scopes, redirectUri, loginHint: account, codeChallenge: challenge, codeChallengeMethod: "S256" };
  const code = await accept(await app.getAuthCodeUrl(asked), account);
  return app.acquireTokenByCode({ code, scopes, redirectUri, codeVerifier: verifier });
}

before(async () => {
  await control("POST", "/mailboxes", { email: ADELE, provider: "microsoft" });
  registered = await control("POST", "/apps", { redirect_uris: [redirectUri], name: "Node suite" });
});

test("a code with PKCE, a silent refresh, and a mailbox", { skip }, async () => {
  const app = application(registered.client_secret);
  const first = await signIn(app, ADELE);
  assert.equal(first.account.username, ADELE);
  const cached = await app.acquireTokenSilent({ account: first.account, scopes });
  assert.equal(cached.fromCache && cached.accessToken, first.accessToken);
  const { accessToken } = await app.acquireTokenSilent({ account: first.account, scopes, forceRefresh: true });
  assert.notEqual(accessToken, first.accessToken);
  const authProvider = (done) => done(null, accessToken);
  const graph = Client.init({ baseUrl: `${SANDBOX}/`, customHosts: new Set([hostname]), authProvider });
  const { id } = await graph.api("/me/messages").post({ subject: "read with MSAL's token" });
  assert.equal((await graph.api(`/me/messages/${id}`).get()).subject, "read with MSAL's token");
});

test("more is demanded, and MSAL asks for the person", { skip }, async () => {
  const app = application(registered.client_secret);
  const { account } = await signIn(app, ADELE);
  await control("POST", "/faults", { name: "aadsts.50076", mailbox: ADELE, times: 1 });
  await assert.rejects(app.acquireTokenSilent({ account, scopes, forceRefresh: true }), (error) => {
    assert.ok(error instanceof InteractionRequiredAuthError, String(error));
    assert.ok(JSON.parse(error.claims).access_token);
    return error.errorMessage.includes("AADSTS50076");
  });
});

test("a wrong secret is the application's matter", { skip }, async () => {
  await assert.rejects(signIn(application("not the secret"), ADELE), (error) => error.errorMessage.includes("AADSTS7000215"));
});
