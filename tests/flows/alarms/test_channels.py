"""Who is told: what `notify.toml` may say, and what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.alarms.channels import Channels, Email, name_of, read_channels
from flows.exceptions import CorrectTheChannels


def written(folder: Path, text: str) -> Channels:
    """The channels of a file."""
    (folder / "notify.toml").write_text(text, encoding="utf-8")
    return read_channels(folder)


def test_without_a_file_nobody_is_told(tmp_path: Path) -> None:
    """And nothing is wrong."""
    assert read_channels(tmp_path) == Channels()


def test_passwords_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that is `$NAME` or `${NAME}`; one with a dollar in it is itself."""
    monkeypatch.setenv("MAIL_PASSWORD", "geheim")
    mail = '[[operators]]\nkind = "email"\nhost = "h"\nsender = "a@b"\nto = ["c@d"]\nuser = "u$5"\n'
    channels = written(tmp_path, mail + 'password = "${MAIL_PASSWORD}"\n')
    channel = channels.operators[0]

    assert isinstance(channel, Email)
    assert (channel.password, channel.user, channel.port) == ("geheim", "u$5", 587)


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    """Where it stands, and what is wrong."""
    text = """
[[operators]]
kind = "email"
host = "h"
to = []
[[operators]]
kind = "pigeon"
[[operators]]
kind = "webhook"
url = "ftp://example.org"
colour = "red"
[[analysts]]
kind = "automation"
url = "https://example.org"
"""
    with pytest.raises(CorrectTheChannels) as refused:
        written(tmp_path, text)

    said = str(refused.value)
    for mistake in ("sender", "to", "pigeon", "url", "colour", "analysts.0"):
        assert mistake in said


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[[operators]\nkind = "webhook"', "TOML"),
        ('[[operators]]\nkind="webhook"\nurl="$NO_SUCH_VARIABLE"', "NO_SUCH_VARIABLE"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, text: str, what: str) -> None:
    """With its reason."""
    with pytest.raises(CorrectTheChannels, match=what):
        written(tmp_path, text)


def test_a_name_tells_channels_apart_and_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two digests to one address are two channels, also when the token is exchanged."""
    text = """
[[operators]]
kind = "apprise"
url = "$CHAT"
[[analysts]]
kind = "webhook"
url = "$HOOK"
sources = ["sx-kjt"]
[[analysts]]
kind = "webhook"
url = "$HOOK"
sources = ["ln-kjt"]
[[analysts]]
kind = "email"
host = "mail.example.org"
sender = "us@example.org"
to = ["$READER"]
"""

    def names(token: str) -> list[str]:
        monkeypatch.setenv("CHAT", f"tgram://{token}/123")
        monkeypatch.setenv("HOOK", f"https://user:{token}@hooks.example.org/{token}?key={token}")
        monkeypatch.setenv("READER", f"{token}@example.org")
        channels = written(tmp_path, text)
        return [name_of(channel) for channel in (*channels.operators, *channels.analysts)]

    said = names("geheim")
    assert [name.rpartition(" ")[0] for name in said] == [
        "apprise tgram", "webhook example.org", "webhook example.org", "email mail.example.org",
    ]  # fmt: skip
    assert len(set(said)) == 4
    assert names("erneuert") == said
