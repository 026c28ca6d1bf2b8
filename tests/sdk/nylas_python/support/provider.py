"""What of the contract, and of the sandbox, differs between providers. The suite is run once for each of them;
POSTROAD_PROVIDER says for which."""

import os
from types import SimpleNamespace

PROVIDER = os.environ.get("POSTROAD_PROVIDER", "google")

OWN = {
    "google": SimpleNamespace(
        scopes=["openid", "email", "profile", "https://mail.google.com/"],
        some_address="someone@gmail.com",
    ),
    "microsoft": SimpleNamespace(
        scopes=["openid", "email", "profile", "offline_access", "User.Read", "Mail.ReadWrite", "Mail.Send"],
        some_address="someone@outlook.com",
    ),
}[PROVIDER]
