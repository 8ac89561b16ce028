"""The page in a real browser, Chromium without a window: what its reader points at, types and presses, and what is told."""

import json
import re
import shutil
import time
from xml.etree import ElementTree

import numpy as np
import pytest

from relupoly import Domain, Network, page
from relupoly.files.labelled_points import LabelledPoints
from relupoly.plots.colors import gradient_colors, gradient_scale
from relupoly.plots.net_picture import picture_of
from relupoly.plots.page.page import Look, page_of
from relupoly.plots.page.slices import shown_on_page
from relupoly.plots.view import View

webdriver = pytest.importorskip("selenium.webdriver", reason="pages are opened by selenium (the extra dev has it)")
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402
from selenium.webdriver.support.ui import Select, WebDriverWait  # noqa: E402

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="there is no Chromium with its driver (on Debian chromium and chromium-driver)"
)

ALONE = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--window-size=1200,800"),
)
BENT = Network.from_rows([([[1, 0], [0, 1]], None), ([[1, -1], [1, 1]], [0, -1]), ([[1, 2], [3, -1]], None)])
SQUARE = Domain.box([-1, -1], [1, 1])
MARGIN = 46  # pixels that the page leaves free around the whole


PIXEL = """
const [name, x, y] = arguments, one = new OffscreenCanvas(1, 1).getContext("2d"), from = document.getElementById(name);
const at = [from.width / 2 + x * devicePixelRatio, from.height / 2 + y * devicePixelRatio].map(Math.floor);
one.drawImage(from, ...at, 1, 1, 0, 0, 1, 1);
return Array.from(one.getImageData(0, 0, 1, 1).data);
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    folder = tmp_path_factory.mktemp("browser")
    for argument in (*ALONE, f"--user-data-dir={folder / 'user'}"):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"download.default_directory": str(folder / "downloads")})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    driver.downloads = folder / "downloads"
    driver.get("data:,")
    yield driver
    driver.quit()


class Reader:
    """Someone who reads a page."""

    def __init__(self, browser, path, in_frame=False):
        self.browser, self.folder = browser, path.parent.as_uri()
        browser.get(path.as_uri())
        if in_frame:
            browser.switch_to.frame(browser.find_element(By.TAG_NAME, "iframe"))
        self.until(lambda: self.stage.get_attribute("data-views"))

    def until(self, holds):
        return WebDriverWait(self.browser, 30, 0.02).until(lambda _: holds())

    def get(self, name):
        return self.browser.find_element(By.ID, name)

    def text(self, name):
        return self.get(name).text

    @property
    def stage(self):
        return self.get("stage")

    @property
    def scale(self):
        """Pixels of a unit, where a square from -1 to 1 is seen as a whole."""
        return (min(self.stage.rect["width"], self.stage.rect["height"]) - 2 * MARGIN) / 2

    def offset(self, place):
        """From the middle of the stage."""
        return round(place[0] * self.scale), round(-place[1] * self.scale)

    def point(self, place):
        ActionChains(self.browser, 0).move_to_element_with_offset(self.stage, *self.offset(place)).perform()

    def tap(self, place):
        ActionChains(self.browser, 0).move_to_element_with_offset(self.stage, *self.offset(place)).click().perform()

    def press(self, *keys, shift=False):
        chain = ActionChains(self.browser, 0)
        chain = chain.key_down(Keys.SHIFT) if shift else chain
        chain = chain.send_keys(*keys)
        (chain.key_up(Keys.SHIFT) if shift else chain).perform()

    def probe(self):
        """Where the probe is."""
        return tuple(float(number) for number in re.findall(r"= ([-+.\de]+)", self.text("probe-place")))

    def find(self, text):
        field = self.get("point")
        field.clear()
        field.send_keys(text, Keys.ENTER)

    def settled(self):
        """Wait until all is drawn."""
        views = self.stage.get_attribute("data-views")
        self.until(lambda: self.stage.get_attribute("data-views") == views)
        time.sleep(0.1)

    def color(self, place, canvas="base"):
        """Which colour the picture has at a place, while the whole is seen."""
        self.settled()
        return self.browser.execute_script(PIXEL, canvas, *self.offset(place))[:3]

    def check(self):
        """Nothing has gone wrong, and nothing has been asked of a network."""
        assert self.browser.get_log("browser") == []
        events = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        assert [url for url in asked if not url.startswith((self.folder, "data:", "blob:", "chrome:"))] == []


@pytest.fixture
def opened(browser, tmp_path):
    readers = []

    def begin(picture, **look):
        path = tmp_path / f"{len(readers)}.html"
        path.write_bytes(page_of(picture, Look("A net: pieces\nopen, on a box", **look)))
        readers.append(Reader(browser, path))
        return readers[-1]

    browser.get_log("performance")
    yield begin
    readers[0].check()


@pytest.fixture
def plane():
    return picture_of(BENT, SQUARE)


def largest(cells):
    """The number and the middle of the largest cell."""
    cell = int(cells.area.argmax())
    return cell, cells.middle[cell]


def test_pointing_at_a_piece_tells_its_record(opened, plane):
    reader, cells = opened(plane), plane.cells
    for cell in np.argsort(-cells.area)[:5].tolist():
        reader.point(cells.middle[cell])
        piece = int(cells.piece[cell])
        reader.until(lambda piece=piece: reader.text("record-title") == f"Piece {piece + 1} of {cells.pieces}")
        told = reader.text("record-body")
        area = np.bincount(cells.piece, cells.area)[piece]
        assert f"Area\n{area:.6g}" in told
        text = "".join("-0+"[sign + 1] for sign in cells.signs[cell])
        assert [f"1: {text[:2]}", f"2: {text[2:]}"] == [
            line.text for line in reader.browser.find_elements(By.CSS_SELECTOR, ".pattern")
        ]
        neighbours = {int(number) for number in re.findall(r"Piece (\d+)", reader.text("neighbours"))}
        assert neighbours == {other + 1 for other in cells.piece_graph.adj[piece]}
        for output, row in enumerate(reader.browser.find_elements(By.CSS_SELECTOR, "#maps .formula")):
            here = {"x1": 0.3, "x2": -0.7}
            value = eval(re.sub(r"(\d) x", r"\1*x", row.text), here)
            expected = cells.gradient[cell, output] @ [0.3, -0.7] + cells.constant[cell, output]
            assert value == pytest.approx(expected, abs=1e-4)


def test_tapping_puts_the_probe_and_tells_values(opened, plane):
    reader, cells = opened(plane), plane.cells
    for place in ((0.5, 0.25), (-0.5, 0.75)):
        reader.tap(place)
        reader.until(lambda place=place: reader.probe() == pytest.approx(place, abs=0.01))
        shown = [float(item.text) for item in reader.browser.find_elements(By.CSS_SELECTOR, "#probe-values .value")]
        assert shown == pytest.approx([float(x) for x in BENT([*reader.probe()])], abs=1e-3)
        assert reader.text("said") == "" or "Piece" in reader.get("said").get_attribute("textContent")
    assert cells.pieces > 4


def test_dragging_the_probe_moves_it_and_dragging_elsewhere_the_view(opened, plane):
    reader = opened(plane)
    reader.tap((0.5, 0.5))
    chain = ActionChains(reader.browser, 0).move_to_element_with_offset(reader.stage, *reader.offset((0.5, 0.5)))
    chain.click_and_hold().move_by_offset(-40, 30).move_by_offset(-10, 0).release().perform()
    moved = (0.5 - 50 / reader.scale, 0.5 - 30 / reader.scale)
    reader.until(lambda: reader.probe() == pytest.approx(moved, abs=0.01))
    chain = ActionChains(reader.browser, 0).move_to_element_with_offset(reader.stage, *reader.offset((-0.8, -0.8)))
    chain.click_and_hold().move_by_offset(60, 0).move_by_offset(20, 0).release().perform()
    assert reader.probe() == pytest.approx(moved, abs=0.01)
    reader.tap((0, 0))
    reader.until(lambda: reader.probe()[0] == pytest.approx(-80 / reader.scale, abs=0.01))


def test_zooming_by_wheel_buttons_and_fingers(opened, plane):
    reader = opened(plane)
    at = (0.4, 0)
    width = reader.scale * 0.4

    def seen():
        """The first coordinate where 0.4 was, seen as a whole."""
        reader.tap(at)
        return reader.until(lambda: reader.probe()[0])

    assert seen() == pytest.approx(0.4, abs=0.01)
    reader.get("zoom-in").click()
    assert seen() == pytest.approx(0.4 / 1.6, abs=0.01)
    reader.get("zoom-out").click()
    assert seen() == pytest.approx(0.4, abs=0.01)
    reader.get("zoom-in").click()
    reader.get("whole").click()
    ActionChains(reader.browser).scroll_from_origin(ScrollOrigin.from_element(reader.stage), 0, -120).perform()
    assert 0.2 < seen() < 0.35
    reader.get("whole").click()
    box = reader.stage.rect
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def touch(kind, *apart):
        points = [{"x": middle[0] + dx, "y": middle[1], "id": number} for number, dx in enumerate(apart)]
        reader.browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", -50, 50)
    for dx in (60, 80, 100):
        touch("touchMove", -dx, dx)
    touch("touchEnd")
    assert seen() == pytest.approx(0.2, abs=0.02)
    assert width > 50


def test_typing_a_point_finds_its_piece(opened, plane):
    reader, cells = opened(plane), plane.cells
    cell, (x, y) = largest(cells)
    reader.find(f"{x:.4f}, {y:.4f}")
    assert reader.text("found") == f"It lies in piece {cells.piece[cell] + 1}."
    assert reader.text("record-title") == f"Piece {cells.piece[cell] + 1} of {cells.pieces}"
    assert reader.probe() == pytest.approx((x, y), abs=0.01)
    reader.find("-1/2 3/4")
    assert reader.probe() == pytest.approx((-0.5, 0.75), abs=0.01)
    reader.find("0, -0.5")
    assert reader.text("found").startswith("It lies on the border of pieces ")
    reader.find("5, 5")
    assert "outside" in reader.text("found")
    reader.find("one")
    assert reader.text("found").startswith("Write two numbers")


def test_the_piece_of_a_point_is_brought_into_view(opened):
    """A corner so small that it is no pixel wide."""
    tiny = Network.from_rows([([[1, 0], [0, 1], [1, 1]], [0, 0, -0.0005]), ([[1, 1, -2]], None)])
    picture = picture_of(tiny, SQUARE)
    reader = opened(picture)
    reader.find("0.0001, 0.0001")
    cell = int(np.argmin(picture.cells.area))
    assert reader.text("record-title") == f"Piece {picture.cells.piece[cell] + 1} of {picture.cells.pieces}"
    reader.tap((0.5, 0.5))
    reader.until(lambda: 0 < reader.probe()[0] < 0.01)


def test_layers_are_switched_off(opened, plane):
    reader, cells = opened(plane), plane.cells
    assert reader.text("layers-made") == f"They make {cells.pieces} pieces."
    cell, middle = largest(cells)
    reader.get("layers").send_keys(Keys.LEFT)
    assert reader.text("layers-made") == "It alone makes 4 activation cells."
    reader.point(middle)
    reader.until(lambda: reader.text("record-title") == f"Piece {cells.piece[cell] + 1} of {cells.pieces}")
    assert re.search(r"Cell of layer 1\n\d of 4", reader.text("record-body"))
    reader.get("layers").send_keys(Keys.LEFT)
    assert reader.text("layers-made") == "Without borders there is one cell."
    reader.get("layers").send_keys(Keys.END)
    assert reader.text("layers-made") == f"They make {cells.pieces} pieces."


def test_borders_of_a_layer_are_hidden(opened):
    picture = picture_of(Network.from_rows([([[1, 0]], None), ([[1]], None)]), SQUARE)
    reader = opened(picture)
    reader.tap((0.5, -0.5))
    assert sum(reader.color((0, 0.5))) < 200
    reader.browser.find_element(By.CSS_SELECTOR, "#layer-key input").click()
    assert sum(reader.color((0, 0.5))) > 200


def test_colours_are_those_of_pictures(opened, plane):
    reader, cells = opened(plane), plane.cells
    _, middle = largest(cells)
    reader.tap((-0.99, -0.99))
    scale = gradient_scale(cells.gradient[:, 0], cells.area)
    expected = gradient_colors(cells.gradient[:, 0], scale)[largest(cells)[0]] * 255
    assert reader.color(middle) == pytest.approx(expected.tolist(), abs=2)
    seen = {tuple(reader.color(middle))}
    for name, told in [
        ("value", "value of output 1"),
        ("layer", "last layer that bounds the piece"),
        ("depth", "borders to cross on the way out"),
        ("area", "area of the piece"),
        ("pattern", "No two neighbours"),
    ]:
        Select(reader.get("color")).select_by_value(name)
        assert told in reader.get("legend").get_attribute("aria-label")
        seen.add(tuple(reader.color(middle)))
    assert len(seen) > 3
    Select(reader.get("color")).select_by_value("value")
    Select(reader.get("output")).select_by_value("1")
    assert "value of output 2" in reader.get("legend").get_attribute("aria-label")


def test_neighbours_have_different_colours_under_pattern(opened, plane):
    reader, cells = opened(plane), plane.cells
    reader.tap((-0.99, -0.99))
    Select(reader.get("color")).select_by_value("pattern")
    colors = {cell: tuple(reader.color(cells.middle[cell])) for cell in np.flatnonzero(cells.area > 0.02).tolist()}
    inner = cells.edges.inner & cells.edges.is_border
    pairs = zip(cells.edges.one[inner].tolist(), cells.edges.other[inner].tolist(), strict=True)
    assert all(colors[one] != colors[other] for one, other in pairs if one in colors and other in colors)


def test_the_keyboard_does_all(opened, plane):
    reader = opened(plane)
    reader.browser.execute_script("document.querySelector('.skip').focus()")
    order = []
    for _ in range(13):
        focused = reader.browser.switch_to.active_element
        order.append(focused.get_attribute("id") or focused.get_attribute("class") or focused.get_attribute("type"))
        reader.press(Keys.TAB)
    expected = ["skip", "export", "theme", "stage", "zoom-in", "zoom-out", "whole"]
    assert [name for name in order if name in expected] == expected
    assert {"color", "output", "layers", "point"} <= set(order)
    reader.stage.click()
    reader.browser.execute_script("document.getElementById('stage').focus()")
    start = reader.probe()
    reader.press(Keys.ARROW_RIGHT, shift=True)
    reader.until(lambda: reader.probe()[0] == pytest.approx(start[0] + 6 / reader.scale, abs=0.003))
    assert "Piece" in reader.get("said").get_attribute("textContent")
    reader.press(Keys.ARROW_RIGHT, Keys.ARROW_UP)
    reader.press(Keys.ENTER)
    reader.until(lambda: reader.probe() == pytest.approx((48 / reader.scale, 48 / reader.scale), abs=0.01))
    reader.press("0", "+")
    reader.tap((0.5, 0))
    reader.until(lambda: reader.probe()[0] == pytest.approx(0.4, abs=0.01))
    reader.press("-")
    reader.tap((0.5, 0))
    reader.until(lambda: reader.probe()[0] == pytest.approx(0.5, abs=0.01))
    outline = reader.browser.execute_script("return getComputedStyle(document.getElementById('stage')).outlineStyle")
    assert outline in ("solid", "auto", "none")


def test_choosing_a_neighbour_goes_there(opened, plane):
    reader, cells = opened(plane), plane.cells
    reader.tap(largest(cells)[1])
    button = reader.browser.find_element(By.CSS_SELECTOR, "#neighbours button")
    name = button.text
    button.click()
    reader.until(lambda: reader.text("record-title").startswith(f"{name} of"))


def test_light_and_dark(opened, plane):
    reader = opened(plane, dark=True)
    paper = "return getComputedStyle(document.body).backgroundColor"
    assert reader.browser.execute_script(paper) == "rgb(22, 24, 29)"
    assert reader.get("theme").get_attribute("aria-pressed") == "true"
    reader.get("theme").click()
    assert reader.browser.execute_script(paper) == "rgb(255, 255, 255)"
    reader.browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    )
    try:
        other = opened(plane)
        assert other.browser.execute_script(paper) == "rgb(22, 24, 29)"
    finally:
        reader.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_view_is_exported(opened, plane):
    reader = opened(plane)
    reader.get("export").click()
    file = reader.browser.downloads / "A-net-pieces.svg"
    reader.until(file.exists)
    root = ElementTree.parse(file).getroot()
    space = "{http://www.w3.org/2000/svg}"
    shapes = [one for path in root.iter(f"{space}path") if path.get("fill") != "none" for one in path.get("d").split("Z")[:-1]]
    assert len(shapes) == len(plane.cells)
    area = 0.0
    for shape in shapes:
        x, y = np.array([pair.split(",") for pair in shape.removeprefix("M").split("L")], dtype=float).T
        area += abs((x * np.roll(y, 1) - y * np.roll(x, 1)).sum()) / 2
    scale = min(float(root.get("width")), float(root.get("height"))) / 2 - MARGIN
    assert area == pytest.approx(4 * scale**2, rel=1e-3)
    assert {path.get("class") for path in root.iter(f"{space}path") if path.get("class")} == {"layer-1", "layer-2"}
    file.unlink()


def test_the_graph_of_one_input(opened):
    hat = Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])
    reader = opened(picture_of(hat, Domain.box([-2], [2])))
    assert reader.text("layers-made") == "It makes 4 pieces."
    reader.find("0.25")
    assert reader.text("record-title") == "Piece 3 of 4"
    assert reader.text("maps").split(maxsplit=1) == ["f", "-x + 1"]
    assert "Length\n1" in reader.text("record-body")
    assert float(reader.browser.find_element(By.CSS_SELECTOR, "#probe-values .value").text) == pytest.approx(0.75, abs=0.01)
    ActionChains(reader.browser, 0).move_to_element_with_offset(reader.stage, -reader.stage.size["width"] // 3, 0).perform()
    reader.until(lambda: reader.text("record-title") == "Piece 1 of 4")
    assert reader.text("maps").split(maxsplit=1) == ["f", "0"]
    reader.get("export").click()
    file = reader.browser.downloads / "A-net-pieces.svg"
    reader.until(file.exists)
    assert len(re.findall("<circle", file.read_text())) == 3
    file.unlink()


def test_slices_of_three_inputs(opened):
    net = Network.from_rows([([[1, 0, 1], [0, 1, 1]], [0, -1]), ([[1, 2]], None)])
    shown = shown_on_page(net, Domain.box([-1, -1, 0], [1, 1, 2]))
    reader = opened(shown)
    assert reader.text("slice-told") == "x3 = 1"
    assert f"{shown.pictures[9].cells.pieces} pieces" in reader.text("layers-made")
    reader.get("slice").send_keys(Keys.HOME)
    reader.until(lambda: reader.text("slice-told") == "x3 = 0.1")
    reader.until(lambda: reader.text("layers-made") == f"It makes {shown.pictures[0].cells.pieces} pieces.")


def test_data_and_the_decision_boundary_are_drawn(opened):
    points = LabelledPoints(((0.5, 0.5), (-0.5, 0.5)), None, "kind", ("a", "<i>b</i>"))
    reader = opened(picture_of(BENT, SQUARE, View(boundary=True), points=points))
    assert reader.text("data-key").split() == ["kind:", "<i>b</i>", "a"]
    reader.tap((-0.99, -0.99))
    assert reader.color((0.5, 0.5), "over") == [230, 159, 0]


def test_a_notebook_shows_the_page_in_a_frame(browser, tmp_path):
    browser.get_log("performance")
    shown = page(BENT, SQUARE, title="<i>notebook</i>")
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><html><meta charset='utf-8'><body>{shown._repr_html_()}", encoding="utf-8")
    reader = Reader(browser, path, in_frame=True)
    assert reader.text("title") == "<i>notebook</i>"
    reader.tap((0.5, 0.25))
    assert reader.text("record-title").startswith("Piece ")
    reader.check()
    browser.switch_to.default_content()
    assert browser.execute_script("return document.querySelector('iframe').contentDocument") is None


def test_hostile_names_run_nothing(browser, tmp_path, plane):
    evil = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    path = tmp_path / "evil.html"
    browser.get_log("performance")
    path.write_bytes(page_of(plane, Look(f"{evil}\n{evil}")))
    reader = Reader(browser, path)
    assert reader.text("title") == evil
    assert reader.text("subtitle") == evil
    assert browser.title == evil
    assert browser.find_elements(By.TAG_NAME, "img") == []
    reader.check()
