// The demo under test: addresses, key and grants from its ready file, and the SDK pointed at it.
import { readFileSync } from 'node:fs';
import Nylas from 'nylas';
import { own, provider } from './provider.js';

const readyFile = process.env.POSTROAD_READY;
if (!readyFile) throw new Error('POSTROAD_READY must name the ready file of a running `postroad demo` (see tests/sdk/run.py)');

export const ready = JSON.parse(readFileSync(readyFile, 'utf8'));
export const nylas = new Nylas({ apiKey: ready.api_key, apiUri: ready.api_url, timeout: 60 });
// Two mailboxes at the provider the suite is about, and one elsewhere.
export const [mine, friend] = ready.grants.filter((grant) => grant.provider === provider);
export const stranger = ready.grants.find((grant) => grant.provider !== provider);

export function client(apiKey) {
  return new Nylas({ apiKey, apiUri: ready.api_url, timeout: 60 });
}

// A request without the SDK, for what it does not offer.
export async function api(method, path, body, headers = {}) {
  const answer = await fetch(ready.api_url + path, {
    method,
    headers: { Authorization: `Bearer ${ready.api_key}`, ...(body ? { 'Content-Type': 'application/json' } : {}), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : undefined };
}

// Resolves with the first answer of `look` that is not undefined; the mirror follows the mailbox within moments.
export async function eventually(what, look, patienceMs = 20_000) {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false && found !== null) return found;
    if (Date.now() > deadline) throw new Error(`waited ${patienceMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

let counter = 0;
// A word that is in no other message.
export function unique(prefix = 'probe') {
  counter += 1;
  return `${prefix}${process.pid}x${Date.now().toString(36)}x${counter}`;
}

// Where things lie: the ids of the folders with these roles, of one grant.
export async function placesOf(grant) {
  const { data } = await nylas.folders.list({ identifier: grant.id });
  const byRole = (role) => data.find((folder) => folder.attributes?.includes(role))?.id;
  const [inbox, sent, trash] = ['\\Inbox', '\\Sent', '\\Trash'].map(byRole);
  return { inbox, sent, trash, elsewhere: own.elsewhere(byRole) };
}
