"""Source files: read whole, or refused with every mistake at once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from parsers.page import Rule
from store.exceptions import InvalidSource
from store.source import (
    Seed,
    Source,
    Trust,
    addresses,
    load_sources,
    open_until,
    redirect_hosts,
    rule_at,
    rule_digest,
    site,
    whole_sources,
)

GOOD = """
title = "Notices"
jurisdiction = "CN-SX"
frequency = "weekly"
allow_addresses = ["127.0.0.1:8000"]
allow_hosts = ["Archive.example", "政府.example"]
verified = 2026-01-31
[[seeds]]
kind = "listing"
url = "https://kjt.example/tz/"
[[rules]]
main = "div.new"
[[rules]]
main = "div.old"
drop = [".share"]
until = 2025-12-31
[expect]
listing_links_min = 5
[expect.fill]
title = 1.0
[limits]
delay_seconds = 5
"""


def written(folder: Path, text: str, name: str = "kjt") -> Path:
    """A folder with one source file."""
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_source_file_is_read_whole(tmp_path: Path) -> None:
    """Every part of it arrives."""
    (source,) = load_sources(written(tmp_path, GOOD))

    assert source.source_id == "kjt"
    assert source.seeds == (Seed("listing", "https://kjt.example/tz/"),)
    assert source.expect.listing_links_min == 5
    assert source.expect.fill == {"title": 1.0}
    assert source.limits == {"delay_seconds": 5}
    assert source.allow_hosts == ("archive.example", "xn--mxtq1m.example")
    assert source.verified == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://kjt.shanxi.gov.cn/a", "shanxi.gov.cn"),
        ("https://www.gov.cn/", "www.gov.cn"),
        ("http://gov.cn/", "www.gov.cn"),
        ("http://WWW.Sznews.COM:8080/", "sznews.com"),
        ("http://epaper.sznews.com.cn/", "sznews.com.cn"),
        ("http://www.zfxx.sx.cn/", "zfxx.sx.cn"),
        ("http://news.qq.cn/", "qq.cn"),
        ("http://www.info.gov.hk/", "info.gov.hk"),
        ("http://www.office.co.uk/", "office.co.uk"),
        ("http://a.office.de/", "office.de"),
        ("http://www.政府.中国/", "xn--mxtq1m.xn--fiqs8s"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
        ("http://localhost/", "localhost"),
        ("http://[x", None),
        ("http://a..b/", None),
        ("", None),
    ],
)
def test_a_site_is_what_one_owner_has(url: str, expected: str | None) -> None:
    """Never a suffix below which everybody's sites stand; an address is nobody's but its own."""
    assert site(url) == expected


def test_redirects_may_lead_to_the_source_itself_and_what_it_names() -> None:
    """The sites of its homepage and seeds, the addresses that may be private, and hosts named."""
    source = Source(
        "kjt",
        "Notices",
        homepage="https://www.shanxi.gov.cn/",
        seeds=(
            Seed("listing", "http://kjt.taiyuan.gov.cn/tz/"),
            Seed("template", "http://{yyyy}.paper.example/{mm}"),
            Seed("folder", path="files"),
        ),
        allow_addresses=("127.0.0.2:8000", "[::1]:8000"),
        allow_hosts=("archive.example",),
    )

    assert redirect_hosts(source) == {
        "shanxi.gov.cn",
        "taiyuan.gov.cn",
        "paper.example",
        "127.0.0.2",
        "::1",
        "archive.example",
    }


def test_old_captures_keep_their_old_rule(tmp_path: Path) -> None:
    """A rule is valid up to and including its day, in the source's own time zone."""
    (source,) = load_sources(written(tmp_path, GOOD))
    old, new = Rule(main="div.old", drop=(".share",), until=date(2025, 12, 31)), Rule(main="div.new")

    assert old == rule_at(source, datetime(2025, 12, 31, 15, 59, tzinfo=UTC))
    assert new == rule_at(source, datetime(2025, 12, 31, 16, 0, tzinfo=UTC))


