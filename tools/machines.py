"""Run the unit tests and the notebooks as other processors would, emulated on this one.

What a result could depend on is set by environment variables: the kernels of OpenBLAS, what numpy
and torch use of the processor, and the number of threads. Each machine below has one value of each,
and together they have every value that this processor can run. Logs go to _build/machines.
"""

import argparse
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "_build" / "machines"
STEPS = ("unit", "notebooks")

CORES = ("Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX", "Cooperlake")
# The name that OpenBLAS gives to kernels which it has once for two processors.
SAME_KERNELS = {"Prescott": "Katmai", "Zen": "Haswell"}
# What kernels need, in numpy's names for it: without it they crash.
NEEDS = {
    "Sandybridge": "AVX",
    "Haswell": "AVX2",
    "Zen": "AVX2",
    "SkylakeX": "AVX512_SKX",
    "Cooperlake": "AVX512_SKX",
    "avx2": "AVX2",
    "avx512": "AVX512_SKX",
    "no AVX2": "AVX2",
    "no AVX-512": "AVX512_SKX",
}
PLAIN = {"AVX512_SKX": "AVX-512"}
# torch's own kernels, and those of the two libraries that multiply matrices for it.
TORCH = ("ATEN_CPU_CAPABILITY", "MKL_ENABLE_INSTRUCTIONS", "ONEDNN_MAX_CPU_ISA")

# Products and functions that reach the kernels, and what is in use, in one line of JSON.
PROBE = """
import json, sys
import numpy, scipy.linalg, threadpoolctl
from numpy._core import _multiarray_umath as umath
A, found = numpy.random.default_rng(1).normal(size=(150, 150)), {}
for precision in (numpy.float32, numpy.float64):
    B = A.astype(precision)
    assert numpy.allclose(B @ numpy.linalg.inv(B), numpy.eye(150), atol=0.01)
    assert numpy.allclose(scipy.linalg.solve(B, B @ B[0]), B[0], atol=0.01)
    if sys.argv[1] == "torch":
        import torch
        C = torch.tensor(B)
        assert numpy.allclose(torch.exp(C).sum().item(), numpy.exp(B).sum(), rtol=1e-3)
        assert torch.allclose(C @ C, torch.tensor(B @ B), atol=0.01)
        found["torch"] = torch.backends.cpu.get_cpu_capability().lower()
kernels = [one for one in threadpoolctl.threadpool_info() if one["internal_api"] == "openblas"]
print(json.dumps({
    "OpenBLAS": sorted({one.get("architecture", "unknown") for one in kernels}),
    "numpy": [one for one in umath.__cpu_dispatch__ if umath.__cpu_features__[one]],
    "dispatched": list(umath.__cpu_dispatch__),
    "features": sorted(name for name, there in umath.__cpu_features__.items() if there),
    **found,
}))
"""


class Value(NamedTuple):
    """One value of what is varied, and the variables that set it."""

    name: str
    variables: dict[str, str]


def knobs(dispatched: Iterable[str], x86: bool) -> dict[str, list[Value]]:
    """Give what is varied, with its values; numpy can turn off what it dispatches to."""
    wide = [one for one in dispatched if one.startswith("AVX512") or one == "X86_V4"]
    avx2 = [one for one in dispatched if one in ("AVX2", "FMA3", "X86_V3")]
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    varied = {"threads": [Value(n, dict.fromkeys(threads, n)) for n in ("1", "2")]}
    if not x86:
        return varied
    off = "NPY_DISABLE_CPU_FEATURES"
    return {
        "OpenBLAS": [Value(core, {"OPENBLAS_CORETYPE": core}) for core in CORES],
        "numpy": [
            Value("no AVX2", {off: " ".join(avx2 + wide)}),
            Value("no AVX-512", {off: " ".join(wide)}),
            Value("all", {}),
        ],
        "torch": [
            Value(one, dict(zip(TORCH, (one, mkl, onednn), strict=True)))
            for one, mkl, onednn in (
                ("default", "SSE4_2", "SSE41"),
                ("avx2", "AVX2", "AVX2"),
                ("avx512", "AVX512", "AVX512_CORE"),
            )
        ],
        **varied,
    }


def left_alone(
    varied: Mapping[str, list[Value]], surroundings: Mapping[str, str]
) -> tuple[dict[str, list[Value]], list[str]]:
    """Leave out what the surroundings set, and say what that is."""
    free, said = {}, []
    for knob, values in varied.items():
        names = sorted({name for value in values for name in value.variables})
        found = [f"{name}={surroundings[name]}" for name in names if name in surroundings]
        if found:
            said.append(f"{knob} is left as the surroundings set it: {', '.join(found)}.")
        else:
            free[knob] = values
    return free, said


def without(value: Value, features: Iterable[str]) -> str:
    """Say what the processor lacks for a value, or nothing."""
    needed = NEEDS.get(value.name)
    if needed is None or needed in features:
        return ""
    return f"this processor has no {PLAIN.get(needed, needed)}"


def another(knob: str, value: Value, answer: Mapping[str, Any]) -> str:
    """Say that the probe ran with something else than what was asked for, or nothing."""
    used = answer[knob]
    if knob == "OpenBLAS":
        if not used:
            return "numpy and scipy do not use OpenBLAS"
        if used not in ([value.name], [SAME_KERNELS.get(value.name)]):
            return f"OpenBLAS uses its kernels for {', '.join(used)} in their place"
    if knob == "numpy" and set(" ".join(value.variables.values()).split()) & set(used):
        return "numpy still uses it"
    if knob == "torch" and used != value.name:
        return f"torch uses {used} in its place"
    return ""


