"""pacdistill: the theory of model distillation, as code.

The data flows one way: network -> activations -> probe basis -> search -> dynamic program ->
tree. One verb, `extract_tree`, does all of it.

The statistical half (concepts, erm, frontier, game, bounds, complexity, cost) needs no network, and
so does what queries buy (fourier, statistical, oracle, queries, juntas, heavy) and the web of
reductions (formulas, reductions, conversion).
"""

from pacdistill.adapters import SklearnSource, TorchSource
from pacdistill.bounds import (
    coin_samples,
    erm_samples,
    extraction_probes,
    extraction_samples,
    fast_extraction_samples,
    half_sets_samples,
    junta_queries,
    near_junta_queries,
    packing_bound,
    parity_queries,
    sauer_shelah_bound,
    twist_packing_bound,
)
from pacdistill.complexity import SampleComplexity, sample_complexity
from pacdistill.concepts import (
    check_class,
    enumerate_subsets,
    find_shattered,
    is_shattered,
    restrict,
    vc_dimension,
)
from pacdistill.conversion import formulas_to_tree, formulas_tree_leaves
from pacdistill.cost import CostMeter
from pacdistill.counting import pair_errors, split_errors
from pacdistill.cube import Clause, character, check_cube, check_labels, enumerate_cube, sample_cube
from pacdistill.diagnosis import Check, Diagnosis, diagnose
from pacdistill.distiller import TreeDistiller
from pacdistill.dynamic import FrontierPoint, best_trees
from pacdistill.erm import erm
from pacdistill.extract import Extraction, Fidelity, Seconds, extract_tree, measure_fidelity
from pacdistill.figures import (
    MovingFigure,
    TreeCase,
    access_ladder,
    beam_levels,
    failure_gallery,
    frontier_editor,
    influence_board,
    layer_readings,
    probe_spectrum,
    rate_explorer,
    reduction_web,
    reproduction_plot,
    shattering_board,
    sq_adversary,
    tail_explorer,
    tree_explorer,
    tree_frontier,
    twisted_board,
    two_players,
    zero_game,
)
from pacdistill.formulas import CNF, DNF
from pacdistill.fourier import (
    estimate_influences,
    influences,
    inverse_walsh_hadamard,
    walsh_hadamard,
)
from pacdistill.frontier import disagreement_sets, pareto_frontier
from pacdistill.game import ZeroSampleGame, zero_sample_game
from pacdistill.heavy import HeavyCoefficients, heavy_coefficients, heavy_pairs
from pacdistill.juntas import Junta, JuntaResult, distill_junta, distill_near_junta, random_junta
from pacdistill.keyed import KeyedFunction
from pacdistill.learners import OptimalTree, learn_cart, learn_optimal_tree, learn_sparse_tree
from pacdistill.linear import LinearProbes, Representation, fit_probes, measure_representation
from pacdistill.literals import Literal, Literals, make_literals
from pacdistill.networks import (
    Network,
    Phase,
    ResidualNetwork,
    Training,
    dnf_network,
    load_network,
    save_network,
    train_network,
    tree_network,
)
from pacdistill.oracle import MembershipOracle, QueryBudgetError
from pacdistill.planted import parity_tree, random_hard_tree, random_tree
from pacdistill.plot import describe_tree, plot_tree
from pacdistill.probe import ProbeBasis, clause_scores, probe_basis
from pacdistill.queries import QueryResult, learn_by_queries
from pacdistill.reductions import (
    guard,
    hitting_set_sample,
    majority_gadget,
    tree_to_cnf,
    tree_to_dnf,
)
from pacdistill.report import describe_machine, write_report
from pacdistill.rules import RULE_TREE_SCHEMA, RuleTree
from pacdistill.search import SearchResult, beam_search
from pacdistill.source import CallableSource, Source, read_activations, read_labels
from pacdistill.statistical import (
    ParityAdversary,
    StatisticalAnswer,
    StatisticalOracle,
    StatisticalQuery,
)
from pacdistill.study import run_study
from pacdistill.tree import TREE_SCHEMA, DecisionTree, disagreement, find_disagreement
from pacdistill.turning import greedy_extraction, hoist, leaf_shares
from pacdistill.twisted import relevant_variables, twisted_scores, twisted_search