def test_a_rule_is_told_by_what_it_says() -> None:
    """Its date is not part of it; without one the digest is empty."""
    assert rule_digest(Rule(main="a")) == rule_digest(Rule(main="a", until=date(2025, 1, 1)))
    assert rule_digest(Rule(main="a")) != rule_digest(Rule(main="b"))
    assert rule_digest(None) == ""


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """Nobody mends a file one message at a time."""
    bad = """
titel = "x"
frequency = "often"
timezone = "Mars/Olympus"
verified = "2026-01-31"
allow_addresses = "127.0.0.1"
[[seeds]]
kind = "magic"
url = "ftp://a"
[[rules]]
mian = "div"
[limits]
delay_seconds = "long"
"""
    with pytest.raises(InvalidSource) as caught:
        load_sources(written(tmp_path, bad))
    named = [
        "titel",
        "title is missing",
        "often",
        "Mars",
        "verified",
        "host:port",
        "magic",
        "ftp://a",
        "mian",
        "seconds",
    ]

    assert [word for word in named if word not in str(caught.value)] == []


@pytest.mark.parametrize("text", ["title = ", 'title = "x"', "\x00"])
def test_what_is_not_a_source_file_is_refused(tmp_path: Path, text: str) -> None:
    """Broken TOML, and a file without seeds."""
    with pytest.raises(InvalidSource, match=r"kjt\.toml"):
        load_sources(written(tmp_path, text))


def test_an_unknown_source_is_named_beside_the_known_ones(tmp_path: Path) -> None:
    """A typing error is seen at once."""
    with pytest.raises(InvalidSource, match="no source 'ktj'; known are kjt"):
        load_sources(written(tmp_path, GOOD), ["ktj"])


def test_a_broken_file_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    """What is wrong is told beside those that are right; a folder without any is wrong."""
    written(tmp_path, GOOD)
    (tmp_path / "typo.toml").write_text('title = "Notices\n', encoding="utf-8")
    sources, mistakes = whole_sources(tmp_path)

    assert [source.source_id for source in sources] == ["kjt"]
    assert len(mistakes) == 1
    assert "typo.toml: is not readable as TOML" in mistakes[0]
    assert [len(found) for found in whole_sources(tmp_path / "none")] == [0, 1]


def test_an_empty_or_missing_folder_is_refused(tmp_path: Path) -> None:
    """A run without sources would be a quiet failure."""
    with pytest.raises(InvalidSource, match="no source files"):
        load_sources(tmp_path)
    with pytest.raises(InvalidSource, match="not a folder"):
        load_sources(tmp_path / "none")


KINDS = """
title = "All kinds"
hours = "22:00-06:00"
[tls]
fingerprint = "AA:{hex}"
legacy = true
[[seeds]]
kind = "sitemap"
url = "https://kjt.example/sitemap.xml"
match = '/art/\\d+'
[[seeds]]
kind = "api"
url = "https://kjt.example/list"
items = "data.results"
link = "url"
issued = "date"
page = "offset"
start = 0
step = 20
[[seeds]]
kind = "template"
url = "https://daily.example/{{yyyy}}-{{mm}}/{{date:%d}}/node_{{page}}.htm"
stop = 2
days = 2
[[seeds]]
kind = "folder"
path = "files/kjt"
[[seeds]]
kind = "warc"
path = "old.warc.gz"
""".format(hex=":".join(["0b"] * 31))


def test_every_kind_of_seed_has_its_own_keys(tmp_path: Path) -> None:
    """Paths are told from the folder of the source file."""
    (source,) = load_sources(written(tmp_path, KINDS))
    sitemap, api, template, folder, warc = source.seeds

    assert sitemap == Seed("sitemap", "https://kjt.example/sitemap.xml", match=r"/art/\d+")
    assert (api.items, api.link, api.title, api.page, api.start, api.step) == (
        "data.results",
        "url",
        None,
        "offset",
        0,
        20,
    )
    assert (folder.path, warc.path) == (str(tmp_path / "files/kjt"), str(tmp_path / "old.warc.gz"))
    assert addresses(template, [date(2025, 12, 31), date(2026, 1, 1)]) == (
        "https://daily.example/2025-12/31/node_1.htm",
        "https://daily.example/2025-12/31/node_2.htm",
        "https://daily.example/2026-01/01/node_1.htm",
        "https://daily.example/2026-01/01/node_2.htm",
    )
    assert source.tls == Trust("aa" + "0b" * 31, legacy=True)
    assert source.hours == (time(22), time(6))


