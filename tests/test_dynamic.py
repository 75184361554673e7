"""The dynamic program, against every tree on cubes of 3 and 4 bits."""

import itertools
from dataclasses import FrozenInstanceError
from functools import cache

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from pacdistill import Clause, DecisionTree, enumerate_cube, random_tree, sample_cube
from pacdistill.extraction import best_trees

# --- oracles


def all_clauses(d, shorter_than):
    for k in range(shorter_than):
        for variables in itertools.combinations(range(d), k):
            for values in itertools.product((0, 1), repeat=k):
                yield Clause(tuple(zip(variables, values, strict=True)))


@cache
def labeled_trees(d, depth, literals=frozenset()):
    """Every tree with labels: (clauses of its tests, number of leaves, depth, table of values)."""
    points = list(itertools.product((0, 1), repeat=d))
    found = [(frozenset(), 1, 0, (label,) * len(points)) for label in (0, 1)]
    if depth > 0:
        for i in set(range(d)) - {variable for variable, _ in literals}:
            halves = (labeled_trees(d, depth - 1, literals | {(i, v)}) for v in (0, 1))
            for (tests0, size0, deep0, table0), (tests1, size1, deep1, table1) in itertools.product(
                *halves
            ):
                table = tuple((table0, table1)[x[i]][k] for k, x in enumerate(points))
                tests = tests0 | tests1 | {literals}
                found.append((tests, size0 + size1, 1 + max(deep0, deep1), table))
    return found


@cache
def unlabeled_trees(d, depth, literals=frozenset()):
    """Every tree without labels: (clauses of its tests, clauses of its leaves)."""
    found = [(frozenset(), (literals,))]
    if depth > 0:
        for i in set(range(d)) - {variable for variable, _ in literals}:
            halves = (unlabeled_trees(d, depth - 1, literals | {(i, v)}) for v in (0, 1))
            for (tests0, leaves0), (tests1, leaves1) in itertools.product(*halves):
                found.append((tests0 | tests1 | {literals}, leaves0 + leaves1))
    return found


def fewest_errors_labeled(X, y, candidates, depth, max_size):
    """For s = 1 .. max_size, the fewest errors of a labeled tree of at most s leaves."""
    d = X.shape[1]
    index = X @ (2 ** np.arange(d - 1, -1, -1))
    ones = np.bincount(index[y == 1], minlength=2**d)
    zeros = np.bincount(index[y == 0], minlength=2**d)
    allowed = {frozenset(c.literals) for c in candidates} | {frozenset()}
    best = [len(y) + 1] * (max_size + 1)
    for tests, size, deep, table in labeled_trees(d, d):
        if deep <= depth and size <= max_size and tests <= allowed:
            errors = sum(zeros[k] if label else ones[k] for k, label in enumerate(table))
            best[size] = min(best[size], int(errors))
    return list(itertools.accumulate(best[1:], min))


def fewest_errors_unlabeled(X, y, candidates, depth, max_size):
    """The same, each leaf with the label that most of its points have."""

    @cache
    def rarer(literals):
        labels = [
            label for x, label in zip(X, y, strict=True) if all(x[i] == v for i, v in literals)
        ]
        return min(sum(labels), len(labels) - sum(labels))

    allowed = {frozenset(c.literals) for c in candidates} | {frozenset()}
    best = [len(y) + 1] * (max_size + 1)
    for tests, leaves in unlabeled_trees(X.shape[1], depth):
        if len(leaves) <= max_size and tests <= allowed:
            best[len(leaves)] = min(best[len(leaves)], int(sum(map(rarer, leaves))))
    return list(itertools.accumulate(best[1:], min))


def check_frontier(frontier, X, y, candidates, depth, best):
    """The frontier has the best errors of every size, and trees that keep all rules."""
    sizes, errors = [p.size for p in frontier], [p.errors for p in frontier]
    assert sizes[0] == 1
    assert all(a < b for a, b in itertools.pairwise(sizes))
    assert all(a > b for a, b in itertools.pairwise(errors))
    assert sizes[-1] <= len(best)
    for s, expected in enumerate(best, start=1):
        assert min(e for size, e in zip(sizes, errors, strict=True) if size <= s) == expected
    allowed = set(candidates) | {Clause()}
    for point in frontier:
        tree = point.tree
        assert tree.size == point.size
        assert tree.depth <= depth
        assert int((tree.predict(X) != y).sum()) == point.errors
        tests = {c for c, leaf in zip(tree.clauses(), tree.is_leaf, strict=True) if not leaf}
        assert tests <= allowed


def noisy_sample(d, n, rng):
    """Repeated points with the labels of a random tree, a few of them flipped."""
    X = sample_cube(n, d, rng)[rng.integers(0, n, n)]
    y = random_tree(min(3, d), d, rng).predict(X)
    return X, y ^ (rng.random(n) < rng.choice([0, 0.1, 0.5])).astype(np.int8)


