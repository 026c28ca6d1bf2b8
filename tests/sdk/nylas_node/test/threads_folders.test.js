import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { NylasApiError } from 'nylas';
import { own } from '../lib/provider.js';
import { nylas, mine, friend, eventually, placesOf, unique } from '../lib/demo.js';
import { arrived, deliverRaw } from '../lib/sandbox.js';

const identifier = mine.id;
const places = await placesOf(mine);
const word = unique('thread');
const subject = `Plan ${word}`;
let first;

const letter = (id, extra, subjectLine) => `From: Tess <tess@threads.test>
To: ${mine.email}
Subject: ${subjectLine}
Date: Sun, 22 Nov 2026 10:00:00 +0000
Message-ID: <${id}@threads.test>
${extra}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Text of ${id}.
`;

before(async () => {
  await deliverRaw({ to: mine.email, raw: letter(`${word}1`, '', subject) });
  first = await arrived(mine, subject);
  const references = `In-Reply-To: <${word}1@threads.test>\nReferences: <${word}1@threads.test>\n`;
  await deliverRaw({ to: mine.email, raw: letter(`${word}2`, references, `Re: ${subject}`) });
  await arrived(mine, `Re: ${subject}`);
});

test('a thread gathers its messages', async () => {
  const { data } = await nylas.threads.find({ identifier, threadId: first.threadId });
  assert.equal(data.object, 'thread');
  assert.equal(data.grantId, identifier);
  assert.equal(data.messageIds.length, 2);
  assert.equal(data.unread, true);
  assert.equal(data.hasDrafts, false);
  assert.ok(data.participants.some((person) => person.email === 'tess@threads.test'));
  assert.equal(data.latestDraftOrMessage.object, 'message');
  assert.ok(data.earliestMessageDate <= data.latestMessageReceivedDate);
  assert.ok(data.folders.includes(places.inbox));
});

test('threads are listed, filtered and paged', async () => {
  const list = (queryParams) => nylas.threads.list({ identifier, queryParams });
  for (const matching of [{ subject: word }, { from: 'tess@threads.test' }, { anyEmail: ['tess@threads.test'] }, { unread: true, subject: word }, { in: [places.inbox], subject: word }]) {
    const page = await list({ ...matching, limit: 5 });
    assert.ok(page.data.some((thread) => thread.id === first.threadId), JSON.stringify(matching));
  }
  for (const missing of [{ from: 'nobody@threads.test' }, { starred: true, subject: word }, { hasAttachment: true, subject: word }, { latestMessageBefore: 1 }]) {
    const page = await list({ ...missing, limit: 5 });
    assert.ok(!page.data.some((thread) => thread.id === first.threadId), JSON.stringify(missing));
  }
  const ids = [];
  let pageToken;
  do {
    const page = await list({ limit: 20, select: 'id', ...(pageToken ? { pageToken } : {}) });
    ids.push(...page.data.map((thread) => thread.id));
    pageToken = page.nextCursor;
  } while (pageToken && ids.length < 60);
  assert.equal(new Set(ids).size, ids.length);
});

test('a change to a thread is a change to each of its messages', async () => {
  const updated = await nylas.threads.update({ identifier, threadId: first.threadId, requestBody: { unread: false, starred: true } });
  assert.equal(updated.data.unread, false);
  assert.equal(updated.data.starred, true);
  const page = await nylas.messages.list({ identifier, queryParams: { threadId: first.threadId } });
  assert.ok(page.data.every((message) => !message.unread));
});

test('a deleted thread is in the trash', async () => {
  const other = unique('doomed');
  await deliverRaw({ to: mine.email, raw: letter(other, '', other) });
  const message = await arrived(mine, other);
  await nylas.threads.destroy({ identifier, threadId: message.threadId });
  await eventually('the thread in the trash', async () => (await nylas.messages.find({ identifier, messageId: message.id })).data.folders.includes(places.trash));
});

