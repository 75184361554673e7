"""A tree is found behind activations that hide it, and the best one where nothing helps."""

import itertools

import numpy as np
import pytest

from pacdistill import (
    CallableSource,
    Clause,
    extract_tree,
    random_hard_tree,
    random_tree,
    sample_cube,
    tree_network,
)
from pacdistill.extraction import best_trees

D = 12
SEARCHES = [("twisted", 3, None), ("twisted", None, None), ("beam", 3, 8)]


def rng(seed=7):
    return np.random.default_rng(seed)


# How the units of the tree's clauses, A of shape (n, m), are disguised.
DISGUISES = {
    "float64": lambda A, X: A.astype(np.float64),
    "shuffled": lambda A, X: A[:, rng().permutation(A.shape[1])],
    "repeated": lambda A, X: np.hstack([A, A, A[:, ::-1]]),
    "a constant and a dead unit": lambda A, X: np.hstack([np.full((len(A), 1), 0.1), A, 0 * A]),
    "huge": lambda A, X: 1e6 * A,
    "tiny": lambda A, X: 1e-6 * A,
    "tiny and shifted": lambda A, X: 1e-6 * A.astype(np.float64) + 1.0,
    "scaled each": lambda A, X: A * rng().choice([-3, 0.1, 1, 10], A.shape[1]),
    "mixed": lambda A, X: A @ rng().normal(size=(A.shape[1], A.shape[1])) + 5,
    "random units": lambda A, X: np.hstack(
        [A, np.maximum(X @ rng().normal(size=(D, 20)) - 1, 0)]
    ).astype(np.float32),
    "noise": lambda A, X: np.hstack([A, np.sin(1e4 * X @ rng().normal(size=(D, 20)))]),
    "without the inner clauses": lambda A, X: A[:, -8:],
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
@pytest.mark.parametrize(("search", "depth", "beam"), SEARCHES)
def test_a_disguised_tree_is_found(disguise, search, depth, beam):
    # Of a hard tree the labels show nothing above the last tests, and none of these is counted.
    secret = random_hard_tree(3, D, rng())
    network, leaves = tree_network(secret, D), np.argsort(secret.is_leaf, kind="stable")
    source = CallableSource(
        network.labels, lambda X: disguise(network.activations(X)[:, leaves], X)
    )
    X = sample_cube(1500, D, rng(1))
    result = extract_tree(source, X, depth=depth, search=search, counted=0, beam=beam)
    assert result.tree.equivalent(secret)
    assert (result.tree.size, result.complete) == (8, True)
    assert result.probes <= 200  # so few do not find it where the activations are noise alone


@pytest.mark.parametrize(
    ("noise", "search", "depth"),
    [(0.05, "twisted", 3), (0.05, "twisted", 5), (0.05, "beam", 3), (0.004, "twisted", None)],
)
def test_a_few_wrong_labels_are_left_wrong(noise, search, depth):
    secret = random_hard_tree(3, D, rng())
    wrong, code = rng(2).random(2**D) < noise, 2 ** np.arange(D)
    network = tree_network(secret, D)
    source = CallableSource(
        lambda X: network.labels(X) ^ wrong[X @ code].astype(np.int8), network.activations
    )
    X, fresh = sample_cube(3000, D, rng(3)), sample_cube(1000, D, rng(4))
    result = extract_tree(source, X, depth=depth, search=search, fresh=fresh)
    assert result.tree.equivalent(secret)
    assert result.frontier[-1].errors == wrong[X @ code].sum() > 0
    assert result.fidelity.estimate == (~wrong[fresh @ code]).mean()


@pytest.mark.parametrize("seed", range(30))
def test_on_few_inputs_no_tree_is_better_whatever_the_activations_say(seed):
    """With n < 4 2^depth no error is tolerated, and up to five bits are all tried at a clause."""
    generator = rng(seed)
    d = int(generator.integers(1, 6))
    depth = int(generator.integers(1, min(d, 3) + 1))
    X = sample_cube(4 * 2**depth - 1, d, generator, bias=generator.choice([0.3, 0.5, 0.8]))
    if generator.random() < 0.5:
        table = generator.integers(0, 2, 2**d)
    else:
        table = random_tree(depth, d, generator).predict(np.array([*np.ndindex(*(2,) * d)]))
    weights = generator.normal(size=(d, 3)) * generator.choice([0, 1e-6, 1, 1e6])
    index = 2 ** np.arange(d - 1, -1, -1)
    source = CallableSource(lambda X: table[X @ index], lambda X: np.maximum(X @ weights, 0))
    clauses = [
        Clause(tuple((i, v) for i, v in enumerate(values) if v < 2))
        for values in itertools.product((0, 1, 2), repeat=d)
    ]
    y = table[X @ index].astype(np.int8)
    best = best_trees(X, y, clauses, depth=depth, max_size=2**depth)[-1]
    for counted in (0, 1, 2):
        bound = generator.choice([0.01, 1.0])
        found = extract_tree(source, X, depth=depth, counted=counted, norm_bound=bound, fresh=X)
        assert found.frontier[-1].errors == best.errors
        assert found.tree.depth <= depth
        assert found.fidelity.estimate == (len(X) - best.errors) / len(X)
