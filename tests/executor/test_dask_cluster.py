"""Cases on a real Dask scheduler with real workers on loopback, some of which are killed."""

import importlib.util
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import dask
import distributed  # noqa: F401 - its defaults have to be there before one of them is changed
import openmm
import pytest

from support import fake_pipeline
from support.fake_pipeline import FakeSpec
from support.machine.dask_site import Site, start_site
from support.quick import QUICK
from support.run_and_load import run_and_load
from trkstruct.cases.run_case import run_case
from trkstruct.cases.spec import CaseSpec
from trkstruct.errors import InputError, RunError
from trkstruct.executor import dask_scheduler, sent_cases
from trkstruct.executor.case_queue import Task
from trkstruct.executor.dask_cluster import run_on_cluster
from trkstruct.executor.dask_scheduler import open_cluster
from trkstruct.files.shipped import shipped_path
from trkstruct.records import Case
from trkstruct.settings import Settings

LIGANDS = ("larotrectinib", "entrectinib")
PLAN = tuple(
    FakeSpec(mutation, ligand) for ligand in LIGANDS for mutation in ("WT", "G595R", "F589L", "G667C", "G667S", "V573M")
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = start_site(tmp_path_factory.mktemp("site"))
    yield site
    site.stop()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The results of a local run."""
    folder = tmp_path_factory.mktemp("undisturbed")
    run_and_load(PLAN, folder, run=fake_pipeline.run_a_little, workers=0)
    return (folder / "results.json").read_bytes()


def test_the_results_are_those_of_a_local_run(site: Site, undisturbed: bytes, tmp_path: Path) -> None:
    seen = []
    run_and_load(
        PLAN,
        tmp_path,
        run=fake_pipeline.run_a_little,
        scheduler=site.address,
        on_done=lambda case, kept: seen.append((case.mutation, case.ligand)),
    )
    assert (tmp_path / "results.json").read_bytes() == undisturbed
    assert not (tmp_path / "calls").exists(), "a worker wrote to the output folder"
    for ligand in LIGANDS:
        order = [mutation for mutation, its_ligand in seen if its_ligand == ligand]
        assert order[0] == "WT"


def test_a_failing_case_fails_alone_and_names_the_users_file(site: Site, tmp_path: Path) -> None:
    structure = tmp_path / "my model.pdb"
    structure.write_text("")
    plan = [replace(spec, structure=str(structure)) for spec in PLAN[:3]]
    results = run_and_load(plan, tmp_path / "out", run=fake_pipeline.run_with_failure, scheduler=site.address)
    assert [case.status for case in results.cases] == ["ok", "failed", "ok"]
    error = results.cases[1].error
    assert error is not None
    assert (error.stage, error.message) == ("relax", "it exploded")
    assert f"'{structure}'" in error.repeat_command


@pytest.mark.slow
def test_the_real_pipeline_gives_the_same_numbers_there(site: Site, tmp_path: Path) -> None:
    structure = tmp_path / "mine.pdb"
    shutil.copy(shipped_path("structures") / "trka_7vko_repotrectinib.pdb", structure)
    plan = [
        CaseSpec(
            kinase="TRKA",
            mutation=mutation,
            ligand="repotrectinib",
            structure=str(structure),
            ligand_residue="LIG",
            settings=QUICK.model_copy(update={"solute_dielectrics": (1.0,), "rotamers_minimized": 1}),
        )
        for mutation in ("WT", "G667S")
    ]
    there = run_and_load(plan, tmp_path / "there", run=run_case, scheduler=site.address)
    here = run_and_load(plan, tmp_path / "here", run=run_case, workers=1)
    assert [case.status for case in there.cases] == ["ok", "ok"], there.cases[0].error
    for one, other in zip(there.cases, here.cases, strict=True):
        assert one.model_copy(update={"wall_seconds": 0.0}) == other.model_copy(update={"wall_seconds": 0.0})
        assert one.files.complex is not None
        assert (tmp_path / "there" / one.files.complex).read_text() == (
            tmp_path / "here" / one.files.complex
        ).read_text()
    references = [
        sorted(path.name for path in (tmp_path / place / "reference").glob("*.npz")) for place in ("there", "here")
    ]
    assert references[0] == references[1] != []


def test_a_killed_worker_costs_nothing_but_time(site: Site, undisturbed: bytes, tmp_path: Path) -> None:
    def kill_one(case: Case, kept: bool) -> None:
        if case.mutation == "F589L":
            site.workers[-1].kill()
            site.start_worker()

    run_and_load(PLAN, tmp_path, run=fake_pipeline.run_a_little, scheduler=site.address, on_done=kill_one)
    assert (tmp_path / "results.json").read_bytes() == undisturbed


def test_a_case_that_kills_its_workers_fails_alone(tmp_path: Path) -> None:
    """Dask blames the cases, too, that only waited on the workers that were lost."""
    dask_settings = {"ALLOWED_FAILURES": "1", "WORKER_SATURATION": "inf"}  # every case waits on the one worker
    variables = {f"DASK_DISTRIBUTED__SCHEDULER__{name}": value for name, value in dask_settings.items()}
    site = start_site(tmp_path / "site", workers=0, **variables)
    site.start_worker(nanny=True)
    try:
        results = run_and_load(PLAN[:6], tmp_path / "out", run=fake_pipeline.run_with_crashes, scheduler=site.address)
    finally:
        site.stop()
    assert [case.status for case in results.cases] == ["ok", "failed", *["ok"] * 4]
    error = results.cases[1].error
    assert error is not None
    assert "the process died 2 times" in error.message


def test_a_hung_case_is_cut_off_and_its_worker_ends(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_cases, "GRACE_SECONDS", 1.0)
    alive = [worker for worker in site.workers if worker.poll() is None]
    results = run_and_load(
        PLAN[:4], tmp_path, run=fake_pipeline.run_with_a_hang, scheduler=site.address, case_limit_seconds=6.0
    )
    assert [case.status for case in results.cases] == ["ok", "failed", "ok", "ok"]
    error = results.cases[1].error
    assert error is not None
    assert "cut off after 6 s" in error.message
    deadline = time.monotonic() + 60
    while all(worker.poll() is None for worker in alive):
        assert time.monotonic() < deadline, "the hung worker lives on"
        time.sleep(0.1)
    site.start_worker()


def test_a_scheduler_may_come_back_or_the_run_ends_and_keeps_what_was_finished(
    undisturbed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, finished = start_site(tmp_path / "site"), []

    def restart(case: Case, kept: bool) -> None:
        if (case.mutation, case.ligand) == ("F589L", "larotrectinib"):
            assert site.scheduler is not None
            site.scheduler.kill()
            site.scheduler.wait()
            site.start_scheduler()
            site.start_worker()

    def kill(case: Case, kept: bool) -> None:
        finished.append(case)
        if len(finished) == 4:
            assert site.scheduler is not None
            site.scheduler.kill()

    try:
        run_and_load(PLAN, tmp_path / "back", run=fake_pipeline.run_a_little, scheduler=site.address, on_done=restart)
        assert (tmp_path / "back" / "results.json").read_bytes() == undisturbed
        monkeypatch.setattr(dask_scheduler, "CONNECT_SECONDS", 5.0)
        with pytest.raises(RunError, match=r"scheduler at tcp://127.0.0.1:\d+ is gone. Finished cases are kept"):
            run_and_load(PLAN, tmp_path / "away", run=fake_pipeline.run_a_little, scheduler=site.address, on_done=kill)
    finally:
        site.stop()
    assert not (tmp_path / "away" / "results.json").exists()
    kept = []
    run_and_load(
        PLAN,
        tmp_path / "away",
        run=fake_pipeline.run_a_little,
        workers=0,
        on_done=lambda case, was_kept: kept.append(case) if was_kept else None,
    )
    assert len(kept) == len(finished) >= 4
    assert (tmp_path / "away" / "results.json").read_bytes() == undisturbed


def test_gpu_cases_go_to_workers_that_declare_a_gpu(tmp_path: Path) -> None:
    site = start_site(tmp_path / "site", workers=1)
    try:
        with open_cluster(site.address, "CPU") as opened:
            without = set(opened.client.nthreads())
            site.options = ("--resources", "GPU=1")
            site.start_worker()
            opened.client.wait_for_workers(2)
            pids = opened.client.run(os.getpid)
            with_gpu = next(pid for worker, pid in pids.items() if worker not in without)
            todo = (Task(spec.key(), spec) for spec in PLAN[:6])
            on_gpu = replace(opened, platform="CUDA")
            with closing(run_on_cluster(todo, tmp_path, fake_pipeline.run_and_say_where, on_gpu, 60.0)) as outcomes:
                assert {outcome.case.notes for _, outcome in outcomes} == {(str(with_gpu),)}
    finally:
        site.stop()


def test_a_platform_that_the_workers_lack_is_said_before_anything_is_written(site: Site, tmp_path: Path) -> None:
    installed = {openmm.Platform.getPlatform(index).getName() for index in range(openmm.Platform.getNumPlatforms())}
    missing = sorted({"CUDA", "HIP"} - installed)
    if not missing:
        pytest.skip("every platform is installed here")
    spec = FakeSpec("WT", settings=Settings.model_validate({"platform": missing[0]}))
    with pytest.raises(InputError, match=rf"Worker .* cannot run cases: OpenMM platform {missing[0]} is not installed"):
        run_and_load((spec,), tmp_path / "out", run=fake_pipeline.run_well, scheduler=site.address)
    assert not (tmp_path / "out").exists()


def test_the_platform_of_the_workers_is_recorded(site: Site, tmp_path: Path) -> None:
    spec = FakeSpec("WT", settings=Settings(platform="Reference"))
    run_and_load((spec,), tmp_path, run=fake_pipeline.run_well, scheduler=site.address)
    assert json.loads((tmp_path / "results.json").read_text())["platform"] == "Reference"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes certificates with openssl")
def test_tls_admits_those_with_a_certificate_and_no_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = tmp_path / "all.pem", tmp_path / "key.pem"
    words = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=trkstruct tests")
    subprocess.run([*words, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    tls = {"ca-file": certificate, "client.cert": certificate, "client.key": key}
    variables = {"DASK_DISTRIBUTED__COMM__TLS__CA_FILE": str(certificate)} | {
        f"DASK_DISTRIBUTED__COMM__TLS__{role}__{name}": str(path)
        for role in ("SCHEDULER", "WORKER")
        for name, path in (("CERT", certificate), ("KEY", key))
    }
    site = start_site(tmp_path / "site", 1, "tls", **variables)
    monkeypatch.setattr(dask_scheduler, "CONNECT_SECONDS", 5.0)
    try:
        with dask.config.set({f"distributed.comm.tls.{name}": str(path) for name, path in tls.items()}):
            results = run_and_load(PLAN[:2], tmp_path / "out", run=fake_pipeline.run_well, scheduler=site.address)
        assert [case.status for case in results.cases] == ["ok", "ok"]
        for address in (site.address, site.address.replace("tls://", "tcp://")):
            with pytest.raises(InputError, match="No Dask scheduler can be reached"):
                run_and_load(PLAN, tmp_path / "refused", run=fake_pipeline.run_well, scheduler=address)
    finally:
        site.stop()


def test_the_slurm_example_asks_for_what_cases_need() -> None:
    pytest.importorskip("dask_jobqueue")
    path = Path(__file__).parents[2] / "scripts" / "example" / "slurm.py"
    spec = importlib.util.spec_from_file_location("slurm", path)
    assert spec is not None and spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    with example.cpu_cluster("normal") as made:
        cpu = made.job_script()
    with example.gpu_cluster("gpu") as made:
        gpu = made.job_script()
    assert "--nthreads 1 " in cpu and "--nworkers 32" in cpu and "--resources" not in cpu
    assert "--nthreads 1 " in gpu and "--resources GPU=1" in gpu and "#SBATCH --gres=gpu:1" in gpu
    assert "export OPENMM_CPU_THREADS=1" in cpu and "export OPENMM_CPU_THREADS=1" in gpu


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x", "tls://127.0.0.1:9"])
def test_no_scheduler_is_bad_input(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_scheduler, "CONNECT_SECONDS", 1.0)
    with pytest.raises(InputError, match="No Dask scheduler can be reached"):
        run_and_load(PLAN, tmp_path / "out", run=fake_pipeline.run_well, scheduler=address)
    assert not (tmp_path / "out").exists()