@pytest.mark.parametrize(
    ("hours", "clock", "until"),
    [
        (None, "12:00", "9999-12-31 23:59"),
        (("22:00", "06:00"), "21:59", None),
        (("22:00", "06:00"), "22:00", "2026-03-02 06:00"),
        (("22:00", "06:00"), "05:59", "2026-03-01 06:00"),
        (("22:00", "06:00"), "06:00", None),
        (("09:00", "17:00"), "08:59", None),
        (("09:00", "17:00"), "09:00", "2026-03-01 17:00"),
        (("09:00", "17:00"), "17:00", None),
    ],
)
def test_hours_are_those_of_the_office(hours: tuple[str, str] | None, clock: str, until: str | None) -> None:
    """Begin included, end excluded, over midnight where the end is the earlier one."""
    span = (time.fromisoformat(hours[0]), time.fromisoformat(hours[1])) if hours else None
    now = datetime.fromisoformat(f"2026-03-01T{clock}+08:00").astimezone(UTC)
    end = open_until(Source("kjt", "Notices", hours=span), now)

    assert (f"{end:%Y-%m-%d %H:%M}" if end else None) == until


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ('kind = "feed"\nurl = "https://a.example/"\nmatch = "x"', "line 4: .*unknown key 'match' of feed"),
        ('kind = "api"\nurl = "https://a.example/"', "line 1: .*link is missing, which api needs"),
        ('kind = "folder"\nurl = "https://a.example/"', "path is missing(.|\n)*line 3: .*unknown key 'url'"),
        ('kind = "template"\nurl = "https://a.example/"', "line 3: .*no placeholder"),
        ('kind = "template"\nurl = "https://a.example/{day}"', "line 3: .*placeholder that is none of"),
        ('kind = "template"\nurl = "https://a.example/{page}"', "stop is missing"),
        ('kind = "sitemap"\nurl = "https://a.example/"\nmatch = "("', "line 4: .*no regular expression"),
        ('kind = "api"\nurl = "https://a.example/"\nlink = 7', "line 4: .*link must be text, not 7"),
        (
            'kind = "api"\nurl = "https://a.example/"\nlink = "u"\nstep = 0',
            "line 5: .*step must be a whole number",
        ),
        (
            'kind = ["x"]',
            "line 2: .*kind .* is none of listing, feed, sitemap, api, template, document, folder, warc",
        ),
        ('kind = "feed"\nurl = "https://["', "line 3: .*cannot be read"),
    ],
)
def test_a_mistake_of_a_seed_is_named_by_its_line(tmp_path: Path, line: str, mistake: str) -> None:
    """Each kind knows its own keys only."""
    with pytest.raises(InvalidSource) as caught:
        load_sources(written(tmp_path, f"[[seeds]]\n{line}\n"))

    assert re.search(mistake, str(caught.value)), str(caught.value)


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ('hours = "22-6"', "line 2: hours '22-6' is not of the form"),
        ('hours = "06:00-06:00"', "line 2: hours"),
        ('[tls]\nfingerprint = "aa"', "line 3: .*64 hexadecimal digits"),
        ("[tls]\nverify = false", "line 3: .*unknown key 'verify'"),
        ('[tls]\nlegacy = "yes"', "line 3: .*true or false"),
        ('allow_hosts = "a.example"', "line 2: allow_hosts must be a list"),
        ('allow_hosts = ["http://a.example/"]', "line 2: .*'http://a.example/' is no host name"),
        ('allow_hosts = ["*.gov.cn"]', "line 2: .*is no host name"),
        ('allow_hosts = ["GOV.cn"]', "line 2: .*'GOV.cn' is nobody's site"),
        ("allow_hosts = [7]", "line 2: .*7 is no host name"),
        ("nonsense = 1", "line 2: unknown key 'nonsense'"),
    ],
)
def test_other_mistakes_are_named_by_their_line(tmp_path: Path, text: str, mistake: str) -> None:
    """Hours, trust in certificates, and keys that nobody knows."""
    with pytest.raises(InvalidSource, match=mistake):
        load_sources(written(tmp_path, f'title = "Notices"\n{text}\n'))
