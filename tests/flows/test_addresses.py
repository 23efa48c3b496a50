"""The address guard: what a URL is taken for, and which addresses are the public Internet's."""

from __future__ import annotations

import contextlib
import ipaddress
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.addresses import WEB_PORTS, Resolver, checked_addresses, is_public, join, pair, split
from flows.exceptions import DoNotContact, GiveUp

PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://www.gov.cn", "http://www.gov.cn/"),
        ("HTTP://WWW.Gov.CN:80/A?b#c", "http://www.gov.cn/A?b"),
        ("https://www.gov.cn:443/", "https://www.gov.cn/"),
        ("https://www.gov.cn:8443/a", "https://www.gov.cn:8443/a"),
        ("http://政务.中国/政策?页=1", "http://xn--zfr164b.xn--fiqs8s/%E6%94%BF%E7%AD%96?%E9%A1%B5=1"),
        ("http://a_b.example.org/", "http://a_b.example.org/"),
        ("http://example.org/%d5%fe%zz", "http://example.org/%D5%FE%25zz"),
        ("http://example.org/a/./b/../c/%2E%2e", "http://example.org/a/"),
        ("http://example.org/../../a", "http://example.org/a"),
        ("http://example.org/...", "http://example.org/..."),
        ("http://[2606:2800:220:1::1]:8080/", "http://[2606:2800:220:1::1]:8080/"),
    ],
)
def test_url_is_put_together_again(url: str, expected: str) -> None:
    """Scheme and host in lower case, the host in ASCII, the path quoted once, no dots, no fragment."""
    assert split(url).url == expected


@given(path=st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\\"), max_size=60))
def test_splitting_again_changes_nothing(path: str) -> None:
    """What was quoted is not quoted again."""
    url = split("http://example.org/" + path.replace("/", "")).url
    assert url.isascii()
    assert split(url).url == url


@given(url=st.text(max_size=40) | st.from_regex(r"https?://[\[\]@:/?#%.0-9a-fx①-⑨。]{0,20}", fullmatch=True))
def test_any_text_is_a_target_or_refused(url: str) -> None:
    """Whatever a server writes into a link or a Location, nothing else is raised."""
    base = split("http://example.org/a/b")
    with contextlib.suppress(DoNotContact):
        assert split(url).scheme in {"http", "https"}
    with contextlib.suppress(DoNotContact):
        assert split(join(base, url)).scheme in {"http", "https"}


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "//example.org/",
        "example.org",
        "",
        "http://",
        "http://:80/",
        "http://me@example.org/",
        "http://me:secret@example.org/",
        "http://example.org\\@other.org/",
        "http://example.org/a\nb",
        "http://example.org/a\x00b",
        "http://exam ple.org/",
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:port/",
        "http://example.org./",
        "http://example..org/",
        "http://exa%6dple.org/",
        "http://[::1",
        "http://ｅxample.org/",
        "http://" + "a" * 300 + ".org/",
    ],
)
def test_malformed_url_is_refused(url: str) -> None:
    """A URL that two programs could read differently is read by none."""
    with pytest.raises(DoNotContact) as caught:
        split(url)
    assert not caught.value.private


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "127.0.0.01",
        "1.2.3.4.5",
        "0",
        "127.0.0.1.",
        "１２７.０.０.１",
        "127。0。0。1",
        "①②⑦.0.0.1",
        "me@127.0.0.1",
        "[::1%25eth0]",
    ],
)
def test_address_in_disguise_is_refused_as_such(host: str) -> None:
    """What `inet_aton` or a browser would take for an address must be written plainly."""
    with pytest.raises(DoNotContact) as caught:
        split(f"http://{host}/")
    assert caught.value.private


@pytest.mark.parametrize(
    "address",
    [
        *(
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
        ),
        *(
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
        ),
        *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
        *(
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:192.88.99.1",
            "64:ff9b::808:808",
        ),
        *("64:ff9b:1::1", "100::1", "2001:db8::1", "2002:808:808::1", "fc00::1", "fd00:ec2::254", "fe80::1"),
        *("fec0::1", "ff02::1"),
    ],
)
def test_not_public(address: str) -> None:
    """Private, shared, reserved, multicast, documentation, metadata, and IPv6 addresses with an IPv4 one inside."""
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8"])
def test_public(address: str) -> None:
    """The addresses of ordinary servers."""
    assert is_public(address)


@given(address=st.ip_addresses(v=4))
def test_mapping_hides_nothing(address: ipaddress.IPv4Address) -> None:
    """An IPv4 address is as public inside an IPv6 one as outside."""
    assert is_public(f"::ffff:{address}") == is_public(str(address))


def checked(url: str, *answers: str, allow: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The checked addresses of a URL whose host has the given ones."""
    return checked_addresses(
        split(url), resolver=lambda *_: answers, allow_addresses=allow, allow_ports=WEB_PORTS, seconds=5
    )


def test_all_public_addresses_are_given() -> None:
    """In the order of the lookup."""
    assert checked("http://example.org/", PUBLIC, "8.8.8.8") == (PUBLIC, "8.8.8.8")


@pytest.mark.parametrize("answers", [("127.0.0.1",), (PUBLIC, "127.0.0.1"), ("10.0.0.1", PUBLIC)])
def test_one_private_address_refuses_the_host(answers: tuple[str, ...]) -> None:
    """Mixed answers are an attack or a mistake."""
    with pytest.raises(DoNotContact, match="not public"):
        checked("http://example.org/", *answers)


def test_allowance_is_for_an_exact_pair() -> None:
    """One address at one port, and neither its neighbour nor its other ports."""
    allow = frozenset({"127.0.0.1:9999", "[::1]:9999"})
    assert checked("http://127.0.0.1:9999/", allow=allow) == ("127.0.0.1",)
    assert checked("http://[::1]:9999/", allow=allow) == ("::1",)
    assert checked("http://local.example.org:9999/", "127.0.0.1", allow=allow) == ("127.0.0.1",)
    for url in ("http://127.0.0.1:8000/", "http://127.0.0.2:9999/"):
        with pytest.raises(DoNotContact):
            checked(url, allow=allow)


def test_ports_of_other_trades_are_refused() -> None:
    """A web page does not live at a mail server's port."""
    with pytest.raises(DoNotContact, match="port 25"):
        checked("http://example.org:25/", PUBLIC)


def test_a_host_without_address_may_have_one_later() -> None:
    """A lookup that fails is a failed connection."""
    with pytest.raises(GiveUp) as caught:
        checked("http://example.org/")
    assert (caught.value.outcome, caught.value.passing) == ("connection", True)


def test_a_lookup_ends_on_time() -> None:
    """A resolver that never answers is left behind."""
    forever = threading.Event()

    def silent(_host: str, _port: int) -> tuple[str, ...]:
        forever.wait(30)
        return ()

    resolver: Resolver = silent
    with pytest.raises(GiveUp) as caught:
        checked_addresses(
            split("http://example.org/"),
            resolver=resolver,
            allow_addresses=frozenset(),
            allow_ports=WEB_PORTS,
            seconds=0.05,
        )
    forever.set()
    assert caught.value.outcome == "timeout"


def test_pair_puts_ipv6_in_brackets() -> None:
    """As in a URL."""
    assert (pair("127.0.0.1", 80), pair("::1", 80)) == ("127.0.0.1:80", "[::1]:80")
