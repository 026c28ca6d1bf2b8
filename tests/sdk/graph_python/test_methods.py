"""The rest of the methods of mail, each as Microsoft's own Python client calls it. Needs what test_graph.py needs."""

import asyncio
import base64
import json
import threading
import urllib.request
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.attachment_item import AttachmentItem
from msgraph.generated.models.attachment_type import AttachmentType
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.followup_flag import FollowupFlag
from msgraph.generated.models.followup_flag_status import FollowupFlagStatus
from msgraph.generated.models.mail_folder import MailFolder
from msgraph.generated.models.message import Message
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.models.subscription import Subscription
from msgraph.generated.users.item.mail_folders.item.copy.copy_post_request_body import CopyPostRequestBody as FolderCopy
from msgraph.generated.users.item.mail_folders.item.move.move_post_request_body import MovePostRequestBody as FolderMove
from msgraph.generated.users.item.messages.item.attachments.create_upload_session.create_upload_session_post_request_body import (
    CreateUploadSessionPostRequestBody,
)
from msgraph.generated.users.item.messages.item.copy.copy_post_request_body import CopyPostRequestBody
from msgraph.generated.users.item.messages.item.create_forward.create_forward_post_request_body import CreateForwardPostRequestBody
from msgraph.generated.users.item.messages.item.create_reply_all.create_reply_all_post_request_body import CreateReplyAllPostRequestBody
from msgraph.generated.users.item.messages.messages_request_builder import MessagesRequestBuilder
from msgraph.generated.users.item.send_mail.send_mail_post_request_body import SendMailPostRequestBody
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from test_graph import ADELE, ALEX, SANDBOX, Bench, control, immutable, letter

Query = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters


class Ear:
    """Where change notifications arrive: answers the handshake, keeps the rest."""

    def __init__(self):
        self.heard, self._news = [], threading.Condition()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            """One POST."""

            def do_POST(self):  # pylint: disable=invalid-name
                """Handshake or notification."""
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                token = parse_qs(urlparse(self.path).query).get("validationToken")
                content = token[0].encode() if token else b""
                self.send_response(200 if token else 202)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                if not token:
                    with owner._news:
                        owner.heard.extend(json.loads(raw)["value"])
                        owner._news.notify_all()

            def log_message(self, *_):  # pylint: disable=arguments-differ
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait(self, patience=20):
        """The first notification."""
        with self._news:
            assert self._news.wait_for(lambda: self.heard, timeout=patience), "nothing was heard"
            return self.heard[0]

    def close(self):
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()


def put(url, content, first, most=2_000_000):
    """Puts one piece; returns the status and what is expected next."""
    piece = content[first : first + most]
    headers = {"Content-Range": f"bytes {first}-{first + len(piece) - 1}/{len(content)}", "Content-Type": "application/octet-stream"}
    with urllib.request.urlopen(urllib.request.Request(url, piece, headers, method="PUT")) as answer:
        text = answer.read()
        return answer.status, json.loads(text)["nextExpectedRanges"] if text else None


