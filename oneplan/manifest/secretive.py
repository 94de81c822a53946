"""Tells texts that look like secrets, so that none is written where it does not belong, nor shown.

What is found is well-known forms, not every secret: keys of storage accounts, signed addresses, private keys, tokens
of known makers, passwords in addresses. A name can give a value away too.
"""

import re

_FORMS = {
    "a storage key": re.compile(r"(?:AccountKey|SharedAccessKey)=[^;\s\"']+", re.IGNORECASE),
    "a signed address": re.compile(r"[?&]sig=[^&\s\"']+", re.IGNORECASE),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*", re.DOTALL),
    "a password in an address": re.compile(r"(?<=://)[^/@:\s\"']*:(?!\$)[^/@\s\"']+(?=@)"),
    "a password": re.compile(r"\b(?:password|passwd|pwd)=(?!\$)[^;&\s\"']+", re.IGNORECASE),
    "a token": re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|sk_live_\w{10,}"
        r"|sk-[A-Za-z0-9_-]{20,}|AKIA[0-9A-Z]{16}|SG\.[\w-]{16,}\.[\w-]{16,}|npm_[A-Za-z0-9]{30,}"
        r"|eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+)"
    ),
}
_ANY = re.compile("|".join(f"(?:{form.pattern})" for form in _FORMS.values()), re.IGNORECASE | re.DOTALL)
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PWD|SECRET|SECRET_KEY|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_KEY|CONNECTION_?STRING)$"
)
HIDDEN = "***"


def reason(text: str) -> str | None:
    """Returns what kind of secret a text looks like; None for an ordinary one."""
    if not _ANY.search(text):
        return None
    return next((kind for kind, form in _FORMS.items() if form.search(text)), "a token")


def is_secret_like(text: str) -> bool:
    """Whether a text holds something that looks like a secret and must not be shown."""
    return _ANY.search(text) is not None


def is_secret_name(variable: str) -> bool:
    """Whether a variable's name says that its value is a secret, as `SHOP_API_KEY` does."""
    return _SECRET_NAME.search(variable.upper()) is not None


def masked(text: str) -> str:
    """Returns a text with all that looks like a secret replaced by stars."""
    return _ANY.sub(HIDDEN, text)
