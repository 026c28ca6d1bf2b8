"""Microsoft's own Python client against the sandbox: every method of mail it stands in for.

Needs SANDBOX_URL and the packages of requirements.txt. Uses the mailboxes adele@contoso.test and alex@contoso.test, whatever
else is in them. Run with `python -m unittest`.
"""

import json
import os
import unittest
import urllib.error
import urllib.request
import uuid

from azure.core.credentials import AccessToken
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.file_attachment import FileAttachment
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.mail_folder import MailFolder
from msgraph.generated.models.message import Message
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.users.item.mail_folders.item.messages.messages_request_builder import MessagesRequestBuilder
from msgraph.generated.users.item.messages.item.create_reply.create_reply_post_request_body import CreateReplyPostRequestBody
from msgraph.generated.users.item.messages.item.move.move_post_request_body import MovePostRequestBody
from msgraph.generated.users.item.send_mail.send_mail_post_request_body import SendMailPostRequestBody

SANDBOX = os.environ["SANDBOX_URL"].rstrip("/").replace("127.0.0.1", "localhost")
ADELE = "adele@contoso.test"
ALEX = "alex@contoso.test"


def control(path, body=None):
    """One call to the control API; a mailbox that is there already is no matter."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(SANDBOX + "/_sandbox" + path, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 409:
            return None
        raise


class Static:
    """A credential that has its token already; the library wants it to be one of azure-core's."""

    def __init__(self, token):
        self.token = token

    def get_token(self, *_scopes, **_options):
        """The token, good for an hour."""
        return AccessToken(self.token, 4_000_000_000)


def client(email):
    """A client of somebody's mailbox."""
    token = control("/token", {"email": email})["access_token"]
    provider = AzureIdentityAuthenticationProvider(
        Static(token), scopes=["https://graph.microsoft.com/.default"], allowed_hosts=["localhost"]
    )
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = SANDBOX + "/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def letter(to, subject):
    """A message to be sent."""
    return Message(
        subject=subject,
        body=ItemBody(content_type=BodyType.Text, content="hello"),
        to_recipients=[Recipient(email_address=EmailAddress(address=to))],
    )


def immutable(configuration=None):
    """A request that asks for immutable ids."""
    configuration = configuration or RequestConfiguration()
    configuration.headers.add("Prefer", 'IdType="ImmutableId"')
    return configuration


class Bench(unittest.IsolatedAsyncioTestCase):
    """Two people, and a subject for every test."""

    async def asyncSetUp(self):
        for email in (ADELE, ALEX):
            control("/mailboxes", {"email": email, "provider": "microsoft"})
        self.adele, self.alex = client(ADELE), client(ALEX)
        self.mark = uuid.uuid4().hex

    async def find(self, who, subject):
        """The messages of that subject."""
        query = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(filter=f"subject eq '{subject}'")
        found = await who.me.messages.get(RequestConfiguration(query_parameters=query))
        return found.value


class Mail(Bench):
    """Each test works on subjects of its own."""

    async def test_me(self):
        """Who is signed in."""
        me = await self.adele.me.get()
        self.assertEqual(me.mail, ADELE)

    async def test_folders(self):
        """A folder's life."""
        inbox = await self.adele.me.mail_folders.by_mail_folder_id("inbox").get()
        self.assertEqual(inbox.display_name, "Inbox")
        made = await self.adele.me.mail_folders.post(MailFolder(display_name=self.mark))
        listed = await self.adele.me.mail_folders.delta.get()
        self.assertIsNotNone(listed.odata_delta_link or listed.odata_next_link)
        renamed = await self.adele.me.mail_folders.by_mail_folder_id(made.id).patch(MailFolder(display_name=self.mark + "x"))
        self.assertEqual(renamed.id, made.id)
        # Into Deleted Items, and from there for good.
        await self.adele.me.mail_folders.by_mail_folder_id(made.id).delete()
        bin_of = await self.adele.me.mail_folders.by_mail_folder_id("deleteditems").get()
        deleted = await self.adele.me.mail_folders.by_mail_folder_id(made.id).get()
        self.assertEqual(deleted.parent_folder_id, bin_of.id)
        await self.adele.me.mail_folders.by_mail_folder_id(made.id).delete()
        with self.assertRaises(ODataError) as gone:
            await self.adele.me.mail_folders.by_mail_folder_id(made.id).get()
        self.assertEqual((gone.exception.response_status_code, gone.exception.error.code), (404, "ErrorItemNotFound"))

    async def test_draft_send_and_arrival(self):
        """A draft keeps its immutable id through being sent."""
        message = letter(ALEX, self.mark)
        message.attachments = [
            FileAttachment(odata_type="#microsoft.graph.fileAttachment", name="a.txt", content_type="text/plain", content_bytes=b"inside")
        ]
        draft = await self.adele.me.messages.post(message, immutable())
        one = self.adele.me.messages.by_message_id(draft.id)
        changed = await one.patch(Message(categories=["Red"]), immutable())
        self.assertEqual((changed.id, changed.categories), (draft.id, ["Red"]))
        attachments = await one.attachments.get()
        self.assertEqual([attachment.name for attachment in attachments.value], ["a.txt"])
        await one.send.post()
        sent = await one.get(immutable())
        self.assertEqual((sent.is_draft, sent.internet_message_id), (False, draft.internet_message_id))
        arrived = await self.find(self.alex, self.mark)
        self.assertEqual(len(arrived), 1)
        raw = await self.alex.me.messages.by_message_id(arrived[0].id).content.get()
        self.assertIn(self.mark.encode(), raw)

    async def test_send_mail_reply_move_and_delete(self):
        """What is sent arrives; it is answered, moved and deleted."""
        await self.adele.me.send_mail.post(SendMailPostRequestBody(message=letter(ALEX, self.mark), save_to_sent_items=True))
        arrived = (await self.find(self.alex, self.mark))[0]
        one = self.alex.me.messages.by_message_id(arrived.id)
        reply = await one.create_reply.post(CreateReplyPostRequestBody(comment="yes"))
        self.assertEqual(reply.conversation_id, arrived.conversation_id)
        moved = await one.move.post(MovePostRequestBody(destination_id="archive"))
        self.assertNotEqual(moved.id, arrived.id)
        with self.assertRaises(ODataError):
            await one.get()
        await self.alex.me.messages.by_message_id(moved.id).delete()

    async def test_delta(self):
        """What changed since."""
        inbox = self.alex.me.mail_folders.by_mail_folder_id("inbox").messages.delta
        page = await inbox.get()
        while page.odata_next_link:
            page = await inbox.with_url(page.odata_next_link).get()
        await self.adele.me.send_mail.post(SendMailPostRequestBody(message=letter(ALEX, self.mark)))
        page = await inbox.with_url(page.odata_delta_link).get()
        self.assertEqual([message.subject for message in page.value], [self.mark])

    async def test_a_throttle_is_waited_out(self):
        """The library tries again by itself."""
        control("/faults", {"name": "graph.mailbox_concurrency", "mailbox": ADELE, "method": "graph.me.get", "times": 1})
        self.assertEqual((await self.adele.me.get()).mail, ADELE)

    async def test_errors_have_codes(self):
        """A refusal by name."""
        control("/faults", {"name": "graph.send_as_denied", "mailbox": ADELE, "times": 1})
        with self.assertRaises(ODataError) as refused:
            await self.adele.me.send_mail.post(SendMailPostRequestBody(message=letter(ALEX, self.mark)))
        self.assertEqual((refused.exception.response_status_code, refused.exception.error.code), (403, "ErrorSendAsDenied"))


if __name__ == "__main__":
    unittest.main()
