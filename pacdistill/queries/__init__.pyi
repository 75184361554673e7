from .bounds import (
    junta_queries as junta_queries,
    near_junta_queries as near_junta_queries,
    parity_queries as parity_queries,
)
from .fourier import (
    estimate_influences as estimate_influences,
    influences as influences,
    inverse_walsh_hadamard as inverse_walsh_hadamard,
    walsh_hadamard as walsh_hadamard,
)
from .heavy import (
    HeavyCoefficients as HeavyCoefficients,
    heavy_coefficients as heavy_coefficients,
    heavy_pairs as heavy_pairs,
)
from .influence import QueryResult as QueryResult, learn_by_queries as learn_by_queries
from .juntas import (
    Junta as Junta,
    JuntaResult as JuntaResult,
    distill_junta as distill_junta,
    distill_near_junta as distill_near_junta,
    random_junta as random_junta,
)
from .keyed import KeyedFunction as KeyedFunction
from .oracle import MembershipOracle as MembershipOracle, QueryBudgetError as QueryBudgetError
from .statistical import (
    ParityAdversary as ParityAdversary,
    StatisticalAnswer as StatisticalAnswer,
    StatisticalOracle as StatisticalOracle,
    StatisticalQuery as StatisticalQuery,
)
