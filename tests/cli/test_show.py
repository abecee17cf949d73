"""``show``: the kinase that a text names is the one that is meant, and a residue alone is an answer too."""

import pytest
from click.testing import CliRunner, Result

from trkstruct.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["show", *arguments], catch_exceptions=False)


def test_show_takes_the_kinase_that_a_mutation_names() -> None:
    result = run("EGFR:T790M")
    assert result.stdout == run("T790M", "--kinase", "EGFR").stdout
    assert "EGFR (EGFR) T790M" in result.stdout and "gatekeeper, KLIFS 45" in result.stdout
    assert "In a tumour driven by TRK, an alteration of EGFR is a bypass mechanism." in result.stderr
    assert "bypass" not in run("ABL1 T315I").stderr


@pytest.mark.parametrize("words", [("G595",), ("NTRK1 G595",), ("595", "--kinase", "TRKA")])
def test_show_of_a_residue_gives_its_position_and_all_that_was_published_there(words: tuple[str, ...]) -> None:
    text = run(*words).stdout
    assert text.startswith("TRKA (NTRK1) G595\n\nG595: solvent front, KLIFS 51\n")
    for found in ("G639", "G1202", "77-fold", "NTRK3 G623R", "10.1158/2159-8290.CD-17-0507"):
        assert found in text


@pytest.mark.parametrize("text", ["KRAS G12D", "KRAS G12", "NRAS Q61K", "c-Met amplification", "EGFR exon 19 deletion"])
def test_show_of_a_bypass_is_refused(text: str) -> None:
    result = CliRunner().invoke(main, ["show", text])
    assert result.exit_code == 2
    assert "bypass mechanism" in result.stderr


def test_show_says_when_nothing_was_published_at_a_residue() -> None:
    assert "No published potency or clinical call for a variant of M472 is known here." in run("ABL1 M472").stdout
