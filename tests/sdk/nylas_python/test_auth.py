"""Hosted authentication and tokens through the official Python SDK."""

import unittest
from urllib.parse import parse_qs, urlparse

from nylas import Client
from nylas.models.errors import NylasApiError, NylasOAuthError

from support.browser import walk
from support.demo import API, CLIENT_ID, FRIEND, KEY, MINE, REDIRECT, SANDBOX, nylas, post
from support.provider import OWN, PROVIDER


def authenticate(grant, **extra):
    """Through the pages; returns the PKCE secret and what came back."""
    config = {"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "provider": PROVIDER, "access_type": "offline", **extra}
    auth = nylas.auth.url_for_oauth2_pkce(config)
    returned = walk(auth.url, REDIRECT, grant["email"])
    return auth.secret, {name: values[0] for name, values in parse_qs(urlparse(returned).query).items()}


def tokens(grant):
    """A fresh pair."""
    secret, returned = authenticate(grant)
    return nylas.auth.exchange_code_for_token(
        {"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "code": returned["code"], "code_verifier": secret}
    )


class Authentication(unittest.TestCase):
    def test_pkce_through_the_pages(self):
        secret, returned = authenticate(MINE, state="s&1")
        self.assertEqual(returned["state"], "s&1")
        answer = nylas.auth.exchange_code_for_token(
            {"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "code": returned["code"], "code_verifier": secret}
        )
        self.assertEqual((answer.grant_id, answer.email), (MINE["id"], MINE["email"]))
        self.assertEqual(answer.expires_in, 3600)
        self.assertTrue(answer.access_token and answer.refresh_token and answer.scope)

    def test_without_pkce(self):
        url = nylas.auth.url_for_oauth2({"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "login_hint": FRIEND["email"]})
        code = parse_qs(urlparse(walk(url, REDIRECT, FRIEND["email"])).query)["code"][0]
        answer = nylas.auth.exchange_code_for_token({"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "code": code})
        self.assertEqual(answer.grant_id, FRIEND["id"])
        self.assertFalse(answer.refresh_token)

    def test_refresh_and_token_info(self):
        first = tokens(MINE)
        second = nylas.auth.refresh_access_token(
            {"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "refresh_token": first.refresh_token}
        )
        self.assertNotEqual(first.access_token, second.access_token)
        for info in (nylas.auth.validate_access_token(second.access_token), nylas.auth.id_token_info(first.id_token)):
            self.assertEqual(info.data.email, MINE["email"])
            self.assertEqual(info.data.aud, CLIENT_ID)

    def test_revoke(self):
        answer = tokens(FRIEND)
        self.assertTrue(nylas.auth.revoke(answer.access_token))
        with self.assertRaises(NylasApiError) as refused:
            Client(answer.access_token, API).messages.list("me")
        self.assertEqual(refused.exception.status_code, 401)
        self.assertTrue(refused.exception.request_id)

    def test_an_access_token_opens_its_own_grant(self):
        own = Client(tokens(FRIEND).access_token, API)
        self.assertEqual(own.grants.find("me").data.email, FRIEND["email"])
        self.assertEqual(own.messages.list("me", query_params={"limit": 1}).data[0].grant_id, FRIEND["id"])
        with self.assertRaises(NylasApiError):
            own.messages.list(MINE["id"])

    def test_a_wrong_code_is_an_oauth_error(self):
        with self.assertRaises(NylasOAuthError) as refused:
            nylas.auth.exchange_code_for_token({"client_id": CLIENT_ID, "redirect_uri": REDIRECT, "code": "wrong"})
        error = refused.exception
        self.assertEqual((error.status_code, error.error), (400, "invalid_grant"))
        self.assertIsInstance(error.error_code, int)
        self.assertTrue(error.error_description and error.error_uri)

    def test_custom_authentication(self):
        issued = post(f"{SANDBOX}/_sandbox/token", {"email": FRIEND["email"], "scopes": OWN.scopes})
        answer = nylas.auth.custom_authentication({"provider": PROVIDER, "settings": {"refresh_token": issued["refresh_token"]}})
        self.assertEqual(answer.data.id, FRIEND["id"])

    def test_detect(self):
        answer = nylas.auth.detect_provider({"email": OWN.some_address, "all_provider_types": True})
        self.assertTrue(answer.data.detected)
        self.assertEqual(answer.data.provider, PROVIDER)

    def test_a_wrong_key(self):
        with self.assertRaises(NylasApiError) as refused:
            Client(KEY[:-1] + "x", API).grants.list()
        self.assertEqual(refused.exception.status_code, 401)


if __name__ == "__main__":
    unittest.main()
