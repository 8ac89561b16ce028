"""The page, by its structure: the cells in it are those of the picture, text stays text, and nothing leads outside."""

import base64
import hashlib
import re

import numpy as np
import pytest
from html_page import Page, signs
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.strategies import boxes, linear_nets, nets

from relupoly import Domain, Network
from relupoly.errors import DomainError
from relupoly.files.labelled_points import LabelledPoints
from relupoly.plots.line.picture import LinePicture
from relupoly.plots.net_picture import picture_of
from relupoly.plots.page.cell_arrays import NOWHERE, line_arrays, map_arrays, plane_arrays, sign_arrays
from relupoly.plots.page.page import Look, page_of
from relupoly.plots.page.slices import Slices, shown_on_page
from relupoly.plots.plane.plane_cells import OUTSIDE
from relupoly.plots.view import View

BENT = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1], [1, 1]], [0, -1]), ([[1, 2], [3, -1]], None)])
SQUARE = Domain.box([-1, -1], [1, 1])
HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>{{script}}&lt;!--'\"\u2028<\u0000"


def page(network=BENT, domain=SQUARE, title="A net\nopen, on a box", view=None, **options):
    return Page(page_of(shown_on_page(network, domain, view, **options), Look(title)))


def plane_nets(inputs):
    return st.one_of(nets(inputs=inputs, neurons=6), linear_nets(sparse=True, inputs=inputs, neurons=6)).filter(
        lambda net: net.input_dim == inputs
    )


@settings(max_examples=40)
@given(st.data(), plane_nets(2), st.sampled_from(["open", "activation", "affine"]))
def test_a_page_holds_the_cells_of_the_plane(data, net, notion):
    picture = picture_of(net, data.draw(boxes(2)), View(notion))
    cells, found = picture.cells, Page(page_of(picture, Look("x")))
    arrays, about = found.arrays(), found.about["sheets"][0]
    vertices = arrays["vertices"].reshape(-1, 2)
    assert len(np.unique(vertices, axis=0)) == len(vertices)
    assert (vertices[arrays["corner"]] == cells.corners).all()
    assert arrays["start"].tolist() == cells.start.tolist()
    assert arrays["piece"].tolist() == cells.piece.tolist()
    assert (signs(arrays, about["spans"]) == cells.signs).all()
    assert [tuple(span) for span in about["spans"]] == list(cells.spans)
    assert about["outputs"] == net.output_dim
    assert arrays["gradient"].dtype == np.float64
    assert arrays["gradient"].reshape(cells.gradient.shape) == pytest.approx(cells.gradient)
    middle = (cells.gradient * cells.middle[:, None]).sum(axis=2) + cells.constant
    assert arrays["value"].reshape(middle.shape) == pytest.approx(middle, abs=1e-9)
    edges = cells.edges
    assert (vertices[arrays["edgeEnds"].reshape(-1, 2)] == edges.ends).all()
    assert arrays["edgeOne"].tolist() == edges.one.tolist()
    assert arrays["edgeOther"].tolist() == np.where(edges.other == OUTSIDE, NOWHERE, edges.other).tolist()
    assert arrays["edgeLayer"].tolist() == edges.layer.tolist()
    assert arrays["edgeBorder"].tolist() == edges.is_border.tolist()


@settings(max_examples=40)
@given(st.data(), plane_nets(1), st.sampled_from(["open", "activation", "affine"]))
def test_a_page_holds_the_cells_of_a_line(data, net, notion):
    picture = picture_of(net, data.draw(boxes(1)), View(notion))
    assert isinstance(picture, LinePicture)
    cells, found = picture.cells, Page(page_of(picture, Look("x")))
    arrays, about = found.arrays(), found.about["sheets"][0]
    assert found.about["dimension"] == 1
    assert (arrays["vertices"][arrays["corner"]].reshape(-1, 2) == cells.ends).all()
    text = ["".join("-0+"[sign + 1] for sign in row) for row in signs(arrays, about["spans"]).tolist()]
    assert text == ["".join(pattern) for pattern in cells.patterns]
    assert arrays["gradient"].reshape(cells.slope.shape) == pytest.approx(cells.slope)
    inner = arrays["edgeOther"] != NOWHERE
    assert arrays["edgeOther"][inner].tolist() == (arrays["edgeOne"][inner] + 1).tolist() == list(range(1, len(cells)))
    assert arrays["edgeBorder"][inner].tolist() == cells.breaks[:-1].tolist()
    assert arrays["edgeLayer"][inner].tolist() == cells.layer[:-1].tolist()
    assert (~inner).sum() == 2


def test_gaps_of_a_line_have_two_ends():
    fold = Network.from_rows([([[1]], None), ([[1]], None)])
    from relupoly import DomainUnion

    union = DomainUnion((Domain.box([-2], [-1]), Domain.box([1], [2])))
    picture = picture_of(fold, union)
    arrays = line_arrays(picture.cells)
    assert (arrays["edgeOther"] == NOWHERE).all()
    assert sorted(arrays["vertices"][arrays["edgeEnds"]].tolist()) == [-2, -1, 1, 2]


def test_many_maps_are_singles_and_huge_ones_doubles():
    many = np.ones((60_000, 10, 2))
    assert map_arrays(many, many[:, :, 0])["gradient"].dtype == np.float32
    assert map_arrays(1e300 * many, many[:, :, 0])["gradient"].dtype == np.float64
    assert map_arrays(many[:100], many[:100, :, 0])["gradient"].dtype == np.float64


