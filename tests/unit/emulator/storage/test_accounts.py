"""Accounts and their keys."""

import base64

import pytest

from emulator.storage.accounts import Accounts
from emulator.storage.errors import StorageError


def test_keys_are_random_and_as_long_as_azures():
    accounts = Accounts()
    accounts.put("one", shared_key=True)
    accounts.put("two", shared_key=True)

    keys = [*accounts["one"].keys, *accounts["two"].keys]

    assert len(set(keys)) == 4
    assert {len(base64.b64decode(key)) for key in keys} == {64}


def test_putting_again_changes_nothing():
    accounts = Accounts()

    changes = [accounts.put("one", shared_key=True) for _ in range(2)]

    assert changes == [True, False]


def test_where_shared_keys_are_off_the_services_know_other_keys():
    accounts = Accounts()
    accounts.put("one", shared_key=True)
    keys = accounts["one"].keys

    accounts.put("one", shared_key=False)

    assert accounts["one"].keys == keys
    assert not set(accounts.effective_keys()["one"]) & set(keys)


def test_an_unknown_account_is_an_error_that_lists_the_others():
    accounts = Accounts()
    accounts.put("one", shared_key=True)

    with pytest.raises(StorageError) as caught:
        _ = accounts["other"]

    assert str(caught.value) == "storage account: 'other' does not exist; existing: one"
    assert (caught.value.status, caught.value.code) == (404, "ResourceNotFound")


def test_keys_do_not_show_in_texts():
    accounts = Accounts()
    accounts.put("one", shared_key=True)

    assert repr(accounts["one"]) == "Account(name='one', shared_key=True)"
