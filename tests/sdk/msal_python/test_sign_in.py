"""Microsoft's own sign-in libraries (MSAL and azure-identity) against the sandbox over TLS, up to a mailbox read with msgraph-sdk.

Needs SANDBOX_URL (https), the certificate of its authority in SSL_CERT_FILE and REQUESTS_CA_BUNDLE, and the packages of
requirements.txt. Uses the mailboxes adele@contoso.test and alex@contoso.test, whatever else is in them. Run with
`python -m unittest`.
"""

import base64
import json
import os
import unittest
import urllib.error
import urllib.parse
import urllib.request
import uuid

import msal
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import AuthorizationCodeCredential, ClientSecretCredential
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.message import Message

SANDBOX = os.environ["SANDBOX_URL"].rstrip("/")
ADELE, ALEX = "adele@contoso.test", "alex@contoso.test"
BACK = "http://localhost:9/back"
SCOPES = ["User.Read", "Mail.ReadWrite"]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Stops at the first redirect, as a test of redirects has to."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # pylint: disable=too-many-positional-arguments
        return None


BROWSER = urllib.request.build_opener(NoRedirect)


def control(method, path, body):
    """One call to the control API; what is there already is no matter."""
    request = urllib.request.Request(f"{SANDBOX}/_sandbox{path}", json.dumps(body).encode(), method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
            return json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        if error.code == 409:
            return None
        raise


def visit(url, form=None):
    """A page's text and None, or None and what the browser brings back to the application."""
    try:
        with BROWSER.open(url, form) as page:
            return page.read().decode(), None
    except urllib.error.HTTPError as answer:
        back = answer.headers["Location"]
        assert answer.code == 302 and back.startswith(BACK), answer.headers
        return None, dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))


def press(url, account, decision="accept"):
    """Goes through the pages at this address; what was consented to before is not asked again."""
    page, back = visit(url)
    if page and "Pick an account" in page:
        url += "&" + urllib.parse.urlencode({"_sandbox_account": account})
        page, back = visit(url)
    if page:
        _, back = visit(url, urllib.parse.urlencode({"account": account, "decision": decision}).encode())
    assert back, "the pages led nowhere"
    return back


def graph(credential):
    """Microsoft's own client for mail, with this credential."""
    provider = AzureIdentityAuthenticationProvider(
        credential, scopes=["https://graph.microsoft.com/.default"], allowed_hosts=["localhost"]
    )
    adapter = GraphRequestAdapter(provider)
    adapter.base_url = SANDBOX + "/v1.0"
    return GraphServiceClient(request_adapter=adapter)


class Bench(unittest.IsolatedAsyncioTestCase):
    """People, and an application of the suite's own."""

    def setUp(self):
        self.ids = {}
        for email in (ADELE, ALEX):
            control("POST", "/mailboxes", {"email": email, "provider": "microsoft"})
        with urllib.request.urlopen(f"{SANDBOX}/_sandbox/accounts") as answer:
            self.ids = {account["email"]: account for account in json.load(answer)["accounts"]}
        self.registered = control("POST", "/apps", {"redirect_uris": [BACK], "name": f"Suite {uuid.uuid4().hex[:6]}"})

    def app(self, tenant="organizations", **options):
        """MSAL for the application. It asks Microsoft about hosts it does not know, unless told not to."""
        settings = {"authority": f"{SANDBOX}/{tenant}", "instance_discovery": False, **options}
        secret = settings.pop("client_credential", self.registered["client_secret"])
        return msal.ConfidentialClientApplication(self.registered["client_id"], client_credential=secret, **settings)

    def sign_in(self, app, account, **asked):
        """The code flow with PKCE, through the pages."""
        flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=BACK, **asked)
        self.assertIn("code_challenge=", flow["auth_uri"])
        return app.acquire_token_by_auth_code_flow(flow, press(flow["auth_uri"], account))

    def refresh_token(self, app):
        """The refresh token that MSAL holds."""
        return [entry["secret"] for entry in json.loads(app.token_cache.serialize())["RefreshToken"].values()]


