"""On what machine a study ran."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["describe_machine"]

PACKAGES = ("pacdistill", "numpy", "scipy", "scikit-learn", "torch")


def describe_machine(packages: Sequence[str] = PACKAGES) -> dict[str, Any]:
    """Say on what machine and with which packages a study runs; its name is not told.

    Parameters
    ----------
    packages : whose versions are told; None stands for one that is not installed

    Examples
    --------
    >>> sorted(describe_machine())
    ['cores', 'cpu', 'packages', 'python', 'system']
    >>> describe_machine(["no-such-package"])["packages"]
    {'no-such-package': None}
    """

    def installed(package: str) -> str | None:
        try:
            return version(package)
        except PackageNotFoundError:
            return None

    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.processor() or "unknown",
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {package: installed(package) for package in packages},
    }
