"""Where the studies of this repository put what they find; `pacdistill.studies` does the rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pacdistill.studies import Study, study_command

ROOT = Path(__file__).resolve().parents[1]
BUILD, RESULTS, DATA = ROOT / "_build", ROOT / "studies" / "results", ROOT / "chapters" / "data"


def main(study: Study, folder: Path = RESULTS, *, arguments: Sequence[str] | None = None) -> None:
    study_command(study, folder, kept=BUILD, arguments=arguments)


def for_chapters(folder: str | Path) -> Path:
    """Return where files for the chapters go: not to the chapters if the results go elsewhere."""
    return DATA if Path(folder).resolve() == RESULTS else Path(folder)