class Caching(Bench):
    """MSAL with its cache."""

    def app(self, tenant="organizations", **options):
        return super().app(tenant, token_cache=msal.SerializableTokenCache(), **options)

    def test_code_with_pkce_and_silent_refresh_with_rotation(self):
        """Signed in once; afterwards MSAL goes on by itself."""
        app = self.app()
        told = self.sign_in(app, ADELE, login_hint=ADELE)
        claims, adele = told["id_token_claims"], self.ids[ADELE]
        self.assertEqual((claims["oid"], claims["tid"], claims["preferred_username"]), (adele["id"], adele["tenant"], ADELE))
        (account,) = app.get_accounts()
        self.assertEqual((account["username"], account["home_account_id"]), (ADELE, f"{adele['id']}.{adele['tenant']}"))
        cached = app.acquire_token_silent(SCOPES, account)
        self.assertEqual((cached["access_token"], cached["token_source"]), (told["access_token"], "cache"))
        before = self.refresh_token(app)
        renewed = app.acquire_token_silent(SCOPES, account, force_refresh=True)
        self.assertNotEqual(renewed["access_token"], told["access_token"])
        after = self.refresh_token(app)
        self.assertEqual(len(after), 1)
        self.assertNotEqual(after, before, "the refresh token was rotated")

    def test_pages_ask_who_and_take_no(self):
        """Nobody is hinted at; the person declines."""
        app = self.app()
        flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=BACK)
        told = app.acquire_token_by_auth_code_flow(flow, press(flow["auth_uri"], ADELE, "cancel"))
        self.assertEqual(told["error"], "access_denied")
        self.assertIn("AADSTS65004", told["error_description"])

    def test_an_authority_known_by_its_issuer(self):
        """`oidc_authority` reads the metadata and wants its issuer there."""
        tenant = self.ids[ADELE]["tenant"]
        settings = {"authority": None, "oidc_authority": f"{SANDBOX}/{tenant}/v2.0"}
        told = self.sign_in(self.app(**settings), ADELE, login_hint=ADELE)
        self.assertEqual(told["id_token_claims"]["iss"], f"{SANDBOX}/{tenant}/v2.0")

    def test_more_is_demanded_and_shown(self):
        """A policy changed: only a sign-in with the claims helps."""
        app = self.app()
        self.sign_in(app, ALEX, login_hint=ALEX)
        (account,) = app.get_accounts()
        control("PATCH", f"/accounts/{ALEX}", {"claims_wanted": True})
        told = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
        self.assertEqual((told["error"], told["error_codes"]), ("interaction_required", [50076]))
        self.assertIn("access_token", self.sign_in(app, ALEX, login_hint=ALEX, claims_challenge=told["claims"]))
        self.assertIn("access_token", app.acquire_token_silent(SCOPES, account, force_refresh=True))

    def test_revoked_and_expired_and_wrong_secret(self):
        """What MSAL hands on when a session is over, a secret wrong or expired."""
        app = self.app()
        self.sign_in(app, ALEX, login_hint=ALEX)
        (account,) = app.get_accounts()
        control("POST", "/faults", {"name": "aadsts.7000222", "mailbox": ALEX, "times": 1})
        told = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
        self.assertEqual((told["error"], told["error_codes"]), ("invalid_client", [7000222]))
        self.assertIsNotNone(app.acquire_token_silent(SCOPES, account, force_refresh=True), "the grant is alive")
        control("POST", "/faults", {"name": "aadsts.50173", "mailbox": ALEX, "times": 1})
        told = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
        self.assertEqual((told["error"], told["error_codes"]), ("invalid_grant", [50173]))
        flow = self.app(client_credential="not the secret").initiate_auth_code_flow(SCOPES, redirect_uri=BACK)
        wrong = self.app(client_credential="not the secret")
        told = wrong.acquire_token_by_auth_code_flow(flow, press(flow["auth_uri"], ADELE))
        self.assertEqual((told["error"], told["error_codes"]), ("invalid_client", [7000215]))


class Credentials(Bench):
    """azure-identity, and the mailbox behind it."""

    def signed_in(self, account):
        """azure-identity's credential for a code."""
        asked = {"client_id": self.registered["client_id"], "response_type": "code", "redirect_uri": BACK, "state": "s",
                 "scope": "openid profile offline_access User.Read Mail.ReadWrite MailboxSettings.Read Mail.Send",
                 "login_hint": account}
        back = press(f"{SANDBOX}/organizations/oauth2/v2.0/authorize?{urllib.parse.urlencode(asked)}", account)
        return AuthorizationCodeCredential(
            "organizations", self.registered["client_id"], back["code"], BACK, authority=SANDBOX,
            client_secret=self.registered["client_secret"], disable_instance_discovery=True,
        )

    async def test_a_mailbox_is_read(self):
        """From the sign-in page to a message."""
        adele = graph(self.signed_in(ADELE))
        subject = uuid.uuid4().hex
        made = await adele.me.messages.post(Message(subject=subject))
        read = await adele.me.messages.by_message_id(made.id).get()
        self.assertEqual((read.subject, (await adele.me.get()).mail), (subject, ADELE))

    async def test_claims_that_a_new_token_has_are_fetched_by_the_library(self):
        """Continuous access evaluation: kiota repeats the request with a token that was bought with the claims."""
        adele = graph(self.signed_in(ADELE))
        await adele.me.get()
        control("POST", "/faults", {"name": "graph.claims_challenge", "mailbox": ADELE, "method": "graph.me.get", "times": 1})
        self.assertEqual((await adele.me.get()).mail, ADELE)

    async def test_claims_that_only_a_person_meets_end_it(self):
        """The same with more than a new token can have."""
        adele = graph(self.signed_in(ADELE))
        await adele.me.get()
        more = json.dumps({"access_token": {"acrs": {"essential": True, "value": uuid.uuid4().hex}}})
        rule = {"name": "graph.claims_challenge", "mailbox": ADELE, "method": "graph.me.get", "times": 1}
        control("POST", "/faults", {**rule, "with": {"claims": more}})
        with self.assertRaises(ClientAuthenticationError) as refused:
            await adele.me.get()
        self.assertIn("AADSTS50076", str(refused.exception))

    async def test_an_application_for_itself(self):
        """The client credentials of an application, at its tenant and nowhere else."""
        def ask(tenant):
            credential = ClientSecretCredential(
                tenant, self.registered["client_id"], self.registered["client_secret"], authority=SANDBOX,
                disable_instance_discovery=True,
            )
            return credential.get_token("https://graph.microsoft.com/.default")

        self.assertTrue(ask(self.ids[ADELE]["tenant"]).token)
        with self.assertRaises(ClientAuthenticationError) as refused:
            ask("organizations")
        self.assertIn("AADSTS9002344", str(refused.exception))

    def test_tokens_name_no_secret(self):
        """What the identity token says is signed by a key that the platform shows."""
        with urllib.request.urlopen(f"{SANDBOX}/common/discovery/v2.0/keys") as answer:
            keys = json.load(answer)["keys"]
        told = msal.ConfidentialClientApplication(
            self.registered["client_id"], client_credential=self.registered["client_secret"],
            authority=f"{SANDBOX}/common", instance_discovery=False,
        )
        told = self.sign_in(told, ADELE, login_hint=ADELE)
        head = told["id_token"].split(".")[0]
        head = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        self.assertIn(head["kid"], [key["kid"] for key in keys])


if __name__ == "__main__":
    unittest.main()
