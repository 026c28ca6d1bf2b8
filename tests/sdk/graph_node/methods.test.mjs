// The rest of the methods of mail, each as Microsoft's own Node client calls it over https. Needs what graph.test.mjs needs.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { before, test } from "node:test";

import { Client } from "@microsoft/microsoft-graph-client";

const SANDBOX = process.env.SANDBOX_URL.replace(/\/$/, "");
const skip = !SANDBOX.startsWith("https:") && "the library signs requests over https only";
const ADELE = "adele@contoso.test";
const ALEX = "alex@contoso.test";
let adele, alex;

async function control(path, body) {
  const answer = await fetch(`${SANDBOX}/_sandbox${path}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok && answer.status !== 409) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function client(email) {
  await control("/mailboxes", { email, provider: "microsoft" });
  const { access_token: token } = await control("/token", { email });
  return Client.init({ baseUrl: `${SANDBOX}/`, customHosts: new Set([new URL(SANDBOX).hostname]), authProvider: (done) => done(null, token) });
}

const letter = (to, subject) => ({
  subject, body: { contentType: "Text", content: "hello" }, toRecipients: [{ emailAddress: { address: to } }],
});
const found = async (who, subject) => (await who.api("/me/messages").filter(`subject eq '${subject}'`).get()).value;

before(async () => {
  adele = await client(ADELE);
  alex = await client(ALEX);
});

test("folders in folders, moved and copied", { skip }, async () => {
  const outer = await adele.api("/me/mailFolders").post({ displayName: randomUUID() });
  const inner = await adele.api(`/me/mailFolders/${outer.id}/childFolders`).post({ displayName: "inner" });
  assert.deepEqual((await adele.api(`/me/mailFolders/${outer.id}/childFolders`).get()).value.map(({ id }) => id), [inner.id]);
  await adele.api(`/me/mailFolders/${inner.id}/move`).post({ destinationId: "archive" });
  const copied = await adele.api(`/me/mailFolders/${inner.id}/copy`).post({ destinationId: outer.id });
  assert.equal(copied.parentFolderId, outer.id);
  await adele.api(`/me/mailFolders/${inner.id}`).delete();
  await adele.api(`/me/mailFolders/${outer.id}`).delete();
});

test("MIME in, MIME out, MIME sent", { skip }, async () => {
  const mark = randomUUID();
  const text = `From: ${ADELE}\r\nTo: ${ALEX}\r\nSubject: ${mark}\r\nMIME-Version: 1.0\r\n\r\nhello\r\n`;
  const mime = (path) => adele.api(path).header("Content-Type", "text/plain").post(Buffer.from(text).toString("base64"));
  const draft = await mime("/me/messages");
  const raw = await adele.api(`/me/messages/${draft.id}/$value`).responseType("text").get();
  assert.ok(draft.isDraft && String(raw).includes("hello"));
  await mime("/me/sendMail");
  assert.equal((await found(alex, mark)).length, 1);
});

test("marks, copies, and what is deleted for good", { skip }, async () => {
  const mark = randomUUID();
  const { id } = await adele.api("/me/messages").post({ subject: mark });
  const marks = { categories: ["Red"], flag: { flagStatus: "flagged" }, isRead: false };
  const changed = await adele.api(`/me/messages/${id}`).patch(marks);
  assert.deepEqual([changed.categories, changed.flag.flagStatus, changed.isRead], [["Red"], "flagged", false]);
  const copied = await adele.api(`/me/messages/${id}/copy`).post({ destinationId: "archive" });
  await adele.api(`/me/messages/${id}/permanentDelete`).post({});
  assert.deepEqual((await found(adele, mark)).map((message) => message.id), [copied.id]);
});

test("answers to all, and forwarding", { skip }, async () => {
  const mark = randomUUID();
  await adele.api("/me/sendMail").post({ message: letter(ALEX, mark) });
  const [{ id }] = await found(alex, mark);
  const reply = await alex.api(`/me/messages/${id}/createReplyAll`).post({ comment: "all" });
  assert.deepEqual(reply.toRecipients.map((to) => to.emailAddress.address), [ADELE]);
  const toRecipients = [{ emailAddress: { address: ADELE } }];
  assert.ok((await alex.api(`/me/messages/${id}/createForward`).post({ comment: "see", toRecipients })).isDraft);
});

test("search, order, count", { skip }, async () => {
  const mark = randomUUID();
  await adele.api("/me/messages").post({ subject: mark });
  assert.equal((await adele.api("/me/messages").search(`"subject:${mark}"`).get()).value.length, 1);
  const page = await adele.api("/me/messages").filter("receivedDateTime ge 2000-01-01T00:00:00Z").orderby("receivedDateTime desc").top(1).count(true).get();
  assert.ok(page.value.length === 1 && page["@odata.count"] >= 1);
  const both = adele.api("/me/messages").filter("isRead eq true").orderby("subject");
  await assert.rejects(both.get(), { statusCode: 400, code: "InefficientFilter" });
});

test("a lost place is told", { skip }, async () => {
  for (const [method, path] of [["messages", "/me/mailFolders/inbox/messages/delta"], ["folders", "/me/mailFolders/delta"]]) {
    let page = await adele.api(path).get();
    while (page["@odata.nextLink"]) page = await adele.api(page["@odata.nextLink"]).get();
    await control("/faults", { name: "graph.sync_state_not_found", mailbox: ADELE, method: `graph.${method}.delta`, times: 1 });
    await assert.rejects(adele.api(page["@odata.deltaLink"]).get(), { statusCode: 410, code: "SyncStateNotFound" });
    assert.ok((await adele.api(path).get()).value);
  }
});

test("change notifications", { skip }, async () => {
  const heard = [];
  let tell;
  const first = new Promise((resolve) => { tell = resolve; });
  const ear = createServer((request, answer) => {
    const token = new URL(request.url, "http://ear").searchParams.get("validationToken");
    let text = "";
    request.on("data", (chunk) => { text += chunk; }).on("end", () => {
      answer.writeHead(token ? 200 : 202, { "Content-Type": "text/plain" }).end(token ?? "");
      if (!token) tell(heard.push(...JSON.parse(text).value));
    });
  }).listen(0, "127.0.0.1");
  await once(ear, "listening");
  const [clientState, day] = [randomUUID(), 24 * 3600 * 1000];
  const made = await alex.api("/subscriptions").post({
    changeType: "created", notificationUrl: `http://127.0.0.1:${ear.address().port}/`, resource: "me/mailFolders('inbox')/messages",
    expirationDateTime: new Date(Date.now() + day).toISOString(), clientState,
  });
  await adele.api("/me/sendMail").post({ message: letter(ALEX, clientState) });
  await first;
  assert.deepEqual([heard[0].subscriptionId, heard[0].clientState], [made.id, clientState]);
  const expirationDateTime = new Date(Date.now() + 2 * day).toISOString();
  await alex.api(`/subscriptions/${made.id}`).patch({ expirationDateTime });
  await alex.api(`/subscriptions/${made.id}/reauthorize`).post({});
  await alex.api(`/subscriptions/${made.id}`).delete();
  await assert.rejects(alex.api(`/subscriptions/${made.id}`).get(), { statusCode: 404 });
  ear.close();
  ear.closeAllConnections();
});
