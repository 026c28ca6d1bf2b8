// Microsoft's own Node client against the sandbox. Needs SANDBOX_URL and `npm ci`. Uses the mailboxes adele@contoso.test and
// alex@contoso.test, whatever else is in them.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, test } from "node:test";

import { BatchRequestContent, BatchResponseContent, Client, FileUpload, HTTPMessageHandler, LargeFileUploadTask, PageIterator, RetryHandler } from "@microsoft/microsoft-graph-client";

const SANDBOX = process.env.SANDBOX_URL.replace(/\/$/, "");
const HOST = new URL(SANDBOX).hostname;
const ADELE = "adele@contoso.test";
const ALEX = "alex@contoso.test";
let adele, alex;

async function control(path, body) {
  const answer = await fetch(`${SANDBOX}/_sandbox${path}`, { method: body ? "POST" : "GET", body: body && JSON.stringify(body) });
  if (!answer.ok && answer.status !== 409) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function client(email) {
  await control("/mailboxes", { email, provider: "microsoft" });
  const { access_token: token } = await control("/token", { email });
  if (SANDBOX.startsWith("https:")) {
    return Client.init({ baseUrl: `${SANDBOX}/`, customHosts: new Set([HOST]), authProvider: (done) => done(null, token) });
  }
  // The library's own handler sends tokens over https only, and drops them elsewhere without a word. Over http the suite puts
  // its own in that handler's place; everything behind it is the library's.
  const [signing, retrying, sending] = [new Signing(token), new RetryHandler(), new HTTPMessageHandler()];
  signing.setNext(retrying);
  retrying.setNext(sending);
  return Client.initWithMiddleware({ baseUrl: `${SANDBOX}/`, middleware: signing });
}

class Signing {
  constructor(token) {
    this.token = token;
  }

  setNext(next) {
    this.next = next;
  }

  async execute(context) {
    const own = context.options?.headers ?? {};
    const headers = own instanceof Headers ? Object.fromEntries(own) : Array.isArray(own) ? Object.fromEntries(own) : own;
    // The address of an upload session is a secret by itself, and takes no token.
    const signed = String(context.request).includes("authtoken=") ? headers : { ...headers, Authorization: `Bearer ${this.token}` };
    context.options = { ...context.options, headers: signed };
    await this.next.execute(context);
  }
}

const letter = (to, subject) => ({
  subject, body: { contentType: "Text", content: "hello" }, toRecipients: [{ emailAddress: { address: to } }],
});
// The library takes whole addresses under https only; over http it is given the path.
const follow = (link) => (link.startsWith("https:") ? link : link.replace(`${SANDBOX}/v1.0`, ""));
const found = async (who, subject) => (await who.api("/me/messages").filter(`subject eq '${subject}'`).get()).value;

before(async () => {
  adele = await client(ADELE);
  alex = await client(ALEX);
});

test("who is signed in", async () => {
  assert.equal((await adele.api("/me").get()).mail, ADELE);
});

test("a draft keeps its immutable id through being sent", async () => {
  const mark = randomUUID();
  const lasting = (path) => adele.api(path).header("Prefer", 'IdType="ImmutableId"');
  const draft = await lasting("/me/messages").post(letter(ALEX, mark));
  const path = `/me/messages/${encodeURIComponent(draft.id)}`;
  assert.equal((await lasting(path).patch({ importance: "high" })).id, draft.id);
  await lasting(`${path}/send`).post({});
  const sent = await lasting(path).get();
  assert.equal(sent.isDraft, false);
  assert.equal((await found(alex, mark)).length, 1);
});

test("sendMail, move and delete", async () => {
  const mark = randomUUID();
  await adele.api("/me/sendMail").post({ message: letter(ALEX, mark), saveToSentItems: false });
  const [arrived] = await found(alex, mark);
  const moved = await alex.api(`/me/messages/${arrived.id}/move`).post({ destinationId: "archive" });
  assert.notEqual(moved.id, arrived.id);
  await assert.rejects(alex.api(`/me/messages/${arrived.id}`).get(), { statusCode: 404, code: "ErrorItemNotFound" });
  await alex.api(`/me/messages/${moved.id}`).delete();
});

test("folders are made, renamed and deleted", async () => {
  const mark = randomUUID();
  const made = await adele.api("/me/mailFolders").post({ displayName: mark });
  await assert.rejects(adele.api("/me/mailFolders").post({ displayName: mark }), { statusCode: 409, code: "ErrorFolderExists" });
  const path = `/me/mailFolders/${made.id}`;
  assert.equal((await adele.api(path).patch({ displayName: `${mark}-2` })).displayName, `${mark}-2`);
  await adele.api(path).delete();
});

test("pages and delta links are followed", async () => {
  for (let number = 0; number < 12; number += 1) {
    await adele.api("/me/sendMail").post({ message: letter(ALEX, randomUUID()) });
  }
  let seen = 0;
  let first = await alex.api("/me/mailFolders/inbox/messages").select("id").top(5).get();
  for (;;) {
    await new PageIterator(alex, { value: first.value }, () => { seen += 1; return true; }).iterate();
    if (!first["@odata.nextLink"]) break;
    first = await alex.api(follow(first["@odata.nextLink"])).get();
  }
  assert.ok(seen >= 12);
  let page = await alex.api("/me/mailFolders/inbox/messages/delta").select("subject").get();
  while (page["@odata.nextLink"]) page = await alex.api(follow(page["@odata.nextLink"])).get();
  const mark = randomUUID();
  await adele.api("/me/sendMail").post({ message: letter(ALEX, mark) });
  const changed = await alex.api(follow(page["@odata.deltaLink"])).get();
  assert.deepEqual(changed.value.map((message) => message.subject), [mark]);
});

test("a large file goes up piece by piece", { skip: !SANDBOX.startsWith("https:") && "the library uploads over https only" }, async () => {
  const draft = await adele.api("/me/messages").post(letter(ALEX, randomUUID()));
  const bytes = Buffer.alloc(3 * 1024 * 1024 + 700 * 1024, 7);
  const path = `/me/messages/${draft.id}/attachments/createUploadSession`;
  const session = await LargeFileUploadTask.createUploadSession(adele, path, {
    AttachmentItem: { attachmentType: "file", name: "big.bin", size: bytes.length },
  });
  const file = new FileUpload(bytes.buffer, "big.bin", bytes.length);
  await new LargeFileUploadTask(adele, file, session, { rangeSize: 327680 }).upload();
  const { value } = await adele.api(`/me/messages/${draft.id}/attachments`).get();
  assert.equal(value[0].size, bytes.length);
});

test("calls go in batches", async () => {
  const step = (id, url) => ({ id, request: new Request(`https://graph.microsoft.com${url}`, { method: "GET" }) });
  const content = new BatchRequestContent([step("1", "/me"), step("2", "/me/messages/nonsense")]);
  const told = new BatchResponseContent(await adele.api("/$batch").post(await content.getContent()));
  assert.equal(told.getResponseById("1").status, 200);
  assert.equal(told.getResponseById("2").status, 400);
});

test("a throttle is waited out by the library, and errors have their codes", async () => {
  const rule = { name: "graph.too_many_requests", mailbox: ADELE, method: "graph.me.get", times: 1 };
  await control("/faults", rule);
  assert.equal((await adele.api("/me").get()).mail, ADELE);
  await control("/faults", { name: "graph.send_as_denied", mailbox: ADELE, times: 1 });
  const sending = adele.api("/me/sendMail").post({ message: letter(ALEX, "x") });
  await assert.rejects(sending, { statusCode: 403, code: "ErrorSendAsDenied" });
});
