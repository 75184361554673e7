"""Theorem thm-twist: the score of a variable is the weighted share of the leaves that test it."""

from itertools import product

import numpy as np
import pytest

from pacdistill import Clause, DecisionTree, enumerate_cube, random_hard_tree, random_tree
from pacdistill.extraction import leaf_shares, probe_basis, twisted_scores


def all_trees(variables: tuple[int, ...], depth: int) -> list[DecisionTree]:
    """Every tree on these variables of at most the depth."""
    trees = [DecisionTree.leaf(0), DecisionTree.leaf(1)]
    if depth > 0:
        for i in variables:
            below = all_trees(tuple(j for j in variables if j != i), depth - 1)
            trees += [DecisionTree.split(i, a, b) for a, b in product(below, below)]
    return trees


def leaves(tree: DecisionTree, X: np.ndarray) -> np.ndarray:
    return (tree.apply(X)[:, None] == np.flatnonzero(tree.is_leaf)).astype(float)


def turns(tree: DecisionTree, X: np.ndarray):
    """The clauses of the nodes where the function is not constant, and where they hold."""
    y = tree.predict(X)
    for clause, leaf in zip(tree.clauses(), tree.is_leaf, strict=True):
        where = clause.holds(X)
        if not leaf and len(set(y[where].tolist())) == 2:
            yield clause, where


def by_least_squares(phi, X, y, where, p, *, standardize=True):
    """The scores at a clause, by definition: one weighted least-squares fit for each variable."""
    weight = np.where(X == 1, p, 1 - p).prod(axis=1)
    f = 1.0 - 2.0 * y
    g = where * (f - weight[where] @ f[where] / weight[where].sum())
    chi = (p - X) / np.sqrt(p * (1 - p)) if standardize else 1.0 - 2.0 * X
    targets = chi * g[:, None]
    root = np.sqrt(weight)[:, None]
    design = root * np.column_stack([np.ones(len(X)), phi])
    fit = design @ np.linalg.lstsq(design, root * targets, rcond=1e-10)[0]
    residual = ((fit - root * targets) ** 2).sum(axis=0)
    return 1 - residual / (weight @ targets**2)


def free(d: int, clause: Clause) -> list[int]:
    return [i for i in range(d) if i not in clause.variables]


def test_all_trees_of_depth_2_on_4_bits_at_all_their_nodes():
    X = enumerate_cube(4)
    trees = [tree for tree in all_trees((0, 1, 2, 3), 2) if 0 < tree.predict(X).mean() < 1]
    assert len(trees) == 656
    for number, tree in enumerate(trees):
        if tree.variable[0] > 1:
            continue  # by symmetry
        phi, y = leaves(tree, X), tree.predict(X)
        basis = probe_basis(phi, ridge=0)
        for clause, where in turns(tree, X):
            shares = leaf_shares(tree, 4, clause)
            i = free(4, clause)
            ours = twisted_scores(basis, X, y, np.flatnonzero(where))
            assert ours[i] == pytest.approx(shares[i], abs=1e-9)
            if number % 20 == 0:  # the library's scores are those of the definition
                slow = by_least_squares(phi, X, y, where, np.full(4, 0.5))
                assert slow[i] == pytest.approx(ours[i], abs=1e-9)


def drawn(d: int) -> list[DecisionTree]:
    rng = np.random.default_rng(0)
    trees = [random_tree(depth, d, rng) for depth in (2, 3, 4) for _ in range(8)]
    trees += [random_hard_tree(3, d, rng, parity=k) for k in (1, 2, 3)]
    return [tree for tree in trees if 0 < tree.predict(enumerate_cube(d)).mean() < 1]


def test_product_distributions_with_standardized_bits():
    d, rng = 7, np.random.default_rng(1)
    X, gap = enumerate_cube(d), 0.0
    for tree in drawn(d):
        p, phi, y = rng.uniform(0.1, 0.9, d), leaves(tree, X), tree.predict(X)
        for clause, where in turns(tree, X):
            i = free(d, clause)
            shares = leaf_shares(tree, d, clause, ones=p)
            scores = by_least_squares(phi, X, y, where, p)
            assert scores[i] == pytest.approx(shares[i], abs=1e-8)
            # With plain signs the equality fails: absent variables score.
            plain = by_least_squares(phi, X, y, where, p, standardize=False)
            gap = max(gap, float(np.abs(plain - shares)[i].max()))
    assert gap > 0.5


def test_shares_sum_to_the_mean_number_of_tests_and_end_at_root_and_absent_variables():
    d = 7
    for tree in drawn(d):
        shares = leaf_shares(tree, d)
        assert shares[tree.variable[0]] == pytest.approx(1, abs=1e-12)
        assert (shares[[i for i in range(d) if i not in tree.variables]] == 0).all()
        assert shares.sum() <= tree.depth + 1e-12
        lengths = np.array([len(clause) for clause in tree.clauses()])[tree.is_leaf]
        f = 1.0 - 2.0 * tree.label[tree.is_leaf]
        weight = 2.0**-lengths * (f - 2.0**-lengths @ f) ** 2
        assert shares.sum() == pytest.approx(weight @ lengths / weight.sum())


def test_a_larger_span_raises_scores_and_a_missing_leaf_lowers_the_root():
    d, rng = 7, np.random.default_rng(2)
    X = enumerate_cube(d)
    raised = 0.0
    for tree in drawn(d)[::4]:
        phi, y = leaves(tree, X), tree.predict(X)
        shares, everywhere = leaf_shares(tree, d), np.ones(len(X), bool)
        more = np.hstack([phi, rng.normal(size=(len(X), 6))])
        scores = by_least_squares(more, X, y, everywhere, np.full(d, 0.5))
        assert (scores >= shares - 1e-9).all()
        raised = max(raised, float((scores - shares).max()))
    assert raised > 0.02  # the equality needs that the rest of the span is orthogonal
    hard = random_hard_tree(3, d, rng, parity=2)
    phi, y = leaves(hard, X)[:, 2:], hard.predict(X)  # one missing leaf is 1 minus the others
    score = by_least_squares(phi, X, y, np.ones(len(X), bool), np.full(d, 0.5))
    assert score[hard.variable[0]] < 0.9
