"""``show``: the kinase that a text names is the one that is meant, and a residue alone is an answer too."""

import json
import re
from dataclasses import replace

import pytest
from click.testing import CliRunner, Result

from trkstruct.case_parts import Evidence
from trkstruct.cli import main
from trkstruct.cli.screen.known_variant import SCREEN_LINES, called, known_variant, measured, on_one_screen
from trkstruct.kinase.evidence import evidence_for, published_variants
from trkstruct.kinase.kinases import kinase_named


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
    text = run("--all", *words).stdout
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


VARIANTS = sorted({("NTRK1", "F589L+G595R"), *(pair for pair in published_variants() if pair[1] != "WT")})


@pytest.mark.parametrize("gene_and_mutation", VARIANTS, ids=" ".join)
def test_what_is_known_fits_a_screen(gene_and_mutation: tuple[str, str]) -> None:
    gene, mutation = gene_and_mutation
    known = known_variant(mutation, kinase_named(gene))
    residue = known_variant(mutation.partition("+")[0][:-1], kinase_named(gene))
    for each in (known, residue):
        lines = on_one_screen(each, 80)
        assert len(lines) <= SCREEN_LINES
        assert max(map(len, lines)) <= 80


def test_of_many_ligands_the_first_are_shown_and_the_others_counted() -> None:
    known = known_variant("G595R", None)
    many = tuple(known.found[0].model_copy(update={"ligand": f"drug{number}"}) for number in range(40))
    lines = on_one_screen(replace(known, found=many), 80)
    assert len(lines) == SCREEN_LINES
    more = next(line for line in lines if line.startswith("and "))
    assert int(more.split()[1]) + sum(line.startswith("drug") for line in lines) == 40


def test_sources_that_disagree_are_counted_and_ratios_are_a_range() -> None:
    resistant = known_variant("G595R", None).found[3]
    sensitive = resistant.model_copy(update={"call": "sensitive"})
    assert (resistant.call, called([resistant])) == ("resistant", "resistant")
    assert called([resistant, sensitive, resistant]) == "resistant 2, sensitive 1"
    fold = known_variant("G595R", None).found[0]
    assert measured([fold]) == "77-fold"
    assert measured([fold, fold.model_copy(update={"fold_change": 3.27})]) == "3.3 to 77-fold, 2 reports"
    assert measured([fold.model_copy(update={"fold_change": None, "kind": "potency"})]) == "no ratio"
    assert measured([resistant]) == called([fold]) == ""


def test_potencies_of_a_wild_type_are_a_range_for_each_assay() -> None:
    assert measured(evidence_for("ROS1", "WT", "entrectinib")) == "enzyme IC50 0.2 to 7 nM, 2 reports, 35-fold apart"
    said = measured(evidence_for("NTRK1", "WT", "larotrectinib"))
    assert said == "enzyme IC50 0.9 to 6.5 nM, 2 reports, 7.2-fold apart"
    assert "cell proliferation IC50 17 nM" in measured(evidence_for("NTRK1", "WT", "entrectinib"))
    assert "0.2 to 7 nM" in run("ROS1").stdout and "1.6 to 12 nM" in run("ALK:WT").stdout
    rows = json.loads(run("ROS1 WT", "--json").stdout)["evidence"]
    assert [row["wild_type_nm"] for row in rows] == [0.2, 7]


def test_json_holds_every_report() -> None:
    known = json.loads(run("G595R", "--json").stdout)
    assert (known["kinase"], known["mutation"], known["places"][0]["klifs"]) == ("TRKA", "G595R", 51)
    assert known["places"][0]["equivalents"]["TRKC"] == "G623"
    reports = [Evidence.model_validate(each) for each in known["evidence"]]
    assert tuple(reports) == evidence_for("NTRK1", "G595R")
    assert len(known["evidence_of_equivalents"]) == 11
    residue = json.loads(run("NTRK1:G595", "--json").stdout)
    assert residue["residue"] == "G595" and "mutation" not in residue
    assert json.loads(run("NTRK2 G623R", "--json").stdout)["notes"]


@pytest.mark.parametrize("what", ["kinases", "structures", "ligands", "regions", "mutations"])
def test_lists_are_json_too(what: str) -> None:
    rows = json.loads(CliRunner().invoke(main, ["list", what, "--json"], catch_exceptions=False).stdout)
    assert len(rows) > 5 and all(re.fullmatch("[a-z_]+", key) for row in rows for key in row if what != "regions")
    if what == "structures":
        assert rows[0]["resolution_angstrom"] == 2.9
