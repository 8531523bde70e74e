"""What the unit tests share: one simulator, and hypothesis without a stopwatch."""

import hypothesis
import pytest

from tests.simulator.client import Simulator

hypothesis.settings.register_profile("house", deadline=None, database=None)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def _simulator_process():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(_simulator_process, monkeypatch):
    """A simulator that has seen nothing yet."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    _simulator_process.reset()
    return _simulator_process
