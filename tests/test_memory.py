"""The number of inputs may exceed the memory: the activations lie in a file, and stay there."""

import json
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from pacdistill import random_hard_tree, sample_cube
from pacdistill.extraction import (
    pair_errors,
    probe_basis,
    relevant_variables,
    split_errors,
    twisted_scores,
)

N, D, WIDTH = 400_000, 8, 160
ALLOWED = 100 * 2**20

# The limit counts private memory, but no shared mapping of a file. It is set above what the
# imports took, in a process of its own.
SCRIPT = """
import json, resource, sys
import numpy as np
from pacdistill import CallableSource, DecisionTree, extract_tree

table, tree, width, allowed, folder = sys.argv[1:]
X, secret = np.load(table, mmap_mode="r"), DecisionTree.from_json(tree)
clauses = [clause for clause, leaf in zip(secret.clauses(), secret.is_leaf) if leaf]
shape = (X.shape[1], int(width) - len(clauses))
weights = np.random.default_rng(0).normal(size=shape).astype(np.float32)

def activations(X):
    leaves = np.stack([clause.holds(X) for clause in clauses], axis=1)
    return np.hstack([leaves, np.maximum(X @ weights, 0)], dtype=np.float32)

def run(folder, search):
    try:
        result = extract_tree(source, X, depth=3, search=search, batch=8192, folder=folder)
        return result.tree.to_dict()
    except MemoryError:
        return "MemoryError"

with open("/proc/self/status", encoding="utf-8") as status:
    used = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
resource.setrlimit(resource.RLIMIT_DATA, (used + int(allowed), resource.RLIM_INFINITY))
source = CallableSource(secret.predict, activations)
print(json.dumps([run(None, "twisted"), run(folder, "twisted"), run(folder, "beam")]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is Linux's RLIMIT_DATA")
def test_activations_larger_than_the_memory_are_kept_in_a_file(tmp_path):
    rng = np.random.default_rng(0)
    secret = random_hard_tree(3, D, rng)
    np.save(tmp_path / "X.npy", sample_cube(N, D, rng))
    folder = tmp_path / "activations"
    folder.mkdir()
    given = [tmp_path / "X.npy", secret.to_json(), WIDTH, ALLOWED, folder]
    assert N * WIDTH * 4 > 2 * ALLOWED
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, given)],
        capture_output=True,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},  # each thread has buffers of its own
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == ["MemoryError", secret.to_dict(), secret.to_dict()]
    assert not list(folder.iterdir())


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dead", [0, 3])
def test_scores_copy_some_rows_of_the_tables_at_a_time(dead, order):
    # With dead units the columns are a part of a wider table: its rows are not contiguous.
    rng = np.random.default_rng(0)
    X = np.asarray(sample_cube(50_000, 60, rng), order=order)
    y, rows = X[:, 0].astype(np.int8), np.arange(len(X))
    basis = probe_basis(rng.normal(size=(len(X), 40)) * (np.arange(40) >= dead))
    tracemalloc.start()
    relevant_variables(basis, y, rows, twisted_scores(basis, X, y, rows))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < basis.columns.nbytes / 2


def test_counting_labels_converts_some_rows_at_a_time():
    rng = np.random.default_rng(0)
    X, y = sample_cube(200_000, 20, rng), rng.integers(0, 2, 200_000).astype(np.int8)
    tracemalloc.start()
    split_errors(X, y)
    pair_errors(X, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < X.nbytes  # as numbers of four bytes X would take four times as much
