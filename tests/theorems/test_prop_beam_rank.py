"""Proposition prop-beam-rank: ranks among all clauses say which beams lose nothing."""

import numpy as np

from pacdistill import random_tree, sample_cube
from pacdistill.extraction import beam_search, probe_basis

D, EVERY = 6, 160  # 160 clauses of three literals on six bits: such a beam keeps all


def ranks(found, wanted):
    """The rank of each wanted clause among the clauses of its length; None if it is not kept."""
    out = []
    for clause in wanted:
        level = [c for c in found.clauses if len(c) == len(clause)]
        out.append(level.index(clause) + 1 if clause in level else None)
    return out


def test_every_beam_from_the_worst_rank_on_keeps_the_tree_and_narrower_ones_may_not():
    lost = 0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        tree = random_tree(4, D, rng)
        inner = zip(tree.clauses(), tree.is_leaf, strict=True)
        wanted = [clause for clause, leaf in inner if not leaf and len(clause)]
        if not wanted:
            continue
        X = sample_cube(200, D, rng)
        clauses = np.stack([clause.holds(X) for clause in tree.clauses()[1:]], axis=1)
        mixed = clauses @ rng.normal(size=(clauses.shape[1], 6)) + rng.normal(size=(200, 6))
        basis = probe_basis(mixed)
        worst = max(ranks(beam_search(basis, X, depth=4, width=EVERY), wanted))
        for width in {worst, min(worst + 3, EVERY), (worst + EVERY) // 2}:
            assert None not in ranks(beam_search(basis, X, depth=4, width=width), wanted)
        if worst > 1:  # half of the rank is too little for some: the bound is of the right kind
            narrow = beam_search(basis, X, depth=4, width=worst // 2)
            lost += None in ranks(narrow, wanted)
    assert lost >= 3
