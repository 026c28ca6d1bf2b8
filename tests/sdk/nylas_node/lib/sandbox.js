// The other side of the mailbox: mail that arrives from outside, through the sandbox's control API.
import { ready, nylas, eventually } from './demo.js';

async function post(path, contentType, body) {
  const answer = await fetch(ready.sandbox_url + path, { method: 'POST', headers: { 'Content-Type': contentType }, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${path}: ${text}`);
  return text ? JSON.parse(text) : undefined;
}

export async function deliver({ to, from = 'friend@example.com', subject, text = 'Hello.' }) {
  const answer = await post('/_sandbox/deliver', 'application/json', JSON.stringify({ to: [to], from, subject, text }));
  return answer.delivered[0].id;
}

export async function deliverRaw({ to, from = 'friend@example.com', raw }) {
  const query = new URLSearchParams({ to, from });
  const answer = await post(`/_sandbox/deliver?${query}`, 'message/rfc822', raw.replace(/\r?\n/g, '\r\n'));
  return answer.delivered[0].id;
}

export function control(path, body) {
  return post(`/_sandbox${path}`, 'application/json', JSON.stringify(body));
}

// Waits until a message with this subject is in the API.
export function arrived(grant, subject) {
  return eventually(`a message "${subject}" in ${grant.email}`, async () => {
    const page = await nylas.messages.list({ identifier: grant.id, queryParams: { subject, limit: 5 } });
    return page.data.find((message) => message.subject === subject);
  });
}
