"""The fetcher as a whole: what it sends, what it keeps, whom it spares."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from flows.fetch import Fetcher, Hop, Request, Response, user_agent
from flows.limits import Limits
from flows.politeness import Politeness
from flows.robots import robots
from flows.transport import Tls
from tests.flows.fault_server import (
    PAGE,
    RESET,
    Asked,
    FaultServer,
    Reply,
    Step,
    answer,
    head,
    kept,
    not_modified_for,
    raw,
    redirect,
    rules,
)

QUICK = Limits().override(
    {"delay_seconds": 0, "delay_response_times": 0, "total_seconds": 5, "connect_seconds": 2}
)
AGENT = "policy-ingest/1 (+mailto:test@example.org)"
Start = Callable[..., FaultServer]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts servers, and stops them at the end."""
    with ExitStack() as stack:

        def start_one(script: Mapping[str, list[Reply]], **options: object) -> FaultServer:
            return stack.enter_context(FaultServer(script, **options))  # type: ignore[arg-type]

        yield start_one


def fetcher_for(*servers: FaultServer, limits: Limits = QUICK, **options: object) -> Fetcher:
    """A fetcher that may contact these servers, and does not really wait."""
    return Fetcher(
        limits,
        AGENT,
        allow_addresses=frozenset(server.address for server in servers),
        sleep=lambda _: None,
        **options,  # type: ignore[arg-type]
    )


def get(fetcher: Fetcher, url: str, **more: str) -> Response:
    """Fetch a document."""
    return fetcher.fetch(Request(url, "test", "document", **more))


def test_user_agent_says_who_asks_and_whom_to_write_to() -> None:
    """Name, version, contact."""
    name, contact = user_agent("mailto:me@example.org").split(" ", 1)
    assert name.startswith("policy-ingest/")
    assert contact == "(+mailto:me@example.org)"


def test_response_tells_everything(start: Start) -> None:
    """Status line, headers with duplicates, validators, address, sizes: all that an archive needs."""
    lines = ('ETag: "v1"', "Last-Modified: Sat, 01 Jan 2022 00:00:00 GMT", "X-Two: a", "X-Two: b")
    server = start({"/a": [answer(200, PAGE, *lines)]})
    response = get(fetcher_for(server), f"{server.base}/a")
    assert (response.fetch_outcome, response.fetch_status, response.reason) == ("ok", 200, "Said")
    assert (response.http_version, response.error, response.tries) == ("HTTP/1.1", None, 1)
    assert (response.etag, response.last_modified) == ('"v1"', "Sat, 01 Jan 2022 00:00:00 GMT")
    assert (response.content_type, response.address) == ("text/html", server.address)
    assert [value for name, value in response.response_headers if name == "X-Two"] == ["a", "b"]
    assert response.body == PAGE
    assert response.wire_bytes > len(PAGE)
    assert response.fetch_time.tzinfo is UTC
    assert response.tls_verified is None
    assert response.redirect == ()


def test_what_is_recorded_as_sent_was_sent(start: Start) -> None:
    """The request headers of the response are those that the server saw: an honest name, no more than needed."""
    server = start({"/a": [answer()]})
    response = get(fetcher_for(server), f"{server.base}/a")
    seen = server.asked[-1].headers
    assert {name.lower(): value for name, value in response.request_headers} == seen
    assert seen["user-agent"] == AGENT
    assert seen["accept-encoding"] == "gzip, deflate"
    assert seen["host"] == server.address
    assert "cookie" not in seen


def test_redirects_are_recorded_hop_by_hop(start: Start) -> None:
    """Who redirected, with which status, whither."""
    server = start({"/a": [redirect("/b", 301)], "/b": [redirect("c?d", 302)], "/c?d": [answer()]})
    response = get(fetcher_for(server), f"{server.base}/a")
    assert response.redirect == (Hop(301, f"{server.base}/a", "/b"), Hop(302, f"{server.base}/b", "c?d"))
    assert (response.url, response.final_url) == (f"{server.base}/a", f"{server.base}/c?d")


