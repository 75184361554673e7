"""What a call takes: time and memory, for the studies."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def timed(function: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[Any, float]:
    """Run a function; return its result and the seconds of processor time that it took."""
    start = time.process_time()
    result = function(*arguments, **options)
    return result, time.process_time() - start


def measured(function: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[Any, Any]:
    """Run a function; return its result and what it took."""
    before = reset_peak_memory()
    wall, cpu = time.perf_counter(), time.process_time()
    result = function(*arguments, **options)
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    peak = None if before is None else round(memory("VmHWM") - before, 1)
    return result, {"CPU s": round(cpu, 3), "wall s": round(wall, 3), "peak MB": peak}


def reset_peak_memory() -> float | None:
    """Forget the peak so far, and return the memory in use; None where this is no Linux."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return None
    return memory("VmRSS")


def memory(entry: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{entry}:"))
