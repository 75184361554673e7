"""A function with a key in plain sight: easy to copy for who reads it, hard to learn."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.cube import check_cube

__all__ = ["KeyedFunction"]

LONGEST_KEY = 64  # bytes


@dataclass(frozen=True)
class KeyedFunction:
    """One bit of the keyed hash BLAKE2b [AumassonNWW13] of the point's bits.

    That it is a pseudorandom function of its input, for a random key, is an assumption, and one
    that cryptographers have long tried to refute; it is not proved.

    Parameters
    ----------
    key : 1 to 64 bytes

    Raises
    ------
    ValueError
        If the key is no bytes, empty or too long.

    Examples
    --------
    >>> secret = KeyedFunction(b"in plain sight")
    >>> secret.predict([[0, 0, 0], [0, 0, 1], [0, 1, 0]])
    array([1, 0, 1], dtype=int8)
    >>> KeyedFunction(secret.key) == secret     # to read the key is to distill
    True
    """

    key: bytes

    def __post_init__(self) -> None:
        if not isinstance(self.key, bytes) or not 1 <= len(self.key) <= LONGEST_KEY:
            raise ValueError(
                f"a key is 1 to {LONGEST_KEY} bytes, such as rng.bytes(16), but it is {self.key!r}"
            )

    def predict(self, X: ArrayLike) -> NDArray[np.int8]:
        """Return the label of each row of X, of shape (n, d), by one hash for each row."""
        points = check_cube(X)
        d = str(points.shape[1]).encode()  # points of other lengths are other inputs
        rows = np.packbits(points, axis=1)
        labels = [blake2b(d + b":" + row.tobytes(), key=self.key, digest_size=1) for row in rows]
        return np.array([label.digest()[0] & 1 for label in labels], dtype=np.int8)
