"""What can go wrong while acting, named by what to do next."""

from __future__ import annotations


class FlowError(Exception):
    """Root of every error that `flows` raises."""


class CorrectTheLimits(FlowError):
    """A source file overrides a limit that does not exist, or with an impossible value: correct the file."""


class DoNotContact(FlowError):
    """A URL or an address that must not be asked: report it, and send nothing.

    Attributes:
        private: Whether the host stands for an address that is not public (or a disguise of one).
    """

    def __init__(self, message: str, *, private: bool) -> None:
        super().__init__(message)
        self.private = private


class GiveUp(FlowError):
    """A request, or an answer that was kept elsewhere, that ends here: keep the name as its outcome.

    Attributes:
        outcome: `timeout`, `connection`, `decode`, `too_large`, `redirect`, `private_address` or `robots`; of what was
            kept elsewhere `truncated` or `damaged`.
        passing: Whether another try may end better.
    """

    def __init__(self, outcome: str, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.passing = passing


class StopForNow(FlowError):
    """A source's time in this run is over: stop in order, the next run goes on from there."""


class NothingToImport(FlowError):
    """A path to import is not there, or holds nothing that can be: name another one."""


class NothingToVerify(FlowError):
    """A folder holds no data: check its name, or whether its disk is there."""


class NothingToExplain(FlowError):
    """A page cannot be had: check the name of the file, or why the server does not give it."""


class CorrectTheChannels(FlowError):
    """`notify.toml` names channels that cannot be meant; the message has every mistake."""


class TellLater(FlowError):
    """A channel could not be told; it is tried again at the next run."""


class GiveAnotherPort(FlowError):
    """Somebody listens on a port already; the message names the option."""


class LookIntoTheLog(FlowError):
    """A process of ours did not do what it is for; the message says where it wrote why."""


class StartTheServer(FlowError):
    """Nobody answers where the user's own Prefect server should be: start it, or do without."""


class GiveAnotherAddress(FlowError):
    """An address shows nothing that can be watched: the message says what it shows, and what is needed."""


class CorrectTheRunner(FlowError):
    """The runner does not exist, is not installed, or has no workers that read as this process does: mend it, or name another one."""


class RunAgain(FlowError):
    """A process that worked for a run was killed: run again, nothing that was archived is lost."""
