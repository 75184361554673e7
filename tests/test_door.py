"""The door is light, shows little, and says what is missing; each wing shows what its stub says."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import pacdistill

ROOT = Path(pacdistill.__file__).parent
WINGS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py"))
HEAVY = ("torch", "sklearn", "matplotlib", "pandas", "licketysplit")
MOVED = (
    *("adapters", "bounds", "complexity", "concepts", "conversion", "cost", "counting"),
    *("diagnosis", "distiller", "dynamic", "erm", "extract", "formulas", "fourier", "frontier"),
    *("game", "heavy", "juntas", "keyed", "linear", "literals", "oracle", "plot", "probe"),
    *("report", "rules", "search", "source", "statistical", "study", "table", "turning", "twisted"),
)


def python(code):
    """What a fresh interpreter prints."""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def loaded(code):
    return python(f"import sys\n{code}\nprint([m for m in {HEAVY} if m in sys.modules])")


def test_the_door_loads_nothing_heavy_and_in_little_time():
    """At most three times the processor's time of `import numpy, scipy`, in the same run."""
    clock = "import time\n{}\nprint(time.process_time())"
    spent = {
        what: min(float(python(clock.format(what))) for _ in range(3))
        for what in ("import pacdistill", "import numpy, scipy")
    }
    assert spent["import pacdistill"] <= 3 * spent["import numpy, scipy"]
    every = "; ".join(f"import pacdistill.{wing}" for wing in WINGS)
    assert loaded(f"import pacdistill; {every}") == "[]"


def test_an_extraction_loads_no_torch_and_no_scikit_learn():
    code = """
import numpy as np
from pacdistill import CallableSource, extract_tree, parity_tree, sample_cube
secret = parity_tree((1, 2, 3))
X = sample_cube(500, 6, np.random.default_rng(0))
source = CallableSource(secret.predict, lambda X: secret.apply(X)[:, None] == np.arange(15))
assert extract_tree(source, X).tree.equivalent(secret)
"""
    assert loaded(code) == "[]"


def test_the_door_shows_at_most_30_names_and_all_wings():
    assert len(pacdistill.__all__) <= 30
    assert {*WINGS, "learners"} <= set(pacdistill.__all__)
    assert dir(pacdistill) == pacdistill.__all__


@pytest.mark.parametrize("name", ["", *WINGS])
def test_what_is_shown_exists_and_is_documented(name):
    package = importlib.import_module(f"pacdistill.{name}".rstrip("."))
    assert len(inspect.getdoc(package).split("\n\n")) >= 2
    for one in package.__all__:
        assert getattr(package, one) is not None
    with pytest.raises(AttributeError, match="nothing_such"):
        package.nothing_such  # noqa: B018


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_shows_public_names_of_its_own_modules(wing):
    stub = ast.parse((ROOT / wing / "__init__.pyi").read_text(encoding="utf-8"))
    for line in stub.body:
        module = importlib.import_module(f"pacdistill.{wing}.{line.module}")
        assert {alias.name for alias in line.names} <= set(module.__all__), line.module


@pytest.mark.parametrize("name", MOVED)
def test_no_old_name_stays(name):
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module(f"pacdistill.{name}")


WITHOUT = """
import sys
sys.modules[{package!r}] = None
import numpy as np
import pacdistill.learners
X, y = np.array([[0], [1]], np.uint8), np.array([0, 1], np.int8)
try:
    {code}
except ModuleNotFoundError as error:
    print(error.name, error)
"""


@pytest.mark.parametrize(
    ("code", "package", "extra"),
    [
        ("pacdistill.tree_network", "torch", "torch"),
        ("pacdistill.TorchSource", "torch", "torch"),
        ("pacdistill.learners.learn_sparse_tree(X, y, depth=1)", "licketysplit", "baselines"),
        (
            "pacdistill.learners.learn_optimal_tree(X, y, depth=1, max_seconds=1)",
            "pystreed",
            "baselines",
        ),
    ],
)
def test_what_is_missing_is_named_with_the_command_that_installs_it(code, package, extra):
    said = python(WITHOUT.format(package=package, code=code))
    assert said.startswith(f"{package} ")
    assert said.endswith(f"which is not installed here: pip install 'pacdistill[{extra}]'")
