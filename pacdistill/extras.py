"""Packages that not everybody needs: what is said where one is missing."""

from __future__ import annotations

__all__ = ["missing"]


def missing(package: str, extra: str, needed_by: str) -> ModuleNotFoundError:
    """Return the error for a package that is not installed, with the command that installs it.

    Parameters
    ----------
    package : the package
    extra : of pacdistill, that brings it
    needed_by : what needs it

    Examples
    --------
    >>> print(missing("torch", "torch", "a network"))
    a network needs the package torch, which is not installed here: pip install 'pacdistill[torch]'
    """
    return ModuleNotFoundError(
        f"{needed_by} needs the package {package}, which is not installed here: "
        f"pip install 'pacdistill[{extra}]'",
        name=package,
    )