class Methods(Bench):
    """Each test works on subjects and folders of its own."""

    async def draft(self, **properties):
        """A draft of Adele's, and the builder of its requests."""
        made = await self.adele.me.messages.post(Message(subject=self.mark, **properties), immutable())
        return made, self.adele.me.messages.by_message_id(made.id)

    async def upload_mime(self, builder, text):
        """MIME where the library knows only JSON: the same request with another body."""
        request = builder.to_post_request_information(Message())
        request.headers.remove("Content-Type")
        request.set_stream_content(base64.b64encode(text.encode()), "text/plain")
        return await self.adele.request_adapter.send_async(request, Message, {})

    async def test_hierarchy(self):
        """Folders in folders, moved and copied."""
        folders = self.adele.me.mail_folders
        outer = await folders.post(MailFolder(display_name=self.mark))
        inner = await folders.by_mail_folder_id(outer.id).child_folders.post(MailFolder(display_name="inner"))
        self.assertEqual(inner.parent_folder_id, outer.id)
        listed = await folders.by_mail_folder_id(outer.id).child_folders.get()
        self.assertEqual([folder.id for folder in listed.value], [inner.id])
        moved = await folders.by_mail_folder_id(inner.id).move.post(FolderMove(destination_id="archive"))
        self.assertEqual(moved.display_name, "inner")
        copied = await folders.by_mail_folder_id(inner.id).copy.post(FolderCopy(destination_id=outer.id))
        self.assertEqual(copied.parent_folder_id, outer.id)
        for folder in (inner, outer):
            await folders.by_mail_folder_id(folder.id).delete()

    async def test_mime(self):
        """A draft made of MIME is the same bytes again; a message sent as MIME arrives."""
        text = f"From: {ADELE}\r\nTo: {ALEX}\r\nSubject: {self.mark}\r\nMIME-Version: 1.0\r\n\r\nhello\r\n"
        draft = await self.upload_mime(self.adele.me.messages, text)
        self.assertEqual((draft.subject, draft.is_draft), (self.mark, True))
        raw = await self.adele.me.messages.by_message_id(draft.id).content.get()
        self.assertIn(b"hello", raw)
        request = self.adele.me.send_mail.to_post_request_information(SendMailPostRequestBody())
        request.headers.remove("Content-Type")
        request.set_stream_content(base64.b64encode(text.encode()), "text/plain")
        await self.adele.request_adapter.send_no_response_content_async(request, {})
        self.assertEqual(len(await self.find(self.alex, self.mark)), 1)

    async def test_marks(self):
        """Categories, flag, read or not."""
        made, one = await self.draft()
        flag = FollowupFlag(flag_status=FollowupFlagStatus.Flagged)
        await one.patch(Message(categories=["Red"], flag=flag, is_read=False), immutable())
        read = await one.get(immutable())
        self.assertEqual((read.id, read.categories, read.is_read), (made.id, ["Red"], False))
        self.assertEqual(read.flag.flag_status, FollowupFlagStatus.Flagged)

    async def test_copy_and_permanent_delete(self):
        """A copy is another message, and what is deleted for good is nowhere."""
        made, one = await self.draft()
        copied = await one.copy.post(CopyPostRequestBody(destination_id="archive"), immutable())
        self.assertNotEqual(copied.id, made.id)
        await one.permanent_delete.post()
        left = await self.find(self.adele, self.mark)
        self.assertEqual([message.parent_folder_id for message in left], [copied.parent_folder_id])

    async def test_answers_to_all_and_forwarding(self):
        """Drafts of answers."""
        await self.adele.me.send_mail.post(SendMailPostRequestBody(message=letter(ALEX, self.mark)))
        (arrived,) = await self.find(self.alex, self.mark)
        one = self.alex.me.messages.by_message_id(arrived.id)
        reply = await one.create_reply_all.post(CreateReplyAllPostRequestBody(comment="all"))
        self.assertEqual([to.email_address.address for to in reply.to_recipients], [ADELE])
        recipient = Recipient(email_address=EmailAddress(address=ADELE))
        forward = await one.create_forward.post(CreateForwardPostRequestBody(comment="see", to_recipients=[recipient]))
        self.assertTrue(forward.is_draft and self.mark in forward.subject)

    async def test_search_filter_order_and_count(self):
        """What lists can be asked."""
        await asyncio.gather(*(self.adele.me.messages.post(Message(subject=f"{self.mark} {number}")) for number in "ab"))
        found = await self.adele.me.messages.get(RequestConfiguration(query_parameters=Query(search=f'"subject:{self.mark}"', select=["id"])))
        self.assertEqual(len(found.value), 2)
        query = Query(filter="receivedDateTime ge 2000-01-01T00:00:00Z", orderby=["receivedDateTime desc"], top=1, count=True)
        page = await self.adele.me.messages.get(RequestConfiguration(query_parameters=query))
        self.assertTrue(len(page.value) == 1 and page.odata_next_link and page.odata_count >= 2)
        self.assertEqual(await self.adele.me.messages.count.get(), page.odata_count)
        with self.assertRaises(ODataError) as refused:
            await self.adele.me.messages.get(RequestConfiguration(query_parameters=Query(filter="isRead eq true", orderby=["subject"])))
        self.assertEqual(refused.exception.error.code, "InefficientFilter")

    async def test_a_large_file_goes_up_piece_by_piece(self):
        """At the address that the session names. The library's own task (msgraph-core 1.5.2) cannot read the ranges that Exchange
        tells, which have no dash at their end: the pieces are put by hand, as Microsoft's documentation shows."""
        _, one = await self.draft()
        content = bytes(3_500_000)
        item = AttachmentItem(attachment_type=AttachmentType.File, name="big.bin", size=len(content))
        body = CreateUploadSessionPostRequestBody(attachment_item=item)
        session = await one.attachments.create_upload_session.post(body)
        self.assertTrue(session.upload_url.startswith(SANDBOX))
        told = [await asyncio.to_thread(put, session.upload_url, content, first) for first in (0, 2_000_000)]
        self.assertEqual([(status, expected) for status, expected in told], [(200, ["2000000"]), (201, None)])
        (attached,) = (await one.attachments.get()).value
        self.assertEqual((attached.name, attached.size), ("big.bin", len(content)))

    async def test_a_batch(self):
        """Two requests in one, and what came of each."""
        made, one = await self.draft()
        content = BatchRequestContent()
        content.add_request_information(self.adele.me.to_get_request_information(), "1")
        content.add_request_information(one.to_get_request_information(), "2")
        content.add_request_information(self.adele.me.messages.by_message_id("nonsense").to_get_request_information(), "3")
        told = await BatchRequestBuilder(self.adele.request_adapter).post(content)
        self.assertEqual(sorted(answer.status for answer in told.responses.values()), [200, 200, 400])
        self.assertTrue(made.id)

    async def test_a_lost_place_is_told(self):
        """Delta links of messages and of folders that are too old: 410, and a new round."""
        places = {"graph.messages.delta": self.adele.me.mail_folders.by_mail_folder_id("inbox").messages.delta,
                  "graph.folders.delta": self.adele.me.mail_folders.delta}
        for method, delta in places.items():
            page = await delta.get()
            while page.odata_next_link:
                page = await delta.with_url(page.odata_next_link).get()
            control("/faults", {"name": "graph.sync_state_not_found", "mailbox": ADELE, "method": method, "times": 1})
            with self.assertRaises(ODataError) as lost:
                await delta.with_url(page.odata_delta_link).get()
            self.assertEqual((lost.exception.response_status_code, lost.exception.error.code), (410, "SyncStateNotFound"))
            self.assertIsNotNone(await delta.get())

    async def test_change_notifications(self):
        """Handshake, notification, renewal, end."""
        ear = Ear()
        self.addCleanup(ear.close)
        until = datetime.now(timezone.utc) + timedelta(days=1)
        asked = Subscription(change_type="created", notification_url=ear.url, client_state=self.mark,
                             resource="me/mailFolders('inbox')/messages", expiration_date_time=until)
        made = await self.alex.subscriptions.post(asked)
        one = self.alex.subscriptions.by_subscription_id(made.id)
        await self.adele.me.send_mail.post(SendMailPostRequestBody(message=letter(ALEX, self.mark)))
        heard = await asyncio.to_thread(ear.wait)
        self.assertEqual((heard["subscriptionId"], heard["clientState"], heard["changeType"]), (made.id, self.mark, "created"))
        renewed = await one.patch(Subscription(expiration_date_time=until + timedelta(days=1)))
        self.assertGreater(renewed.expiration_date_time, made.expiration_date_time)
        await one.reauthorize.post()
        await one.delete()
        with self.assertRaises(ODataError):
            await one.get()