__version__ = "0.1.0"

__all__ = [
    "CNF",
    "DNF",
    "RULE_TREE_SCHEMA",
    "TREE_SCHEMA",
    "CallableSource",
    "Check",
    "Clause",
    "CostMeter",
    "DecisionTree",
    "Diagnosis",
    "Extraction",
    "Fidelity",
    "FrontierPoint",
    "HeavyCoefficients",
    "Junta",
    "JuntaResult",
    "KeyedFunction",
    "LinearProbes",
    "Literal",
    "Literals",
    "MembershipOracle",
    "MovingFigure",
    "Network",
    "OptimalTree",
    "ParityAdversary",
    "Phase",
    "ProbeBasis",
    "QueryBudgetError",
    "QueryResult",
    "Representation",
    "ResidualNetwork",
    "RuleTree",
    "SampleComplexity",
    "SearchResult",
    "Seconds",
    "SklearnSource",
    "Source",
    "StatisticalAnswer",
    "StatisticalOracle",
    "StatisticalQuery",
    "TorchSource",
    "Training",
    "TreeCase",
    "TreeDistiller",
    "ZeroSampleGame",
    "access_ladder",
    "beam_levels",
    "beam_search",
    "best_trees",
    "character",
    "check_class",
    "check_cube",
    "check_labels",
    "clause_scores",
    "coin_samples",
    "describe_machine",
    "describe_tree",
    "diagnose",
    "disagreement",
    "disagreement_sets",
    "distill_junta",
    "distill_near_junta",
    "dnf_network",
    "enumerate_cube",
    "enumerate_subsets",
    "erm",
    "erm_samples",
    "estimate_influences",
    "extract_tree",
    "extraction_probes",
    "extraction_samples",
    "failure_gallery",
    "fast_extraction_samples",
    "find_disagreement",
    "find_shattered",
    "fit_probes",
    "formulas_to_tree",
    "formulas_tree_leaves",
    "frontier_editor",
    "greedy_extraction",
    "guard",
    "half_sets_samples",
    "heavy_coefficients",
    "heavy_pairs",
    "hitting_set_sample",
    "hoist",
    "influence_board",
    "influences",
    "inverse_walsh_hadamard",
    "is_shattered",
    "junta_queries",
    "layer_readings",
    "leaf_shares",
    "learn_by_queries",
    "learn_cart",
    "learn_optimal_tree",
    "learn_sparse_tree",
    "load_network",
    "majority_gadget",
    "make_literals",
    "measure_fidelity",
    "measure_representation",
    "near_junta_queries",
    "packing_bound",
    "pair_errors",
    "pareto_frontier",
    "parity_queries",
    "parity_tree",
    "plot_tree",
    "probe_basis",
    "probe_spectrum",
    "random_hard_tree",
    "random_junta",
    "random_tree",
    "rate_explorer",
    "read_activations",
    "read_labels",
    "reduction_web",
    "relevant_variables",
    "reproduction_plot",
    "restrict",
    "run_study",
    "sample_complexity",
    "sample_cube",
    "sauer_shelah_bound",
    "save_network",
    "shattering_board",
    "split_errors",
    "sq_adversary",
    "tail_explorer",
    "train_network",
    "tree_explorer",
    "tree_frontier",
    "tree_network",
    "tree_to_cnf",
    "tree_to_dnf",
    "twist_packing_bound",
    "twisted_board",
    "twisted_scores",
    "twisted_search",
    "two_players",
    "vc_dimension",
    "walsh_hadamard",
    "write_report",
    "zero_game",
    "zero_sample_game",
]
