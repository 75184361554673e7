"""A source read part by part, its activations kept in memory or in a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pacdistill.blocks import row_blocks
from pacdistill.extraction.source import (
    Source,
    answers_both,
    read_activations,
    read_both,
    read_labels,
)

__all__: list[str] = []


def parts(table: Any, batch: int) -> Iterator[Any]:
    """Cut a table into parts of so many rows."""
    return (table[block] for block in row_blocks(len(table), batch))


@contextmanager
def storage(folder: str | PathLike[str] | None) -> Iterator[Path | None]:
    """Make a temporary folder inside the given one, and remove it at the end."""
    if folder is None:
        yield None
        return
    # A file that an error still holds cannot be removed on Windows; the error is what is told.
    with tempfile.TemporaryDirectory(
        prefix="pacdistill-", dir=folder, ignore_cleanup_errors=True
    ) as inside:
        yield Path(inside)


class Reading:
    """The labels and the activations of a table, in one pass if the source answers both at once.

    Parameters
    ----------
    source : what is asked
    table : its inputs
    batch : about how many inputs it is asked about at once
    place : a folder for the activations, or None for the memory
    """

    def __init__(self, source: Source, table: Any, batch: int, place: Path | None) -> None:
        self.source, self.table, self.batch, self.place = source, table, batch, place
        self.stored: NDArray[np.float64] = np.empty((0, 0))
        self.row = 0

    def labels(self) -> NDArray[np.int8]:
        """Return the labels, shape (n,)."""
        if not answers_both(self.source):
            return np.concatenate([read_labels(self.source, part) for part in self._parts()])
        found = []
        for part in self._parts():
            labels, activations = read_both(self.source, part)
            found.append(labels)
            self._store(activations)
        return np.concatenate(found)

    def activations(self) -> NDArray[np.float64]:
        """Return the activations, shape (n, m + 1), in one array.

        Its first column is left free, for `probe_basis` to turn the array into its columns in
        place.
        """
        if self.row == 0:
            for part in self._parts():
                self._store(read_activations(self.source, part))
        return self.stored

    def _parts(self) -> Iterator[Any]:
        return parts(self.table, self.batch)

    def _store(self, read: NDArray[Any]) -> None:
        if self.row == 0:
            shape = (len(self.table), read.shape[1] + 1)
            if self.place is None:
                self.stored = np.empty(shape)
            else:
                path = self.place / "activations.npy"
                self.stored = np.lib.format.open_memmap(path, "w+", dtype=float, shape=shape)
        elif read.shape[1] != self.stored.shape[1] - 1:
            raise ValueError(
                f"the source has {self.stored.shape[1] - 1} activations for the first rows, but "
                f"{read.shape[1]} for the rows from {self.row} on"
            )
        self.stored[self.row : self.row + len(read), 1:] = read
        self.row += len(read)
