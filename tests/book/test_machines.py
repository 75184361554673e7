"""`make machines`: which machines are emulated, and what is said of those that cannot be."""

import json
import subprocess
import sys
from pathlib import Path

import machines
import pytest
from machines import Value, another, failures, knobs, left_alone, plan, summary, variables, without

DISPATCHED = ["X86_V3", "X86_V4", "AVX512_ICL"]
ALL = knobs(DISPATCHED, x86=True)


@pytest.mark.parametrize("left_out", [[], ["OpenBLAS"], ["OpenBLAS", "threads"]])
def test_the_machines_have_every_value(left_out: list[str]) -> None:
    varied = {knob: values for knob, values in ALL.items() if knob not in left_out}
    planned = plan(varied)
    for knob, values in varied.items():
        assert all(value in [machine[knob] for machine in planned.values()] for value in values)
    assert len(planned) == max(len(values) for values in varied.values())


def test_values_that_could_go_together_do_not_always() -> None:
    two = {knob: values[:2] for knob, values in ALL.items() if knob != "OpenBLAS"}
    mixed = plan({"OpenBLAS": ALL["OpenBLAS"], **two}).values()
    for one, other in [("numpy", "torch"), ("numpy", "threads"), ("torch", "threads")]:
        assert len({(machine[one].name, machine[other].name) for machine in mixed}) == 4


def test_a_value_that_cannot_run_is_no_machine_and_nothing_is_one_machine() -> None:
    assert "SkylakeX" not in plan({**ALL, "OpenBLAS": ALL["OpenBLAS"][:5]})
    assert plan({}) == plan({"torch": []}) == {"as-it-is": {}}


def test_what_the_issue_asks_for_is_varied() -> None:
    seen = {}
    for values in ALL.values():
        for value in values:
            for name, text in value.variables.items():
                seen.setdefault(name, []).append(text)
    assert seen == {
        "OPENBLAS_CORETYPE": [
            *("Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX", "Cooperlake")
        ],
        "NPY_DISABLE_CPU_FEATURES": ["X86_V3 X86_V4 AVX512_ICL", "X86_V4 AVX512_ICL"],
        "ATEN_CPU_CAPABILITY": ["default", "avx2", "avx512"],
        "MKL_ENABLE_INSTRUCTIONS": ["SSE4_2", "AVX2", "AVX512"],
        "ONEDNN_MAX_CPU_ISA": ["SSE41", "AVX2", "AVX512_CORE"],
        "OMP_NUM_THREADS": ["1", "2"],
        "OPENBLAS_NUM_THREADS": ["1", "2"],
        "MKL_NUM_THREADS": ["1", "2"],
    }
    older = knobs(["SSE42", "AVX2", "FMA3", "AVX512F"], x86=True)["numpy"]
    assert older[0].variables == {"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F"}
    assert list(knobs([], x86=False)) == ["threads"]


def test_what_the_surroundings_set_is_left_as_it_is_and_said() -> None:
    surroundings = {"OPENBLAS_CORETYPE": "Haswell", "MKL_NUM_THREADS": "4", "HOME": "/"}
    free, said = left_alone(ALL, surroundings)
    assert said == [
        "OpenBLAS is left as the surroundings set it: OPENBLAS_CORETYPE=Haswell.",
        "threads is left as the surroundings set it: MKL_NUM_THREADS=4.",
    ]
    assert list(free) == ["numpy", "torch"]
    for machine in plan(free).values():
        assert not {"OPENBLAS_CORETYPE", "OMP_NUM_THREADS"} & set(variables(machine))
    assert left_alone(ALL, {}) == (ALL, [])


def test_what_the_processor_lacks_is_said() -> None:
    skylake, nehalem = Value("SkylakeX", {}), Value("Nehalem", {})
    assert without(skylake, ["AVX2"]) == "this processor has no AVX-512"
    assert without(skylake, ["AVX2", "AVX512_SKX"]) == without(nehalem, []) == ""


def test_another_kernel_than_the_one_asked_for_is_said() -> None:
    skylake = {"OpenBLAS": ["SkylakeX"], "numpy": ["X86_V3"], "torch": "avx2"}
    cooperlake, no_avx2 = ALL["OpenBLAS"][-1], ALL["numpy"][0]
    assert "its kernels for SkylakeX" in another("OpenBLAS", cooperlake, skylake)
    assert another("OpenBLAS", ALL["OpenBLAS"][-2], skylake) == ""
    assert another("OpenBLAS", ALL["OpenBLAS"][0], {"OpenBLAS": ["Katmai"]}) == ""
    assert another("OpenBLAS", cooperlake, {"OpenBLAS": []}) != ""
    assert another("numpy", no_avx2, skylake) == "numpy still uses it"
    assert another("numpy", ALL["numpy"][1], skylake) == ""
    assert another("torch", ALL["torch"][0], skylake) == "torch uses avx2 in its place"
    assert another("torch", ALL["torch"][1], skylake) == ""