# --- all trees


def test_the_oracles_know_every_tree():
    # N(k) = 2 + k N(k-1)^2 labeled trees on k bits, and 1 + k N(k-1)^2 without labels.
    assert len(labeled_trees(3, 3)) == 2 + 3 * (2 + 2 * (2 + 1 * 2**2) ** 2) ** 2
    assert len(unlabeled_trees(4, 3)) == 1 + 4 * (1 + 3 * (1 + 2) ** 2) ** 2


@pytest.mark.parametrize("seed", range(10))
def test_with_all_clauses_no_tree_on_3_bits_is_better(seed):
    rng = np.random.default_rng(seed)
    X, y = noisy_sample(3, int(rng.integers(1, 40)), rng)
    depth, max_size = int(rng.integers(0, 4)), int(rng.integers(1, 9))
    clauses = list(all_clauses(3, 3))
    frontier = best_trees(X, y, clauses, depth=depth, max_size=max_size)
    best = fewest_errors_labeled(X, y, clauses, depth, max_size)
    check_frontier(frontier, X, y, clauses, depth, best)


@pytest.mark.parametrize("seed", range(25))
def test_with_some_clauses_no_tree_on_3_bits_is_better(seed):
    rng = np.random.default_rng(100 + seed)
    X, y = noisy_sample(3, int(rng.integers(1, 40)), rng)
    depth, max_size = int(rng.integers(1, 4)), int(rng.integers(1, 9))
    share = rng.choice([0.3, 0.6, 0.9])
    clauses = [c for c in all_clauses(3, 3) if rng.random() < share]
    frontier = best_trees(X, y, clauses, depth=depth, max_size=max_size)
    best = fewest_errors_labeled(X, y, clauses, depth, max_size)
    check_frontier(frontier, X, y, clauses, depth, best)


@pytest.mark.parametrize("seed", range(12))
def test_with_some_clauses_no_tree_on_4_bits_is_better(seed):
    rng = np.random.default_rng(200 + seed)
    X, y = noisy_sample(4, int(rng.integers(5, 60)), rng)
    depth, max_size = int(rng.integers(1, 4)), int(rng.integers(1, 9))
    share = rng.choice([0.4, 0.7, 1.0])
    clauses = [c for c in all_clauses(4, 3) if rng.random() < share]
    frontier = best_trees(X, y, clauses, depth=depth, max_size=max_size)
    best = fewest_errors_unlabeled(X, y, clauses, depth, max_size)
    check_frontier(frontier, X, y, clauses, depth, best)


def test_subsets_of_the_clauses_make_a_difference():
    X = enumerate_cube(3)
    y = (X.sum(axis=1) % 2).astype(np.int8)
    everything = list(all_clauses(3, 3))
    none = best_trees(X, y, [], depth=3, max_size=8)
    assert [(p.size, p.errors) for p in none] == [(1, 4)]
    assert best_trees(X, y, everything, depth=3, max_size=8)[-1].errors == 0
    assert best_trees(X, y, everything[:-12], depth=3, max_size=8)[-1].errors > 0


def test_scikit_learn_is_never_better():
    rng = np.random.default_rng(1)
    strictly = 0
    for _ in range(8):
        X, y = noisy_sample(6, 80, rng)
        frontier = best_trees(X, y, all_clauses(6, 3), depth=3, max_size=8)
        for leaves in range(2, 9):
            model = DecisionTreeClassifier(max_depth=3, max_leaf_nodes=leaves, random_state=0)
            theirs = int((model.fit(X, y).predict(X) != y).sum())
            ours = min(p.errors for p in frontier if p.size <= leaves)
            assert ours <= theirs
            strictly += ours < theirs
    assert strictly > 0


# --- the rules one by one


def test_no_candidate_leaves_the_root_to_test():
    X = enumerate_cube(3)
    frontier = best_trees(X, X[:, 1].astype(np.int8), [], depth=3, max_size=8)
    assert [(p.size, p.errors) for p in frontier] == [(1, 4), (2, 0)]
    assert frontier[-1].tree == DecisionTree.split(1, DecisionTree.leaf(0), DecisionTree.leaf(1))


def test_the_empty_clause_is_always_a_candidate():
    X = enumerate_cube(3)
    y = X[:, 0] & X[:, 2]
    assert best_trees(X, y, [Clause(), Clause(((0, 1),))], depth=2, max_size=4) == best_trees(
        X, y, [Clause(((0, 1),))], depth=2, max_size=4
    )


def test_the_order_and_repetition_of_candidates_do_not_matter():
    rng = np.random.default_rng(2)
    X, y = noisy_sample(4, 60, rng)
    clauses = list(all_clauses(4, 3))

    def errors(candidates):
        return [(p.size, p.errors) for p in best_trees(X, y, candidates, depth=3, max_size=8)]

    assert errors(clauses) == errors(reversed(clauses)) == errors(clauses + clauses)
    assert errors(clauses) == errors(iter(clauses))


