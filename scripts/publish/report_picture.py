"""Make docs/report.png, the picture of the README, from the folder that scripts/demo.sh wrote; it carries its numbers.

    python scripts/publish/report_picture.py trkstruct-out

Needs the extra ``test`` and a Chromium (``TRKSTRUCT_CHROMIUM`` names another).
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from matplotlib.image import imread, imsave

import trkstruct
from trkstruct.report.heat_map import ddg_text
from trkstruct.report.page.page import write_report
from trkstruct.report.results import Results

PICTURE: Final = Path(__file__).parents[2] / "docs" / "report.png"
NUMBERS: Final = "trkstruct-numbers"  # key of the text in the PNG that holds what its heat map shows
SHOWN_CASE: Final = "TRKA-G595R-larotrectinib"
SWITCHES: Final = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
PATIENCE_MS: Final = 60_000
SETTLED_MS: Final = 5_000  # Mol* draws on after it has said that a scene is loaded


def numbers_of(results: Results) -> dict[str, str]:
    """The ΔΔG of every mutant as the heat map has it, under ``G595R larotrectinib``."""
    return {f"{case.mutation} {case.ligand}": ddg_text(case) for case in results if ddg_text(case)}


def draw(page_file: Path, pictures: Path) -> list[Path]:
    """Screenshots of the heat map and of the shown case, one beneath the other in the picture."""
    from playwright.sync_api import sync_playwright

    browser_path = os.environ.get("TRKSTRUCT_CHROMIUM") or shutil.which("chromium")
    parts = [pictures / "map.png", pictures / "case.png"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=list(SWITCHES))
        page = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True).new_page()
        page.goto(page_file.as_uri())
        page.locator("section.heat-maps").screenshot(path=parts[0])
        page.evaluate("name => { location.hash = name }", SHOWN_CASE)
        page.wait_for_selector(f"#{SHOWN_CASE} .stage[data-drawn] canvas", timeout=PATIENCE_MS)
        page.wait_for_timeout(SETTLED_MS)
        box = page.locator(f"#{SHOWN_CASE}").bounding_box()
        end = page.locator(f"#{SHOWN_CASE} .pocket .tools").bounding_box()
        assert box is not None and end is not None, "the case is not on the page"
        clip = {**box, "y": box["y"] + page.evaluate("scrollY"), "height": end["y"] + end["height"] + 12 - box["y"]}
        page.screenshot(path=parts[1], full_page=True, clip=clip)
        browser.close()
    return parts


def join(parts: list[Path], numbers: dict[str, str]) -> None:
    """Write the pictures beneath each other, with the numbers in the file."""
    import numpy as np

    images = [imread(path)[..., :3] for path in parts]
    width = max(image.shape[1] for image in images)
    wide = [np.pad(each, ((0, 0), (0, width - each.shape[1]), (0, 0)), constant_values=1.0) for each in images]
    text = {NUMBERS: json.dumps(numbers, ensure_ascii=True), "Software": "trkstruct"}
    imsave(PICTURE, np.vstack(wide), metadata=text)


def main(folder: Path) -> None:
    """Make the picture of a finished demo."""
    results = trkstruct.load_results(folder)
    with tempfile.TemporaryDirectory() as scratch:
        page = write_report(results, folder, Path(scratch) / "report.html")
        join(draw(page, Path(scratch)), numbers_of(results))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
