"""Random trees to teach to a network: the secrets that a distiller should find."""

from __future__ import annotations

import numpy as np

from pacdistill.tree import DecisionTree

__all__ = ["parity_tree", "random_hard_tree", "random_tree"]


def random_tree(depth: int, d: int, rng: np.random.Generator) -> DecisionTree:
    """Draw an ordinary random tree: complete, with uniform variables and fair-coin leaves.

    A node tests a variable drawn uniformly from those not tested above it. A split whose two
    subtrees come out as the same tree is left out, so the tree may be smaller than 2^depth
    leaves.

    Parameters
    ----------
    depth : at least 0 and at most d
    d : number of bits
    rng : source of randomness

    Raises
    ------
    ValueError
        If the depth is negative or exceeds d.

    Examples
    --------
    >>> tree = random_tree(3, 10, np.random.default_rng(0))
    >>> tree.depth <= 3 and tree.size <= 8
    True
    """
    if not 0 <= depth <= d:
        raise ValueError(
            f"a path tests each of the d = {d} bits once at most, so 0 <= depth <= d, "
            f"but depth = {depth}"
        )

    def grow(used: tuple[int, ...]) -> DecisionTree:
        if len(used) == depth:
            return DecisionTree.leaf(int(rng.integers(2)))
        variable = int(rng.choice([i for i in range(d) if i not in used]))
        if_zero, if_one = grow((*used, variable)), grow((*used, variable))
        if if_zero == if_one:
            return if_zero
        return DecisionTree.split(variable, if_zero, if_one)

    return grow(())


def random_hard_tree(
    depth: int, d: int, rng: np.random.Generator, *, parity: int = 1
) -> DecisionTree:
    """Draw a random *hard* tree: every prefix of every path leaves the label a fair coin.

    The tree is complete, no two branches test the same bit, and the last `parity` tests of
    every path form a parity. So under the uniform distribution the label is a fair coin given
    any clause of fewer than `parity` literals, and given the clause of any node with at least
    one test to go (proposition `prop-hard-tree` of chapter 1).

    Parameters
    ----------
    depth : at least `parity`
    d : number of bits, at least the number of bits that the tree tests:
        2^(depth - parity) (parity + 1) - 1
    rng : source of randomness
    parity : how many tests at the end of each path form a parity, at least 1; with 1, two
        leaves with the same parent have opposite labels, and that is all

    Raises
    ------
    ValueError
        If the numbers do not fit together.

    Examples
    --------
    >>> tree = random_hard_tree(5, 100, np.random.default_rng(0), parity=3)
    >>> tree.depth, tree.size, len(tree.variables)
    (5, 32, 15)
    """
    if not 1 <= parity <= depth:
        raise ValueError(
            f"the last `parity` of `depth` tests form a parity, so 1 <= parity <= depth, "
            f"but parity = {parity} and depth = {depth}"
        )
    bits_needed = 2 ** (depth - parity) * (parity + 1) - 1
    if d < bits_needed:
        raise ValueError(
            f"a hard tree of depth {depth} with parities of {parity} bits tests {bits_needed} "
            f"different bits, but there are only d = {d}"
        )
    bits = iter(rng.permutation(d).tolist())

    def grow(tests_left: int) -> DecisionTree:
        if tests_left == parity:
            return _parity([next(bits) for _ in range(parity)], int(rng.integers(2)))
        return DecisionTree.split(next(bits), grow(tests_left - 1), grow(tests_left - 1))

    return grow(depth)


def parity_tree(variables: tuple[int, ...]) -> DecisionTree:
    """Return the tree of the parity (sum of the bits modulo 2) of the given variables.

    It is complete: its depth is the number k of variables and it has 2^k leaves.

    Examples
    --------
    >>> parity_tree((0, 2)).predict([[1, 0, 0], [1, 0, 1]])
    array([1, 0], dtype=int8)
    """
    return _parity(list(variables), 0)


def _parity(variables: list[int], start: int) -> DecisionTree:
    if not variables:
        return DecisionTree.leaf(start)
    first, *rest = variables
    return DecisionTree.split(first, _parity(rest, start), _parity(rest, 1 - start))