def test_clauses_as_long_as_the_depth_are_ignored():
    rng = np.random.default_rng(3)
    X, y = noisy_sample(4, 60, rng)
    long, short = all_clauses(4, 5), all_clauses(4, 2)
    assert best_trees(X, y, long, depth=2, max_size=8) == best_trees(
        X, y, short, depth=2, max_size=8
    )


@pytest.mark.parametrize("max_size", range(1, 10))
def test_no_tree_has_more_leaves_than_allowed(max_size):
    X = enumerate_cube(3)
    y = (X.sum(axis=1) % 2).astype(np.int8)
    frontier = best_trees(X, y, all_clauses(3, 3), depth=3, max_size=max_size)
    assert frontier[-1].size <= max_size
    assert (frontier[-1].errors == 0) == (max_size >= 8)


@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_no_tree_is_deeper_than_allowed(depth):
    X = enumerate_cube(3)
    y = X[:, 0] & X[:, 1] & X[:, 2]
    frontier = best_trees(X, y, all_clauses(3, 3), depth=depth, max_size=8)
    assert max(p.tree.depth for p in frontier) <= depth
    assert (frontier[-1].errors == 0) == (depth == 3)


def test_a_larger_limit_changes_no_smaller_tree():
    rng = np.random.default_rng(4)
    X, y = noisy_sample(4, 60, rng)
    large = best_trees(X, y, all_clauses(4, 3), depth=3, max_size=50)
    for s in range(1, 9):
        small = best_trees(X, y, all_clauses(4, 3), depth=3, max_size=s)
        assert [(p.size, p.errors) for p in small] == [
            (p.size, p.errors) for p in large if p.size <= s
        ]


@pytest.mark.parametrize(
    ("labels", "label"), [([1, 1, 1], 1), ([0, 0], 0), ([1], 1), ([0, 1, 1], 1)]
)
def test_a_leaf_has_the_label_of_most_points(labels, label):
    X = np.ones((len(labels), 2), np.uint8)
    (point,) = best_trees(X, np.array(labels, np.int8), [], depth=2, max_size=4)
    assert point.tree == DecisionTree.leaf(label)
    assert point.errors == min(labels.count(0), labels.count(1))


def test_one_point_of_one_bit_needs_one_leaf():
    (point,) = best_trees(
        np.array([[1]], np.uint8), np.array([1], np.int8), [], depth=1, max_size=2
    )
    assert (point.size, point.errors) == (1, 0)


def test_constant_columns_are_never_worth_a_test():
    X = np.ones((20, 3), np.uint8)
    y = np.tile([0, 1], 10).astype(np.int8)
    (point,) = best_trees(X, y, all_clauses(3, 2), depth=3, max_size=8)
    assert (point.size, point.errors) == (1, 10)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64])
def test_labels_of_any_type_give_the_same_trees(dtype):
    rng = np.random.default_rng(5)
    X, y = noisy_sample(4, 60, rng)
    expected = best_trees(X, y, all_clauses(4, 3), depth=3, max_size=8)
    assert best_trees(X, y.astype(dtype), all_clauses(4, 3), depth=3, max_size=8) == expected


def test_many_points_with_int8_labels_do_not_overflow():
    X = np.repeat(enumerate_cube(2), 1000, axis=0)
    frontier = best_trees(X, (X[:, 0] & X[:, 1]).astype(np.int8), [], depth=1, max_size=2)
    assert [(p.size, p.errors) for p in frontier] == [(1, 1000)]
    ones = best_trees(X, np.ones(4000, np.int8), [], depth=1, max_size=2)
    assert [(p.size, p.errors, p.tree.label.tolist()) for p in ones] == [(1, 0, [1])]


@pytest.mark.parametrize(("depth", "max_size"), [(-1, 4), (2, 0), (2, -3)])
def test_depth_and_size_in_range(depth, max_size):
    with pytest.raises(ValueError, match=f"max_size >= 1, but they are {depth} and {max_size}"):
        best_trees(enumerate_cube(2), np.zeros(4, np.int8), [], depth=depth, max_size=max_size)


def test_a_candidate_needs_its_bits():
    with pytest.raises(ValueError, match="the clause x2=1 needs bit 2"):
        best_trees(
            enumerate_cube(2), np.zeros(4, np.int8), [Clause(((2, 1),))], depth=2, max_size=4
        )


def test_points_of_the_frontier_are_frozen():
    (point,) = best_trees(enumerate_cube(2), np.zeros(4, np.int8), [], depth=1, max_size=2)
    with pytest.raises(FrozenInstanceError):
        point.errors = 1


@pytest.mark.parametrize("labels", [[1, -1], [0, 2]])
def test_labels_are_0_or_1(labels):
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        best_trees(np.array([[0], [1]], np.uint8), np.array(labels), [], depth=1, max_size=2)
