"""``trkstruct fetch``: entries of the PDB archive as mmCIF files."""

from pathlib import Path

import click

from trkstruct.errors import StructureError


@click.command("fetch")
@click.argument("entries", metavar="7VKO...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, exists=True, writable=True, path_type=Path),
    default=Path(),
    help="Folder for the files. [default: the current one]",
)
@click.option("--sha256", metavar="HEX", help="What the file must have; for one entry.")
@click.option("--refresh", is_flag=True, help="Download even what the cache has.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=30.0, show_default=True, help="Seconds."
)
@click.option("--base-url", metavar="URL", help="Another archive; https only.")
def command(
    entries: tuple[str, ...], output: Path, sha256: str | None, refresh: bool, timeout: float, base_url: str | None
) -> None:
    """Download PDB entries as ID.cif.gz over https; prints each file and its SHA-256.

    What was fetched before comes from the cache, without network. ``trkstruct prepare`` and ``scan --structure`` read
    the files.
    """
    if sha256 is not None and len(entries) > 1:
        raise click.UsageError("--sha256 belongs to one entry; fetch them one by one.")

    from trkstruct.fetch import ARCHIVE_URL, Archive, entry_id, fetch_entry

    archive = Archive(base_url=base_url or ARCHIVE_URL, timeout_seconds=timeout)
    failures = []
    for code in dict.fromkeys(entry_id(entry) for entry in entries):
        try:
            fetched = fetch_entry(code, output, sha256=sha256, refresh=refresh, archive=archive)
        except StructureError as error:
            failures.append(str(error))
            continue
        click.echo(f"{fetched.path}  sha256 {fetched.sha256}{'  (cache)' if fetched.from_cache else ''}")
    if failures:
        raise StructureError("\n".join(failures))
