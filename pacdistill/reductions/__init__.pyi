from .conversion import (
    formulas_to_tree as formulas_to_tree,
    formulas_tree_leaves as formulas_tree_leaves,
    tree_to_cnf as tree_to_cnf,
    tree_to_dnf as tree_to_dnf,
)
from .formulas import CNF as CNF, DNF as DNF
from .gadgets import (
    guard as guard,
    hitting_set_sample as hitting_set_sample,
    majority_gadget as majority_gadget,
)
