"""The accounts and their keys, in memory only."""

import base64
import secrets
from dataclasses import dataclass, field

from emulator.storage.errors import StorageError

KEY_BYTES = 64
Keys = tuple[str, str]


def new_keys() -> Keys:
    """Two account keys as Azure makes them: 64 random bytes each, base64."""
    one, other = (base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for _ in range(2))
    return one, other


@dataclass(frozen=True)
class Account:
    """One storage account."""

    name: str
    shared_key: bool = True
    """`allowSharedKeyAccess`: whether what is signed with an account key is accepted."""
    keys: Keys = field(default_factory=new_keys, repr=False)
    """What `listKeys` shows."""
    _secret: Keys = field(default_factory=new_keys, repr=False)

    @property
    def effective_keys(self) -> Keys:
        """What the services check signatures with: keys nobody was shown, where shared keys are off.

        So listKeys and listServiceSas answer on such an account too, and what they give is refused with 403,
        as in Azure.
        """
        return self.keys if self.shared_key else self._secret


class Accounts:
    """The accounts there are."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}

    def put(self, name: str, *, shared_key: bool) -> bool:
        """Makes or changes the account; keys stay. True if that changed anything."""
        known = self._accounts.get(name)
        if known is not None and known.shared_key == shared_key:
            return False
        self._accounts[name] = Account(name, shared_key, known.keys) if known else Account(name, shared_key)
        return True

    def remove(self, name: str) -> None:
        """Removes the account, if there is one of that name."""
        self._accounts.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self._accounts

    def __getitem__(self, name: str) -> Account:
        try:
            return self._accounts[name]
        except KeyError:
            known = ", ".join(sorted(self._accounts)) or "none"
            message = f"storage account: '{name}' does not exist; existing: {known}"
            raise StorageError(message, status=404, code="ResourceNotFound") from None

    def names(self) -> tuple[str, ...]:
        """All names, sorted."""
        return tuple(sorted(self._accounts))

    def effective_keys(self) -> dict[str, list[str]]:
        """What the services should know."""
        return {account.name: list(account.effective_keys) for account in self._accounts.values()}
