"""Limits as users set them."""

import pytest

from hpcp_rules.errors import UsageError
from hpcp_rules.readers.limits import DEFAULT, from_environment, with_settings


def test_settings_change_only_what_they_name() -> None:
    limits = with_settings(DEFAULT, "seconds=1.5, memory = 1GB,pages=10,bytes=20k,images=3,nesting=9,unpacked=2MB")
    assert (limits.max_seconds, limits.max_memory, limits.max_pages, limits.max_bytes) == (1.5, 10**9, 10, 20_000)
    assert (limits.max_images_per_page, limits.max_nesting, limits.max_uncompressed) == (3, 9, 2_000_000)
    assert limits.max_characters == DEFAULT.max_characters
    assert with_settings(DEFAULT, "") == DEFAULT


@pytest.mark.parametrize(
    "text", ["seconds", "seconds=", "seconds=0", "minutes=3", "memory=1TB", "pages=-1", "pages=ten"]
)
def test_what_is_no_limit_is_refused_with_the_names_there_are(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        with_settings(DEFAULT, text)
    assert caught.value.code == "bad-limit"
    assert "memory" in caught.value.remedy_vi
    assert text in caught.value.en


def test_the_environment_sets_them() -> None:
    assert from_environment({"HPCP_LIMITS": "seconds=9"}).max_seconds == 9
    assert from_environment({}) == DEFAULT