def test_the_probe_says_what_is_in_use_and_how_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = machines.ask("numpy", {})
    assert set(answer["numpy"]) <= set(answer["dispatched"])
    monkeypatch.setattr(machines, "PROBE", "import os, signal; os.abort()")
    if sys.platform != "win32":
        assert machines.ask("numpy", {}) == "a small matrix product was ended by SIGABRT"
    monkeypatch.setattr(machines, "PROBE", "raise ValueError('no')")
    assert machines.ask("numpy", {}) == "a small computation failed: ValueError: no"


LOG = """\
tests/test_a.py .F
=== short test summary info ===
SKIPPED [1] tests/test_b.py:3: no
FAILED tests/test_a.py::test_x[1 - 2] - AssertionError: FAILED
FAILED chapters/01.ipynb::Cell 3
ERROR tests/test_c.py
"""


def test_failed_tests_are_named() -> None:
    found = failures(LOG)
    assert found == LOG.splitlines()[3:]
    planned = plan({"OpenBLAS": ALL["OpenBLAS"][:2]})
    lines = summary({"Prescott": {"unit": []}, "Nehalem": {"unit": found[1:]}}, planned)
    assert lines == [
        "Prescott  unit passed  (OpenBLAS: Prescott)",
        "Nehalem   unit FAILED  (OpenBLAS: Nehalem)",
        "  Nehalem, unit: FAILED chapters/01.ipynb::Cell 3",
        "  Nehalem, unit: ERROR tests/test_c.py",
    ]


@pytest.mark.parametrize(("ending", "expected"), [(0, []), (2, ["ERROR tests/test_c.py"])])
def test_a_step_runs_in_the_environment_of_its_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: int, expected: list[str]
) -> None:
    monkeypatch.setattr(machines, "ROOT", tmp_path)
    monkeypatch.setattr(machines, "LOGS", tmp_path / "logs")
    monkeypatch.setenv("MAKEFLAGS", "n")
    seen = []

    def instead(command, *, env, stdout, **others):
        seen.append((command, env))
        stdout.write("ERROR tests/test_c.py\n")
        return subprocess.CompletedProcess(command, ending)

    monkeypatch.setattr(subprocess, "run", instead)
    machine = {"numpy": ALL["numpy"][0], "OpenBLAS": ALL["OpenBLAS"][1]}
    assert machines.run("unit", "no AVX2", machine, ["TESTS=x"]) == expected
    ((command, env),) = seen
    assert command == ["make", "--no-print-directory", "unit", "TESTS=x"]
    assert variables(machine).items() <= env.items()
    assert "MAKEFLAGS" not in env
    assert (tmp_path / "logs" / "no-AVX2-unit.log").exists()


def test_what_failed_is_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in {name for values in ALL.values() for one in values for name in one.variables}:
        monkeypatch.delenv(name, raising=False)
    answer = {"dispatched": DISPATCHED, "features": ["AVX", "AVX2"], "numpy": [], "torch": "avx2"}
    monkeypatch.setattr(machines, "ask", lambda *_: json.loads(json.dumps(answer)))
    monkeypatch.setattr(machines, "another", lambda *_: "")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    failing = {"Zen": ["tests/test_c.py"]}
    monkeypatch.setattr(machines, "run", lambda step, name, *_: failing.get(name, []))
    assert machines.main(["--machine", "Haswell"]) == 0
    assert machines.main(["--step", "unit"]) == 1
    said = capsys.readouterr().out
    assert "OpenBLAS SkylakeX cannot run here: this processor has no AVX-512.\n" in said
    assert "  Zen, unit: tests/test_c.py\n" in said
    assert "Haswell      unit passed, notebooks passed" not in said
    with pytest.raises(SystemExit):
        machines.main(["--machine", "SkylakeX"])
    assert "OpenBLAS SkylakeX cannot run here" in capsys.readouterr().err
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert machines.main(["--list"]) == 0
    said = capsys.readouterr().out
    assert "On arm64 no other processor is emulated: threads alone differ." in said
    assert said.splitlines()[-2:] == ["1  (threads: 1)", "2  (threads: 2)"]
