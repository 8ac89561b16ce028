"""Fixtures for all tests."""

from pathlib import Path

import pytest
from hypothesis import Phase, settings
from oracles.tables import REASON, SHARED

# What users write is run by tests, in folders of their own; looking for doctests would run it here.
collect_ignore = ["data/user.py"]

# A test never depends on time: the machine may be busy.
settings.register_profile("relupoly", deadline=None)
settings.register_profile("daily", parent=settings.get_profile("relupoly"), max_examples=20)
# For tools/mutate: whether a test fails is all that is asked, not by which smallest example.
settings.register_profile("mutants", parent=settings.get_profile("daily"), phases=[Phase.explicit, Phase.generate])
settings.load_profile("relupoly")


@pytest.fixture(scope="session", autouse=True)
def state(tmp_path_factory):
    """A state folder for the tests: the user's own secret is not theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published tables and real networks beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(REASON)
    return SHARED
