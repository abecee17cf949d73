"""``trkstruct fetch``: entries of the PDB archive as mmCIF files, and transcripts of the kinases' genes."""

from pathlib import Path

import click

from trkstruct.cli.terminal import say
from trkstruct.errors import DownloadError


@click.command("fetch")
@click.argument("names", metavar="7VKO|NTRK2...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder for the files, made when it does not exist. [default: the current one]",
)
@click.option("--sha256", metavar="HEX", help="What the file must have; for one file.")
@click.option("--refresh", is_flag=True, help="Download even what the cache has.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=30.0, show_default=True, help="Seconds."
)
@click.option("--base-url", metavar="URL", help="Another archive; https only.")
def command(
    names: tuple[str, ...], output: Path, sha256: str | None, refresh: bool, timeout: float, base_url: str | None
) -> None:
    """Download PDB entries (ID.cif.gz) and transcripts (FASTA) over https; prints each file and its SHA-256.

    What was fetched before comes from the cache, without network. ``trkstruct prepare`` and ``scan --structure`` read
    entries; the transcript of a TRK gene, NTRK2 or NTRK3, is what ``scan --snv`` needs for it.
    """
    from trkstruct.files.download import Server
    from trkstruct.structure.fetch import fetch, remote_named

    remotes = {remote_named(name).name: name for name in names}
    if sha256 is not None and len(remotes) > 1:
        raise click.UsageError("--sha256 belongs to one file; fetch them one by one.")
    server = Server(base_url=base_url or "", timeout_seconds=timeout)
    failures = []
    for name in remotes.values():
        try:
            fetched = fetch(name, output, sha256=sha256, refresh=refresh, server=server)
        except DownloadError as error:
            failures.append(str(error))
            continue
        say(f"{fetched.path}  sha256 {fetched.sha256}{'  (cache)' if fetched.from_cache else ''}")
    if failures:
        raise DownloadError("\n".join(failures))