test('an unknown thread is 404', async () => {
  await assert.rejects(nylas.threads.find({ identifier, threadId: '18f0000000000000' }), (error) => error instanceof NylasApiError && error.statusCode === 404);
});

test('folders are listed with roles and counts', async () => {
  const { data } = await nylas.folders.list({ identifier });
  const inbox = data.find((folder) => folder.id === places.inbox);
  assert.equal(inbox.object, 'folder');
  assert.equal(inbox.systemFolder, true);
  assert.ok(inbox.attributes.includes('\\Inbox'));
  assert.ok(inbox.totalCount > 0 && inbox.unreadCount >= 0);
  for (const role of ['\\Sent', '\\Drafts', '\\Trash', '\\Junk']) assert.ok(data.some((folder) => folder.attributes?.includes(role)), role);
});

test('a folder is made, used, renamed and removed', async () => {
  const name = unique('Kunden/Zürich');
  const made = await nylas.folders.create({ identifier, requestBody: { name, ...own.colours } });
  assert.equal(made.data.name, name);
  assert.equal(made.data.grantId, identifier);
  const folderId = made.data.id;
  await nylas.messages.update({ identifier, messageId: first.id, requestBody: { folders: own.severalFolders ? [folderId, places.inbox] : [folderId] } });
  const inFolder = await nylas.messages.list({ identifier, queryParams: { in: [folderId] } });
  assert.deepEqual(inFolder.data.map((message) => message.id), [first.id]);
  assert.equal((await nylas.folders.find({ identifier, folderId })).data.totalCount, 1);
  const renamed = await nylas.folders.update({ identifier, folderId, requestBody: { name: `${name} 2` } });
  assert.equal(renamed.data.name, `${name} 2`);
  await nylas.folders.destroy({ identifier, folderId });
  await assert.rejects(nylas.folders.find({ identifier, folderId }), (error) => error instanceof NylasApiError && error.statusCode === 404);
});

if (!own.severalFolders) {
  test('a message lies in one folder; more are refused by name', async () => {
    const folders = [places.inbox, places.elsewhere];
    await assert.rejects(nylas.messages.update({ identifier, messageId: first.id, requestBody: { folders } }), (error) => {
      assert.ok(error instanceof NylasApiError);
      assert.equal(error.statusCode, 400);
      assert.match(error.message, /folder/);
      return true;
    });
  });
}

if (own.folderTree) {
  test('a folder is made below another, and goes with it', async () => {
    const above = (await nylas.folders.create({ identifier, requestBody: { name: unique('above') } })).data;
    const below = (await nylas.folders.create({ identifier, requestBody: { name: 'below', parentId: above.id } })).data;
    assert.equal(below.parentId, above.id);
    const listed = (await nylas.folders.list({ identifier, queryParams: { parentId: above.id } })).data;
    assert.deepEqual(listed.map((folder) => folder.id), [below.id]);
    await nylas.folders.destroy({ identifier, folderId: above.id });
    await eventually('both folders gone', async () => !(await nylas.folders.list({ identifier })).data.some((folder) => [above.id, below.id].includes(folder.id)));
  });
}

test('a folder needs a name, and one name is used once', async () => {
  await assert.rejects(nylas.folders.create({ identifier, requestBody: { name: '' } }), (error) => error instanceof NylasApiError && error.statusCode === 400 && /name/.test(error.message));
  const name = unique('once');
  const { data } = await nylas.folders.create({ identifier, requestBody: { name } });
  await assert.rejects(nylas.folders.create({ identifier, requestBody: { name } }), (error) => error instanceof NylasApiError && error.statusCode >= 400 && error.statusCode < 500);
  await nylas.folders.destroy({ identifier, folderId: data.id });
});

test('a system folder cannot be removed', async () => {
  await assert.rejects(nylas.folders.destroy({ identifier: friend.id, folderId: (await placesOf(friend)).inbox }), (error) => error instanceof NylasApiError && error.statusCode === 400);
});
