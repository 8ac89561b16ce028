"""Axes that belong to no window."""

import pytest

matplotlib = pytest.importorskip("matplotlib", reason="pictures need matplotlib")


@pytest.fixture
def ax():
    from relupoly.plots.figure import new_figure, style

    with style():
        yield new_figure().add_subplot()


@pytest.fixture
def space():
    from relupoly.plots.figure import new_figure, style

    with style():
        yield new_figure().add_subplot(projection="3d")