def test_a_connection_is_kept(start: Start) -> None:
    """Over pages, errors, redirects and answers without a body."""
    validator = {"etag": '"v1"', "content_digest": "sha256:0"}
    script = {
        "/robots.txt": [kept(404, b"")],
        "/a": [kept()],
        "/b": [kept(404, b"none")],
        "/c": [raw(head(302, "Location: /a", "Content-Length: 5"), b"moved", "keep")],
        "/d": [raw(head(304), "keep")],
    }
    server = start(script)
    with fetcher_for(server) as fetcher:
        outcomes = [get(fetcher, f"{server.base}/{path}", **validator).fetch_outcome for path in "abcda"]
    assert outcomes == ["ok", "not_found", "ok", "not_modified", "ok"]
    assert server.connections == 1


def test_a_faulty_answer_leaves_nothing_for_the_next(start: Start) -> None:
    """The rest of a body that was given up is never read as the next answer."""
    limits = QUICK.override({"body_bytes": 100_000})
    script = {"/a": [kept(200, bytes(300_000))], "/b": [kept(200, b"right")], "/robots.txt": [kept(404, b"")]}
    server = start(script)
    with fetcher_for(server, limits=limits) as fetcher:
        assert get(fetcher, f"{server.base}/a").fetch_outcome == "too_large"
        assert get(fetcher, f"{server.base}/b").body == b"right"


def test_a_connection_that_the_server_closed_is_opened_again(start: Start) -> None:
    """A kept connection that ends is no failure of the page."""

    def closes_on_second(asked: Asked) -> Iterator[Step]:
        return kept()(asked)

    script = {"/robots.txt": [kept(404, b"")], "/a": [closes_on_second], "/b": [raw(RESET), answer()]}
    server = start(script)
    with fetcher_for(server) as fetcher:
        get(fetcher, f"{server.base}/a")
        response = get(fetcher, f"{server.base}/b")
    assert (response.fetch_outcome, response.tries) == ("ok", 1)


def test_a_body_that_must_not_be_leaves_nothing_for_the_next(start: Start) -> None:
    """Bytes behind a 304 are no answer, whether they came with its head or after it."""
    for late in (b"", b"keep"):
        script = {
            "/robots.txt": [kept(404, b"")],
            "/a": [raw(head(304, "Content-Length: 300000"), bytes(300_000), "keep")],
            "/b": [raw(head(304, "Content-Length: 5") + b"wrong", late, "keep")],
            "/c": [kept(200, b"right")],
        }
        server = start(script)
        with fetcher_for(server) as fetcher:
            for path in "ab":
                response = get(fetcher, f"{server.base}/{path}", etag='"v1"', content_digest="sha256:0")
                assert (response.fetch_outcome, response.body) == ("not_modified", b"")
                assert get(fetcher, f"{server.base}/c").body == b"right"


def test_a_head_is_read_to_its_hundredth_line(start: Start) -> None:
    """The end counts as one of them, as in Python's http; a line of folds is a part of the field before it."""
    for number, outcome in ((96, "ok"), (97, "connection")):
        lines = ("X-Folded: one\r\n two", *(f"X-{n}: y" for n in range(number)))
        server = start({"/": [raw(head(200, *lines, "Content-Length: 2"), b"hi")]})
        response = get(fetcher_for(server), f"{server.base}/")
        assert response.fetch_outcome == outcome
        if outcome == "ok":
            assert response.response_headers[0] == ("X-Folded", "one two")
            assert len(response.response_headers) == number + 2


def test_a_stray_carriage_return_makes_no_header(start: Start) -> None:
    """It belongs to the value (RFC 9112 2.2), and drops none of the lines behind it."""
    server = start({"/": [raw(head(200, "X-A: b\rSet-Cookie: c=d", "Content-Length: 2"), b"hi")]})
    response = get(fetcher_for(server), f"{server.base}/")
    assert response.response_headers == (("X-A", "b\rSet-Cookie: c=d"), ("Content-Length", "2"))


