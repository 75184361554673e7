"""The engine without its linear algebra: every clause has a probe of its own, trained by Adam.

This is our own implementation in the manner of [Boi24]: 101 steps of Adam on 1,000 samples for each
candidate clause, 10,000 other samples to score it, a beam over the lengths of the clauses, and then
the dynamic program. The candidates of a level are trained side by side, one column of a weight
matrix for each, which is the same as one after the other and faster.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pacdistill import Clause, DecisionTree, Source
from pacdistill.extraction import best_trees, read_activations, read_labels

STEPS, FITTED, SCORED = 101, 1_000, 10_000
LEARNING_RATE = 0.01  # for features of mean 0 and variance 1 and weights that start at 0
SIDE_BY_SIDE = 2_000  # probes that are trained at the same time: their targets must fit in memory


def probe_scores(features: Tensor, targets: Tensor, fitted: int) -> Tensor:
    """Train one linear probe for each target on the first rows, and score it on the others.

    Takes features of shape (n, m) and targets of shape (n, k); returns shape (k,), the fraction of
    the target's variance that its probe explains: 1 at best, and below 0 for a useless probe. A
    target that is constant on the rows that score it has the score -inf.
    """
    weights = torch.zeros(features.shape[1], targets.shape[1], requires_grad=True)
    constants = torch.zeros(targets.shape[1], requires_grad=True)
    optimizer = torch.optim.Adam([weights, constants], lr=LEARNING_RATE)
    for _ in range(STEPS):
        optimizer.zero_grad()
        errors = torch.addmm(constants, features[:fitted], weights) - targets[:fitted]
        errors.square().mean(dim=0).sum().backward()
        optimizer.step()
    with torch.no_grad():
        errors = torch.addmm(constants, features[fitted:], weights) - targets[fitted:]
        variance = targets[fitted:].var(dim=0, correction=0)
        scores = 1 - errors.square().mean(dim=0) / variance
        return torch.where(variance > 0, scores, -torch.inf)


def iterative_probes(
    source: Source, X: NDArray[np.uint8], *, depth: int, beam: int, fitted: int = FITTED
) -> tuple[DecisionTree, int]:
    """Extract a tree as `extract_tree(search="beam")` does, with trained probes.

    The first `fitted` rows of X train the probes, the others score them, and all of them count in
    the dynamic program. Returns the tree and the number of probes.
    """
    y = read_labels(source, X)
    activations = torch.from_numpy(np.array(read_activations(source, X), dtype=np.float32))
    spread = activations[:fitted].std(dim=0).clamp(min=1e-6)  # a dead unit stays 0
    features = (activations - activations[:fitted].mean(dim=0)) / spread
    bits = torch.from_numpy(np.asfortranarray(X, dtype=np.float32))  # whole columns are read

    level, kept, probes = [Clause()], [Clause()], 0
    for _ in range(1, depth):
        # The same clause, grown in another order, is probed once.
        candidates = list(
            dict.fromkeys(
                clause.extend(variable, value)
                for clause in level
                for variable in range(X.shape[1])
                for value in (0, 1)
                if variable not in clause.variables
            )
        )
        probes += len(candidates)
        scores = torch.cat(
            [
                probe_scores(features, _indicators(bits, candidates[k : k + SIDE_BY_SIDE]), fitted)
                for k in range(0, len(candidates), SIDE_BY_SIDE)
            ]
        )
        best = torch.argsort(scores, descending=True, stable=True)[:beam]
        level = [candidates[k] for k in best.tolist() if torch.isfinite(scores[k])]
        kept += level
    frontier = best_trees(X, y, kept, depth=depth, max_size=2 ** min(depth, 8))
    return frontier[-1].tree, probes


def _indicators(bits: Tensor, clauses: list[Clause]) -> Tensor:
    """Return where each of these clauses, all of the same length, holds; shape (n, k)."""
    holds = torch.ones(len(clauses), len(bits))
    for position in range(len(clauses[0])):
        variables = [clause.literals[position][0] for clause in clauses]
        values = torch.tensor([[float(clause.literals[position][1])] for clause in clauses])
        holds *= bits.T[variables] == values
    return holds.T.contiguous()
