"""Only paths of this site are followed."""

import pytest

from suggestbox.people.same_site import same_site_path

pytestmark = pytest.mark.either

ELSEWHERE = (
    "", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "\\\\evil.example",
    "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example",
    "https://evil.example", "https:/evil.example", "https:evil.example", "HTTPS://evil.example",
    "javascript:alert(1)", "data:text/html,x", "evil.example", "@evil.example", "/ideas\x00", "/ideas\x7f",
    "/\u2028/evil.example", "/\u200b/evil.example", "http:///evil.example", "//[::1", "?next=/", "#top",
    "/" + "a" * 3000,
)  # fmt: skip


@pytest.mark.parametrize("text", ELSEWHERE)
def test_other_sites_are_not_followed(text):
    assert same_site_path(text) is None


@pytest.mark.parametrize("text", ["/", "/ideas/7?page=2#top", "/a//b", "/%2F%2Fevil.example", "/ideen/über"])
def test_own_paths_are_followed(text):
    assert same_site_path(text) == text


@pytest.mark.parametrize("text", ELSEWHERE)
def test_sign_in_leads_home_instead(client, cast, with_password, text):
    with_password(cast.ann, "korrekt pferd batterie")
    fields = {"email": "ann@example.com", "password": "korrekt pferd batterie", "next": text}
    assert client.post("/sign-in", data=fields).headers["Location"] == "/"