def test_an_upgrade_that_nobody_asked_for_ends_at_once(start: Start) -> None:
    """A 101 has no body: nothing is waited for."""
    server = start({"/": [raw(head(101, "Upgrade: h2c"), "keep")]})
    response = get(fetcher_for(server), f"{server.base}/")
    assert (response.fetch_outcome, response.fetch_status, response.body) == ("http_error", 101, b"")


def test_cookies_stay_with_their_origin(start: Start) -> None:
    """Sent back to who set them, deleted when they expire, never shown to another port or host."""
    other = start({"/": [answer()]})
    set_cookies = (
        "Set-Cookie: a=1; Path=/; Domain=127.0.0.1",
        "Set-Cookie: b=2; HttpOnly",
        "Set-Cookie: =bad",
    )
    script = {
        "/set": [answer(200, b"x", *set_cookies)],
        "/drop": [
            answer(
                200,
                b"x",
                "Set-Cookie: a=; Max-Age=0",
                "Set-Cookie: b=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            )
        ],
        "/away": [redirect(f"{other.base}/")],
        "/see": [answer()],
    }
    server = start(script)
    with fetcher_for(server, other) as fetcher:
        for path in ("set", "see", "away", "drop", "see"):
            get(fetcher, f"{server.base}/{path}")
    sent = {number: asked.headers.get("cookie") for number, asked in enumerate(server.asked)}
    assert sent == {0: None, 1: None, 2: "a=1; b=2", 3: "a=1; b=2", 4: "a=1; b=2", 5: None}
    assert all("cookie" not in asked.headers for asked in other.asked)


def test_cookies_are_few(start: Start) -> None:
    """Fifty, and eight kilobytes."""
    many = [f"Set-Cookie: c{number}={'v' * 10}" for number in range(80)]
    server = start(
        {"/": [answer(200, b"x", *many)], "/big": [answer(200, b"x", f"Set-Cookie: big={'v' * 9_000}")]}
    )
    with fetcher_for(server) as fetcher:
        get(fetcher, f"{server.base}/")
        get(fetcher, f"{server.base}/big")
        get(fetcher, f"{server.base}/")
    sent = server.asked[-1].headers["cookie"].split("; ")
    assert len(sent) == 50
    assert "big" not in server.asked[-1].headers["cookie"]


def test_redirects_stay_with_the_sources_hosts(start: Start) -> None:
    """Where a source names its hosts, another one is named in the error and not asked."""
    other = start({"/": [answer()]}, host="127.0.0.2")
    server = start({"/": [redirect(f"{other.base}/")]})
    response = get(fetcher_for(server, other, allow_hosts=frozenset({"127.0.0.1"})), f"{server.base}/")
    assert (response.fetch_outcome, response.fetch_status, other.asked) == ("redirect", 302, [])
    assert other.base in (response.error or "")
    assert get(fetcher_for(server, other), f"{server.base}/").fetch_outcome == "ok"


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(start: Start) -> None:
    """A name that is good at the first lookup and bad at the second (rebinding) never gets a second one."""
    server = start({"/": [answer()], "/again": [redirect("/")]})
    canary = start({}, host="127.0.0.9", port=server.port)
    answers = iter([("127.0.0.1",), ("127.0.0.9",), ("127.0.0.9",)])
    asked: list[str] = []

    def resolver(host: str, _port: int) -> tuple[str, ...]:
        asked.append(host)
        return next(answers)

    with fetcher_for(server, resolver=resolver) as fetcher:
        for path in ("", "again", ""):
            response = get(fetcher, f"http://www.example.org:{server.port}/{path}")
            assert (response.fetch_outcome, response.address) == ("ok", server.address)
    assert asked == ["www.example.org"]
    assert server.asked[-1].headers["host"] == f"www.example.org:{server.port}"
    assert canary.connections == 0


def test_an_address_next_to_the_allowed_one_is_never_contacted(start: Start) -> None:
    """Neither for the page, nor for its robots.txt, nor by a redirect."""
    canary = start({"/": [answer()]}, host="127.0.0.9")
    server = start({"/": [redirect(f"{canary.base}/")]})
    with fetcher_for(server) as fetcher:
        outcomes = {get(fetcher, url).fetch_outcome for url in (f"{canary.base}/", f"{server.base}/")}
    assert outcomes == {"private_address"}
    assert canary.connections == 0


def test_the_next_address_is_tried_where_the_first_is_dead(start: Start) -> None:
    """A host with two addresses is reached through the one that lives."""
    server = start({"/": [answer()]})
    dead = f"127.0.0.3:{server.port}"
    fetcher = Fetcher(
        QUICK,
        AGENT,
        allow_addresses=frozenset({server.address, dead}),
        resolver=lambda *_: ("127.0.0.3", "127.0.0.1"),
    )
    assert get(fetcher, f"http://two.example.org:{server.port}/").address == server.address


def test_a_dead_port_is_a_failed_connection(start: Start) -> None:
    """Tried three times, robots.txt or not; nothing is known of its rules."""
    server = start({})
    server.__exit__(None, None, None)
    fetcher = fetcher_for(server)
    response = get(fetcher, f"{server.base}/")
    assert (response.fetch_outcome, response.fetch_status, response.tries) == ("connection", None, 3)
    assert "Connection refused" in (response.error or "")


def test_the_environments_proxy_is_not_used(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is configured counts."""
    server = start({"/": [answer()]})
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert get(fetcher_for(server), f"{server.base}/").fetch_outcome == "ok"


def test_a_configured_proxy_is_used_and_private_addresses_stay_refused(start: Start) -> None:
    """The proxy gets the whole URL and looks the name up."""
    proxy = start(
        {"http://www.example.org/a": [answer()], "http://www.example.org/robots.txt": [answer(404)]}
    )
    fetcher = fetcher_for(proxies={"http": proxy.base})
    response = get(fetcher, "http://www.example.org/a")
    assert (response.fetch_outcome, response.body, response.address) == ("ok", PAGE, proxy.address)
    before = len(proxy.asked)
    assert get(fetcher, "http://127.0.0.9/").fetch_outcome == "private_address"
    assert len(proxy.asked) == before


def test_robots_are_asked_for_once_and_handed_over(start: Start) -> None:
    """Once in a run and origin, whoever of the run's fetchers asks, and always as a capture."""
    server = start({"/robots.txt": [rules("User-agent: *", "Disallow: /shut")], "/a": [answer()]})
    politeness = Politeness(QUICK, sleep=lambda _: None)
    first, second = (fetcher_for(server, politeness=politeness) for _ in range(2))
    outcomes = [
        get(fetcher, f"{server.base}{path}").fetch_outcome
        for fetcher in (first, second)
        for path in ("/a", "/shut")
    ]
    assert outcomes == ["ok", "robots", "ok", "robots"]
    assert [asked.path for asked in server.asked].count("/robots.txt") == 1
    (capture,) = first.take_robots()
    assert (capture.url, capture.fetch_outcome, capture.fetch_status) == (
        f"{server.base}/robots.txt",
        "ok",
        200,
    )
    assert capture.body.startswith(b"User-agent")
    assert first.take_robots() == second.take_robots() == []


def test_rules_of_an_earlier_run_hold_for_a_day(start: Start) -> None:
    """And are asked for again after it."""
    server = start({"/robots.txt": [answer(404)], "/a": [answer()]})
    now = datetime(2026, 11, 1, tzinfo=UTC)
    for hours, outcome, asked in ((23, "robots", 0), (25, "ok", 2)):
        old = robots(200, b"User-agent: *\nDisallow: /", "ok", now - timedelta(hours=hours), most_bytes=1_000)
        politeness = Politeness(QUICK, known_robots={server.base: old}, sleep=lambda _: None)
        response = get(fetcher_for(server, politeness=politeness, now=lambda: now), f"{server.base}/a")
        assert (response.fetch_outcome, len(server.asked)) == (outcome, asked)


def test_a_long_crawl_delay_gives_ten_pages(start: Start) -> None:
    """The eleventh is left for another run."""
    server = start({"/robots.txt": [rules("User-agent: *", "Crawl-delay: 500")], "/a": [answer()]})
    waits: list[float] = []
    politeness = Politeness(QUICK, sleep=waits.append)
    fetcher = fetcher_for(server, politeness=politeness)
    outcomes = [get(fetcher, f"{server.base}/a").fetch_outcome for _ in range(11)]
    assert outcomes == ["ok"] * 10 + ["robots"]
    assert all(119 < wait <= 120 for wait in waits)


def test_a_failing_host_is_left_alone_and_others_are_not(start: Start) -> None:
    """After five failures in a row it is not asked again in this run."""
    dead = start({"/robots.txt": [kept(404, b"")], "/": [raw(RESET)]}, host="127.0.0.2")
    live = start({"/": [answer()]})
    with fetcher_for(dead, live) as fetcher:
        responses = [get(fetcher, f"{dead.base}/") for _ in range(7)]
        assert get(fetcher, f"{live.base}/").fetch_outcome == "ok"
    assert [response.fetch_outcome for response in responses] == ["connection"] * 7
    assert [response.tries for response in responses] == [3] * 5 + [0] * 2
    assert "5 requests in a row failed" in (responses[-1].error or "")


def test_who_redirects_to_a_resting_host_has_not_failed(start: Start) -> None:
    """Neither is the resting host asked, nor is the other one blamed for it."""
    hub, resting = start({"/": [redirect("http://127.0.0.2:8000/")], "/own": [answer()]}), "127.0.0.2"
    fetcher = fetcher_for(hub)
    fetcher.politeness.rest(resting, 60, "told so")
    assert {get(fetcher, f"{hub.base}/").fetch_outcome for _ in range(6)} == {"connection"}
    assert get(fetcher, f"{hub.base}/own").fetch_outcome == "ok"


def test_a_host_that_asks_for_a_day_gets_it(start: Start) -> None:
    """One answer is kept, and the host is reported as resting, for the next run to know."""
    server = start({"/": [answer(503, b"busy", "Retry-After: 86400")]})
    fetcher = fetcher_for(server)
    first, second = (get(fetcher, f"{server.base}/") for _ in range(2))
    assert (first.fetch_outcome, first.retry_after, first.body, first.tries) == (
        "http_error",
        86_400.0,
        b"busy",
        1,
    )
    assert (second.fetch_outcome, second.tries) == ("connection", 0)
    assert 86_000 < fetcher.politeness.rests()["127.0.0.1"] <= 86_400
    assert server.paths() == ["/"]


def test_waits_are_those_of_the_limits(start: Start) -> None:
    """Back-off of 2 and 10 seconds, each up to half longer; a Retry-After exactly."""
    server = start({"/a": [answer(500)], "/b": [answer(503, b"", "Retry-After: 7"), answer()]})
    waits: list[float] = []
    fetcher = fetcher_for(server, politeness=Politeness(QUICK, sleep=waits.append, clock=lambda: 0.0))
    get(fetcher, f"{server.base}/a")
    first, second = waits
    assert 2 <= first <= 3
    assert 10 <= second <= 15
    waits.clear()
    get(fetcher, f"{server.base}/b")
    assert waits == [7.0]


def test_threads_share_a_fetcher(start: Start) -> None:
    """Each gets the pages that it asked for, of its own host and of others'."""
    servers = [
        start({f"/{n}": [kept(200, f"{host} {n}".encode())] for n in range(10)}, host=f"127.0.0.{host}")
        for host in range(1, 9)
    ]
    wrong: list[str] = []
    with fetcher_for(*servers) as fetcher:

        def visit(first: int) -> None:
            for n in range(10):
                for host in (first, first % 8 + 1):
                    response = get(fetcher, f"{servers[host - 1].base}/{n}")
                    if response.body != f"{host} {n}".encode():
                        wrong.append(f"{host} {n}: {response}")

        threads = [threading.Thread(target=visit, args=(host,)) for host in range(1, 9)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert {[asked.path for asked in server.asked].count("/robots.txt") for server in servers} == {1}


def test_conditions_are_not_sent_by_chance(start: Start) -> None:
    """Only what is known is asked for: with an archived text, and not in robots.txt."""
    server = start({"/": [not_modified_for("if-none-match", '"v1"')]})
    fetcher = fetcher_for(server)
    assert get(fetcher, f"{server.base}/", etag='"v1"').fetch_status == 200
    assert get(fetcher, f"{server.base}/", etag='"v1"', content_digest="sha256:0").fetch_status == 304
    assert all("if-none-match" not in asked.headers for asked in server.asked if asked.path == "/robots.txt")


class Certificates:
    """A root, and a server's certificate signed by it, for one name."""

    def __init__(self, folder: Path, name: str) -> None:
        root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test root")])
        root = self._signed(
            root_name, root_name, root_key, root_key, x509.BasicConstraints(ca=True, path_length=None)
        )
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        leaf = self._signed(
            subject, root_name, key, root_key, x509.SubjectAlternativeName([x509.DNSName(name)])
        )
        self.root, chain = folder / "root.pem", folder / "chain.pem"
        self.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        chain.write_bytes(
            leaf.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.fingerprint = sha256(leaf.public_bytes(serialization.Encoding.DER)).hexdigest()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(chain)

    @staticmethod
    def _signed(
        subject: x509.Name,
        issuer: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        signer: ec.EllipticCurvePrivateKey,
        extension: x509.ExtensionType,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
        )
        builder = builder.serial_number(x509.random_serial_number()).add_extension(extension, critical=True)
        builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        return builder.sign(signer, hashes.SHA256())


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates for www.example.org."""
    return Certificates(tmp_path_factory.mktemp("tls"), "www.example.org")


def over_tls(start: Start, certificates: Certificates, tls: Tls, host: str = "www.example.org") -> Response:
    """Ask a TLS server under a name."""
    server = start({"/": [answer()]}, context=certificates.context)
    fetcher = fetcher_for(server, tls=tls, resolver=lambda *_: ("127.0.0.1",))
    return get(fetcher, f"https://{host}:{server.port}/")


def test_a_trusted_certificate_is_checked_by_its_name(start: Start, certificates: Certificates) -> None:
    """The address was checked, the name is certified."""
    response = over_tls(start, certificates, Tls(ca_bundle=str(certificates.root)))
    assert (response.fetch_outcome, response.tls_verified) == ("ok", True)
    assert response.tls_not_after is not None
    assert timedelta(0) < response.tls_not_after - datetime.now(UTC) < timedelta(days=2)


def test_a_certificate_of_another_name_fails(start: Start, certificates: Certificates) -> None:
    """Connected to the right address, but not to the right host; never tried again."""
    response = over_tls(start, certificates, Tls(ca_bundle=str(certificates.root)), host="www.example.com")
    assert (response.fetch_outcome, response.tries) == ("connection", 1)
    assert "TLS" in (response.error or "")
    assert "certificate" in (response.error or "").lower()


def test_a_certificate_of_nobody_fails(start: Start, certificates: Certificates) -> None:
    """A root that nobody trusts; never tried again."""
    response = over_tls(start, certificates, Tls())
    assert (response.fetch_outcome, response.fetch_status, response.tries) == ("connection", None, 1)
    assert "CERTIFICATE_VERIFY_FAILED" in (response.error or "")


def test_a_named_fingerprint_is_accepted_and_recorded(start: Start, certificates: Certificates) -> None:
    """One certificate, unseen by any authority; and no other one."""
    response = over_tls(start, certificates, Tls(fingerprint=certificates.fingerprint))
    assert (response.fetch_outcome, response.tls_verified, response.tls_not_after) == ("ok", False, None)
    wrong = over_tls(start, certificates, Tls(fingerprint="00" * 32))
    assert (wrong.fetch_outcome, wrong.tries) == ("connection", 1)


def test_old_servers_can_be_allowed(start: Start, certificates: Certificates) -> None:
    """Legacy settings keep the check of the name."""
    tls = Tls(ca_bundle=str(certificates.root), legacy=True)
    assert over_tls(start, certificates, tls).tls_verified is True
    assert over_tls(start, certificates, tls, host="www.example.com").fetch_outcome == "connection"
