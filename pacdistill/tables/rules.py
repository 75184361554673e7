"""Rules: a decision tree that asks questions about a raw table, and stores them with itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from pacdistill.tables.literals import Literal, Literals, Test
from pacdistill.tree import TREE_SCHEMA, DecisionTree

__all__ = ["RULE_TREE_SCHEMA", "RuleTree"]

RULE_TREE_SCHEMA: dict[str, Any] = {
    "$schema": TREE_SCHEMA["$schema"],
    "title": "A decision tree on a table's columns, as RuleTree.to_dict writes it",
    "type": "object",
    "properties": {
        "columns": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "literals": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "column": {"type": "integer", "minimum": 0},
                    "test": {"enum": list(get_args(Test))},
                    "value": {"type": ["number", "string", "null"]},
                },
                "required": ["column", "test", "value"],
                "additionalProperties": False,
            },
        },
        "tree": TREE_SCHEMA["$defs"]["node"],
    },
    "required": ["columns", "literals", "tree"],
    "additionalProperties": False,
    "$defs": TREE_SCHEMA["$defs"],
}
"""The form of `RuleTree.to_dict`, as a JSON Schema; a node's `variable` counts the literals."""


@dataclass(frozen=True, eq=False)
class RuleTree(DecisionTree):
    """A decision tree that asks literals, and so predicts and prints in terms of a raw table.

    It is a `DecisionTree` whose bits are the answers to its literals: `predict` and `apply` take
    a table as `Literals.encode` does. Its clauses are over the literals. These may imply each
    other, so `disagreement` and `equivalent`, which take bits as independent, refuse such trees.

    Parameters
    ----------
    variable, children, label : as in `DecisionTree`
    literals : the questions; a node tests the literal number `variable`

    Raises
    ------
    ValueError
        If a node tests a literal that is not there.

    Examples
    --------
    >>> tree = DecisionTree.split(0, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> rules = RuleTree.of(tree, Literals(("age",), (Literal(0, "<=", 37),)))
    >>> print(rules.to_text())
    if age <= 37:
        return 1
    else:
        return 0
    >>> rules.predict([[20.5], [64.0]])
    array([1, 0], dtype=int8)
    """

    literals: Literals

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.variable.max() >= len(self.literals):
            raise ValueError(
                f"the tree tests literal {self.variable.max()}, but there are only the literals "
                f"0 to {len(self.literals) - 1}"
            )

    @staticmethod
    def of(tree: DecisionTree, literals: Literals) -> RuleTree:
        """Return the tree with its bits read as the answers to the literals."""
        return RuleTree(tree.variable, tree.children, tree.label, literals)

    @property
    def bits(self) -> DecisionTree:
        """The same tree on the encoded table, without its literals."""
        return DecisionTree(self.variable, self.children, self.label)

    def question(self, variable: int) -> tuple[str, str, str]:
        """Return the literal in words, and the answers "no" and "yes"."""
        return self.literals.literals[variable].name(self.literals.columns), "no", "yes"

    def condition(self, variable: int) -> tuple[str, int]:
        """Return the literal in words, which holds when its bit is 1."""
        return self.literals.literals[variable].name(self.literals.columns), 1

    def apply(self, X: Any) -> NDArray[np.int32]:
        """Return the leaf, as a node number, that each row of the table reaches; shape (n,)."""
        return super().apply(self.literals.encode(X))

    def to_dict(self) -> dict[str, Any]:
        """Return the tree and its literals in plain numbers and texts; see `RULE_TREE_SCHEMA`."""
        return {
            "columns": list(self.literals.columns),
            "literals": [asdict(literal) for literal in self.literals.literals],
            "tree": super().to_dict(),
        }

    @staticmethod
    def from_dict(form: dict[str, Any]) -> RuleTree:
        """Read a tree from the form that `to_dict` writes.

        Raises
        ------
        ValueError
            If an entry is missing, of the wrong type, or one too many.
        """
        if not isinstance(form, dict) or set(form) != {"columns", "literals", "tree"}:
            raise ValueError(
                "a stored tree with literals has the entries columns, literals and tree, not "
                f"{sorted(map(str, form)) if isinstance(form, dict) else form!r}"
            )
        columns, literals = form["columns"], form["literals"]
        if not isinstance(columns, list) or not isinstance(literals, list):
            raise ValueError("columns and literals are lists, but one is not")
        for literal in literals:
            if not isinstance(literal, dict) or set(literal) != {"column", "test", "value"}:
                raise ValueError(
                    f"a literal has the entries column, test and value, but one is {literal!r}"
                )
        read = Literals(tuple(columns), tuple(Literal(**literal) for literal in literals))
        return RuleTree.of(DecisionTree.from_dict(form["tree"]), read)

    @staticmethod
    def from_json(text: str) -> RuleTree:
        """Read a tree from the text that `to_json` writes."""
        return RuleTree.from_dict(json.loads(text))