def test_zeros_are_told_only_where_there_are_some():
    assert "zero" not in sign_arrays(np.array([[1, -1]], dtype=np.int8))
    arrays = sign_arrays(np.array([[1, 0]], dtype=np.int8))
    assert signs({"start": [0, 1], **arrays}, [[0, 2]]).tolist() == [[1, 0]]


def test_three_inputs_are_slices():
    net = Network.from_rows([([[1, 0, 1], [0, 1, 1]], [0, -1]), ([[1, 2]], None)])
    cube = Domain.box([-1, -1, 0], [1, 1, 2])
    shown = shown_on_page(net, cube, View(level=1))
    assert isinstance(shown, Slices)
    assert shown.title("net.json") == "net.json: 2 to 4 affine pieces on a slice\nopen, on box -1,-1,0 1,1,2"
    found = Page(page_of(shown, Look("x")))
    assert [sheet["told"] for sheet in found.about["sheets"]] == [f"x3 = {k / 10:.6g}" for k in range(1, 20)]
    assert found.about["first"] == 9
    for number, sheet in enumerate(found.about["sheets"]):
        own = picture_of(net, cube, View(), fixed={3: f"{number + 1}/10"}).cells
        assert found.arrays(number)["piece"].tolist() == own.piece.tolist()
        assert len(sheet["boundary"]) % 4 == 0
    assert any(sheet["boundary"] for sheet in found.about["sheets"])


def test_slices_of_a_slice():
    net = Network.from_rows([([[1, 1, 1, 1]], None), ([[1]], None)])
    shown = shown_on_page(net, Domain.box([-1] * 4, [1] * 4), fixed={2: 0})
    assert shown.told[9] == "x4 = 0"
    assert shown.pictures[9].window.whole.name == "box -1 1 at x2 = 0 at x4 = 0"
    assert Page(page_of(shown, Look("x"))).about["names"] == ["x1", "x3"]


def test_data_come_with_their_classes():
    points = LabelledPoints(((0.5, 0.25), (-1, 0)), ("a", "b"), "kind", ("two", "<b>"))
    about = page(points=points).about
    assert about["points"]["places"] == [0.5, 0.25, -1, 0]
    assert (about["points"]["classes"], about["points"]["kinds"]) == (["<b>", "two"], [1, 0])
    assert about["names"] == ["a", "b"]


def test_a_surface_is_no_page():
    from relupoly.plots.solid.picture import SurfacePicture

    net = Network.from_rows([([[1, 0, 1], [0, 1, 1]], [0, -1]), ([[1, 2]], None)])
    surface = picture_of(net, Domain.box([-1, -1, 0], [1, 1, 2]), View(level=1))
    assert isinstance(surface, SurfacePicture)
    with pytest.raises(DomainError, match="slices"):
        page_of(surface, Look("x"))


def test_hostile_text_stays_text():
    plain, hostile = page(title="A net"), page(title=HOSTILE)
    assert hostile.elements == plain.elements
    assert hostile.about["title"].startswith("</script><script>alert(1)</script><img")
    assert "{{script}}" in hostile.texts["title"]
    assert hostile.policy == plain.policy
    points = LabelledPoints(((0.5, 0.25),), (HOSTILE, "b"), HOSTILE, (HOSTILE,))
    named = page(points=points)
    assert named.elements == plain.elements
    assert named.about["points"]["classes"][0].startswith("</script>")


def test_nothing_leads_outside():
    data = page_of(picture_of(BENT, SQUARE), Look("A net")).decode()
    without_cells = re.sub(r'<script id="cells-.*?</script>', "", data)
    assert set(re.findall(r"[a-z]+://[^\s\"'`]+", without_cells)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(
        r"<(link|iframe|object|embed|base)\b|@import|\bfetch\(|XMLHttpRequest|WebSocket|\beval\(", without_cells
    )
    assert not re.search(r"\binnerHTML|outerHTML|insertAdjacentHTML|document\.write", without_cells)
    assert not re.search(r"\son[a-z]+=|\sstyle=", data.split("<body>")[1].split("<script")[0])


def test_the_policy_trusts_what_is_there_and_nothing_else():
    found = page()

    def trusted(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    policy = dict(part.split(" ", 1) for part in found.policy.split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == trusted(found.texts["script"])
    assert policy["style-src"] == trusted(found.texts["style"])
    assert "unsafe" not in found.policy
    assert "http" not in found.policy


def test_the_same_bytes_each_time():
    one, two = (page_of(picture_of(BENT, SQUARE), Look("A net")) for _ in range(2))
    assert one == two
    assert b"\r" not in one


def test_a_page_is_small():
    """Some hundred bytes for a cell, beside what all pages have."""
    rng = np.random.default_rng(0)
    layers = [(rng.normal(size=(30, inputs)), rng.normal(size=30)) for inputs in (2, 30)]
    net = Network.from_rows([*layers, (np.ones((1, 30)), None)])
    picture = picture_of(net, SQUARE)
    empty = len(page_of(picture_of(BENT, SQUARE), Look("x")))
    assert len(picture.cells) > 400
    assert len(page_of(picture, Look("x"))) - empty < 160 * len(picture.cells)


def test_corners_that_cells_share_occur_once():
    cells = picture_of(BENT, SQUARE).cells
    assert len(plane_arrays(cells)["vertices"]) < len(cells.corners)


def test_a_dark_page_says_so():
    data = page_of(picture_of(BENT, SQUARE), Look("x", dark=True, legend=False))
    assert b'<html lang="en" data-theme="dark">' in data
    assert Page(data).about["legend"] is False
