"""The report in a real browser: headless Chromium, the network blocked, nothing but the file itself."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.report_folder import make_folder, many
from trkstruct.report.case_rows import csv_text
from trkstruct.report.page.page import report_html, write_report
from trkstruct.report.page.pocket_view import view as pocket_view
from trkstruct.report.results import Results

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("report")]
playwright_api = pytest.importorskip("playwright.sync_api")

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-angle=swiftshader",  # WebGL without a graphics card
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)
MUTANT = "TRKA-G595R-larotrectinib"
PATIENCE_MS = 60_000
LARGEST_BYTES = 20_000_000
INTERACTIVE_SECONDS = 2.0


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    named = os.environ.get("TRKSTRUCT_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if path is None:
        pytest.skip("no Chromium is installed (apt-get install chromium), and TRKSTRUCT_CHROMIUM does not name one")
    with playwright_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=list(SWITCHES))
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scan")


@pytest.fixture(scope="module")
def results(folder: Path, browser: Any) -> Results:
    made = make_folder(folder)
    write_report(made, folder)
    return made


class Watch:
    """What a page asked for and complained of."""

    def __init__(self, page: Any) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)

    def fetched(self) -> list[str]:
        """Requests for anything but the file and what it made itself."""
        return [url for url in self.requests if not url.startswith(("blob:", "data:", "file:"))]


@pytest.fixture
def page(browser: Any, results: Results, folder: Path) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True, accept_downloads=True)
    page = context.new_page()
    watch = Watch(page)
    page.goto((folder / "report.html").as_uri())
    yield page
    assert watch.fetched() == []
    assert watch.complaints == []
    assert sum(url.startswith("file:") for url in watch.requests) == 1
    assert page.evaluate("window.hacked") is None
    context.close()


def shown_rows(page: Any) -> list[str]:
    rows: list[str] = page.eval_on_selector_all(
        "#table tbody tr:not([hidden])", "rows => rows.map(row => row.dataset.mutation + ' ' + row.dataset.verdict)"
    )
    return rows


def colours_in(page: Any, selector: str) -> int:
    """How many colours a canvas shows; 1 when nothing is drawn."""
    script = """canvas => {
      const copy = document.createElement("canvas"); copy.width = copy.height = 64;
      const pen = copy.getContext("2d"); pen.drawImage(canvas, 0, 0, 64, 64);
      const bytes = pen.getImageData(0, 0, 64, 64).data, found = new Set();
      for (let i = 0; i < bytes.length; i += 4) found.add(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
      return found.size; }"""
    count: int = page.eval_on_selector(selector, script)
    return count


def wait_until_drawn(page: Any, view: str) -> None:
    page.wait_for_selector(f"#{MUTANT} .stage[data-drawn='{MUTANT}/{view}'] canvas", timeout=PATIENCE_MS)
    for _ in range(60):
        if colours_in(page, f"#{MUTANT} canvas") > 50:
            return
        page.wait_for_timeout(500)
    pytest.fail("the 3D view stays empty")


def test_heat_map_charts_and_pocket_are_drawn(page: Any) -> None:
    assert page.locator("table.heat a.cell").count() == 3
    assert (
        page.locator("table.heat a.cell.uncertain, table.heat a.cell.resistant, table.heat a.cell.failed").count() >= 2
    )
    page.wait_for_selector("#scatter .main-svg", state="attached", timeout=PATIENCE_MS)
    page.click(f"a.cell[href='#{MUTANT}']")
    page.wait_for_selector(f"#{MUTANT} [data-chart=terms] .bars path", state="attached", timeout=PATIENCE_MS)
    assert page.locator(f"#{MUTANT} [data-chart=terms] .bars path").count() == 6
    wait_until_drawn(page, "before")
    for view in ("after", "both", "wild"):
        page.click(f"#{MUTANT} [data-view={view}]")
        wait_until_drawn(page, view)


def test_the_scatter_is_drawn_in_a_browser_that_is_never_idle(browser: Any, results: Results, folder: Path) -> None:
    busy = browser.new_page()
    busy.add_init_script("window.requestIdleCallback = (call, limit) => limit && setTimeout(call, limit.timeout)")
    busy.goto((folder / "report.html").as_uri())
    busy.wait_for_selector("#scatter .main-svg", state="attached", timeout=PATIENCE_MS)
    busy.close()


def test_filters_hide_what_does_not_fit(page: Any) -> None:
    assert len(shown_rows(page)) == 5
    page.select_option("[name=verdict]", "failed")
    assert shown_rows(page) == ["F589L failed"]
    assert page.locator("table.heat tbody tr:not([hidden])").count() == 1
    page.click("button[type=reset]")
    page.fill("[name=text]", "solvent lar")
    assert [row.split()[0] for row in shown_rows(page)] == ["G595R"]
    page.fill("[name=text]", "nothing like this")
    assert shown_rows(page) == [] and page.is_visible("#none")


def test_sorting_goes_both_ways_and_keeps_empty_values_last(page: Any) -> None:
    values = "rows => rows.map(row => row.dataset.ddg)"
    for times, reverse in ((1, False), (2, True)):
        if times == 1:
            page.click("[data-sort=ddg]")
        else:
            page.focus("[data-sort=ddg]")
            page.keyboard.press("Enter")
        order = page.eval_on_selector_all("#table tbody tr", values)
        numbers = [float(value) for value in order if value]
        assert numbers == sorted(numbers, reverse=reverse) and len(numbers) == 2
        assert order[len(numbers) :] == [""] * 3
    assert page.get_attribute("th:has([data-sort=ddg])", "aria-sort") == "descending"


def test_a_case_has_an_address_and_the_keyboard_reaches_it(page: Any, folder: Path) -> None:
    page.focus(f"a.cell[href='#{MUTANT}']")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.case") != MUTANT
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#{MUTANT}.open")
    assert page.url.endswith(f"#{MUTANT}")
    assert page.evaluate("document.activeElement.id") == MUTANT
    assert page.locator("article:visible").count() == 1
    page.keyboard.press("Escape")
    page.wait_for_selector("article:visible", state="detached")


def test_downloads_are_what_the_scan_wrote(page: Any, results: Results, folder: Path) -> None:
    def download(selector: str) -> str:
        with page.expect_download() as started:
            page.click(selector)
        return Path(started.value.path()).read_text(encoding="utf-8")

    assert download("[data-from=csv]") == csv_text(results.cases)
    assert json.loads(download("[data-from=json]")) == results.model_dump(mode="json")
    page.evaluate("name => { location.hash = name }", MUTANT)
    mutant = results.cases[1]
    assert download(f"#{MUTANT} [data-pdb]") == (folder / (mutant.files.complex or "")).read_text()
    assert json.loads(download(f"#{MUTANT} [data-case-json]")) == mutant.model_dump(mode="json")


def test_print_shows_the_pocket_as_a_picture(page: Any, tmp_path: Path) -> None:
    page.evaluate("name => { location.hash = name }", MUTANT)
    wait_until_drawn(page, "before")
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert (tmp_path / "report.pdf").stat().st_size > 50_000
    assert page.evaluate("document.querySelector('.stage img').naturalWidth") > 100


def test_a_notebook_that_was_exported_draws_its_pocket_without_a_network(
    browser: Any, results: Results, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "notebook.html").write_text(pocket_view(results.cases[1], folder)._repr_html_(), encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    watch = Watch(page)
    page.goto((tmp_path / "notebook.html").as_uri())
    frame = page.frame_locator("iframe")
    frame.locator(".stage[data-drawn='pocket/before'] canvas").wait_for(timeout=PATIENCE_MS)
    frame.locator("[data-surface]").click()
    frame.locator("[data-for-surface]").wait_for(timeout=PATIENCE_MS)
    with page.expect_download() as started:
        frame.locator("[data-png]").click()
    assert Path(started.value.path()).read_bytes().startswith(b"\x89PNG")
    assert watch.fetched() == ["about:srcdoc"] * (len(watch.fetched())) and watch.complaints == []
    context.close()


@pytest.mark.parametrize("width", [390, 1280, 1440])
def test_row_labels_stay_whole_and_the_filters_leave_the_title_alone(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    heights = page.eval_on_selector_all("table.heat .whole", "all => all.map(each => each.getClientRects().length)")
    assert set(heights) == {1}
    assert page.eval_on_selector("table.heat tbody th", "each => getComputedStyle(each).position") == "sticky"
    page.evaluate("name => { location.hash = name }", MUTANT)
    page.wait_for_selector(f"#{MUTANT}.open")
    page.wait_for_timeout(800)
    covered = page.evaluate(
        "id => document.getElementById(id).querySelector('h2').getBoundingClientRect().top"
        " - Math.max(0, document.getElementById('filters').getBoundingClientRect().bottom)", MUTANT
    )  # fmt: skip
    assert covered >= 0


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_of_a_case_is_wider_than_the_screen(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("location.hash = '#TRKA-G595R-larotrectinib'")
    page.wait_for_selector("article.open .flat")
    wide = "[...document.querySelectorAll('article.open section')].map((each) => each.getBoundingClientRect().right)"
    assert max(page.evaluate(wide)) <= width


def test_a_hundred_cases_are_small_and_quick(browser: Any, results: Results, folder: Path) -> None:
    hundred = many(results)
    html = report_html(hundred, folder)
    assert len(hundred.cases) == 100
    assert len(html.encode()) < LARGEST_BYTES
    (folder / "hundred.html").write_text(html, encoding="utf-8")
    assert min(seconds_until_filtered(browser, folder / "hundred.html") for _ in range(3)) < INTERACTIVE_SECONDS


def seconds_until_filtered(browser: Any, path: Path) -> float:
    """From asking for the page to its answer to a filter; the machine may be busy with other tests."""
    page = browser.new_page()
    started = time.perf_counter()
    page.goto(path.as_uri(), wait_until="domcontentloaded")
    page.select_option("[name=ligand]", "ligand 3")
    assert page.text_content("#shown") == "10 of 100"
    taken = time.perf_counter() - started
    page.close()
    return taken
