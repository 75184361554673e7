from .beam import SearchResult as SearchResult, beam_search as beam_search
from .bounds import (
    extraction_probes as extraction_probes,
    extraction_samples as extraction_samples,
    fast_extraction_samples as fast_extraction_samples,
    packing_bound as packing_bound,
    twist_packing_bound as twist_packing_bound,
)
from .counting import pair_errors as pair_errors, split_errors as split_errors
from .diagnosis import Check as Check, Diagnosis as Diagnosis, diagnose as diagnose
from .distiller import TreeDistiller as TreeDistiller
from .dynamic import FrontierPoint as FrontierPoint, best_trees as best_trees
from .extract import extract_tree as extract_tree
from .fidelity import Fidelity as Fidelity, measure_fidelity as measure_fidelity
from .linear import (
    LinearProbes as LinearProbes,
    Representation as Representation,
    fit_probes as fit_probes,
    measure_representation as measure_representation,
)
from .probe import (
    ProbeBasis as ProbeBasis,
    clause_scores as clause_scores,
    probe_basis as probe_basis,
)
from .result import Extraction as Extraction, Seconds as Seconds
from .sklearn_source import SklearnSource as SklearnSource
from .source import (
    CallableSource as CallableSource,
    Source as Source,
    read_activations as read_activations,
    read_both as read_both,
    read_labels as read_labels,
)
from .torch_source import TorchSource as TorchSource
from .turning import (
    greedy_extraction as greedy_extraction,
    hoist as hoist,
    leaf_shares as leaf_shares,
)
from .twisted import (
    relevant_variables as relevant_variables,
    twisted_scores as twisted_scores,
    twisted_search as twisted_search,
)