def ask(knob: str, variables: Mapping[str, str]) -> Any:
    """Run the probe, and give its answer, or in a sentence how it failed."""
    done = subprocess.run(
        [sys.executable, "-W", "error::ImportWarning", "-c", PROBE, knob],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode == 0:
        return json.loads(done.stdout.splitlines()[-1])
    if done.returncode < 0:
        return f"a small matrix product was ended by {signal.Signals(-done.returncode).name}"
    return f"a small computation failed: {done.stderr.strip().splitlines()[-1]}"


def refusal(knob: str, value: Value, features: Iterable[str]) -> str:
    """Say why this processor cannot run a value, or nothing."""
    why = without(value, features)
    if why or knob == "threads" or not value.variables:
        return why
    answer = ask(knob, value.variables)
    return answer if isinstance(answer, str) else another(knob, value, answer)


def plan(varied: Mapping[str, list[Value]]) -> dict[str, dict[str, Value]]:
    """Give as few machines as have every value, mixed; the longest list names them."""
    lists = sorted((one for one in varied.items() if one[1]), key=lambda one: -len(one[1]))
    machines: dict[str, dict[str, Value]] = {}
    for name in [value.name for value in lists[0][1]] if lists else []:
        machine = machines[name] = {}
        for knob, values in lists:
            seen = [one for one in machines.values() if knob in one]
            # Of the values that were taken least often, the one that met the fewest of the others.
            machine[knob] = min(
                values,
                key=lambda value: (
                    sum(one[knob] == value for one in seen),
                    sum(
                        one[k] == v
                        for one in seen
                        if one[knob] == value
                        for k, v in machine.items()
                    ),
                ),
            )
    return machines or {"as-it-is": {}}


def variables(machine: Mapping[str, Value]) -> dict[str, str]:
    """Give the environment variables of a machine."""
    return {name: text for value in machine.values() for name, text in value.variables.items()}


def described(machine: Mapping[str, Value]) -> str:
    return ", ".join(f"{knob}: {value.name}" for knob, value in machine.items())


def failures(log: str) -> list[str]:
    """Give the lines of pytest's summary that name what failed."""
    return re.findall(r"(?m)^(?:FAILED|ERROR) .+$", log)


def run(step: str, name: str, machine: Mapping[str, Value], arguments: list[str]) -> list[str]:
    """Run a step of `make test` as a machine; give the tests that failed."""
    # What the calling make was told is no wish of this one.
    kept = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    LOGS.mkdir(parents=True, exist_ok=True)
    path = LOGS / f"{name.replace(' ', '-')}-{step}.log"
    with path.open("w", encoding="utf-8") as log:
        done = subprocess.run(
            ["make", "--no-print-directory", step, *arguments],
            cwd=ROOT,
            env={**kept, **variables(machine)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    if done.returncode == 0:
        return []
    found = failures(path.read_text(encoding="utf-8", errors="replace"))
    return found or [f"make {step} ended with {done.returncode}: see {path.relative_to(ROOT)}"]


def summary(
    results: Mapping[str, Mapping[str, list[str]]], machines: Mapping[str, Mapping[str, Value]]
) -> list[str]:
    """Give the table of the machines that ran, and under it what failed."""
    width = max(map(len, results), default=0)
    lines = []
    for name, steps in results.items():
        said = [f"{step} {'FAILED' if failed else 'passed'}" for step, failed in steps.items()]
        lines.append(f"{name:{width}}  {', '.join(said)}  ({described(machines[name])})")
    for name, steps in results.items():
        for step, failed in steps.items():
            lines += [f"  {name}, {step}: {one}" for one in failed]
    return lines


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--list", action="store_true", help="name the machines and run nothing")
    parser.add_argument("--machine", action="append", help="run this one (may be repeated)")
    parser.add_argument("--step", action="append", choices=STEPS, help="run this step alone")
    parser.add_argument("arguments", nargs="*", help="of make, such as TESTS=tests/test_cube.py")
    chosen = parser.parse_args(argv)

    here = ask("numpy", {})
    if isinstance(here, str):
        parser.exit(1, f"Nothing can be run as this machine is: {here}\n")
    x86 = platform.machine().lower() in ("x86_64", "amd64")
    varied, said = left_alone(knobs(here["dispatched"], x86), os.environ)
    if not x86:
        said.append(
            f"On {platform.machine()} no other processor is emulated: threads alone differ."
        )
    refused = {
        (knob, value.name): why
        for knob, values in varied.items()
        for value in values
        if (why := refusal(knob, value, here["features"]))
    }
    able = {
        knob: [value for value in values if (knob, value.name) not in refused]
        for knob, values in varied.items()
    }
    said += [f"{knob} {name} cannot run here: {why}." for (knob, name), why in refused.items()]
    machines = plan(able)
    for name in chosen.machine or []:
        if name not in machines:
            parser.error("\n".join([f"no machine {name}; there are {', '.join(machines)}", *said]))
    print("\n".join(said))
    if chosen.list:
        print("\n".join(f"{name}  ({described(one)})" for name, one in machines.items()))
        return 0

    results: dict[str, dict[str, list[str]]] = {}
    for name in chosen.machine or machines:
        results[name] = {}
        for step in chosen.step or STEPS:
            print(f"{name}, {step} ...", flush=True)
            start = time.monotonic()
            results[name][step] = run(step, name, machines[name], chosen.arguments)
            end = "FAILED" if results[name][step] else "passed"
            print(f"{name}, {step} {end} after {time.monotonic() - start:.0f} s", flush=True)
    print("\n".join(["", *said, *summary(results, machines)]))
    return 1 if any(failed for steps in results.values() for failed in steps.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
