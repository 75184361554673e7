"""Decision trees over the cube, held in arrays.

A tree is a list of nodes in preorder, the root first. A node tests one bit or is a leaf with
a label; the path to it is its clause, and the points that reach it are those that satisfy the
clause. The *size* of a tree is its number of leaves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pacdistill.cube import Clause, check_cube

__all__ = ["TREE_SCHEMA", "DecisionTree", "disagreement", "find_disagreement"]

LEAF = -1
T = TypeVar("T")

TREE_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A decision tree on 0/1 inputs, as DecisionTree.to_dict writes it",
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {"oneOf": [{"$ref": "#/$defs/leaf"}, {"$ref": "#/$defs/test"}]},
        "leaf": {
            "type": "object",
            "properties": {"label": {"enum": [0, 1]}},
            "required": ["label"],
            "additionalProperties": False,
        },
        "test": {
            "type": "object",
            "properties": {
                "variable": {"type": "integer", "minimum": 0},
                "if_zero": {"$ref": "#/$defs/node"},
                "if_one": {"$ref": "#/$defs/node"},
            },
            "required": ["variable", "if_zero", "if_one"],
            "additionalProperties": False,
        },
    },
}
"""The form of `DecisionTree.to_dict`, as a JSON Schema."""


@dataclass(frozen=True, eq=False)
class DecisionTree:
    """An immutable decision tree on 0/1 inputs with labels 0 and 1.

    Build one from `DecisionTree.leaf` and `DecisionTree.split`, or from the root down with
    `DecisionTree.grow`, or read one with
    `DecisionTree.from_dict`.

    Parameters
    ----------
    variable : int array of shape (nodes,); the bit that a node tests, -1 at a leaf
    children : int array of shape (nodes, 2); where a point goes whose bit is 0, and 1; a leaf
        is its own child twice
    label : int array of shape (nodes,); the label of a leaf, -1 at a node that tests a bit

    Raises
    ------
    ValueError
        If the arrays are no binary tree in preorder, a label is not 0 or 1, or a path tests a
        bit twice.

    Examples
    --------
    >>> tree = DecisionTree.split(3, DecisionTree.leaf(0), DecisionTree.leaf(1))
    >>> tree.depth, tree.size
    (1, 2)
    >>> tree.predict([[0, 0, 0, 1], [1, 1, 1, 0]])
    array([1, 0], dtype=int8)
    """

    variable: NDArray[np.int32]
    children: NDArray[np.int32]
    label: NDArray[np.int8]
    # What each node's path fixes, {variable: value}: found once, by the walk that checks the tree.
    _paths: tuple[dict[int, int], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        nodes = np.size(self.variable)
        shapes = [np.shape(a) for a in (self.variable, self.children, self.label)]
        if nodes == 0 or shapes != [(nodes,), (nodes, 2), (nodes,)]:
            raise ValueError(
                "a tree of N >= 1 nodes needs arrays of shapes (N,), (N, 2) and (N,), not "
                f"{shapes[0]}, {shapes[1]} and {shapes[2]}"
            )
        for name, dtype in (("variable", np.int32), ("children", np.int32), ("label", np.int8)):
            array = _whole_numbers(name, np.asarray(getattr(self, name)), dtype)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        object.__setattr__(self, "_paths", _preorder_paths(self))

    @staticmethod
    def leaf(label: int) -> DecisionTree:
        """Return the constant tree.

        Examples
        --------
        >>> print(DecisionTree.leaf(1).to_text())
        return 1
        """
        return DecisionTree(np.array([LEAF]), np.array([[0, 0]]), np.array([label]))

    @staticmethod
    def split(variable: int, if_zero: DecisionTree, if_one: DecisionTree) -> DecisionTree:
        """Return the tree that tests a bit and goes on with one of two trees.

        Raises
        ------
        ValueError
            If the bit is negative or one of the two trees tests it again.
        """
        shift_one = 1 + len(if_zero.variable)
        return DecisionTree(
            np.concatenate([[variable], if_zero.variable, if_one.variable]),
            np.concatenate([[[1, shift_one]], if_zero.children + 1, if_one.children + shift_one]),
            np.concatenate([[LEAF], if_zero.label, if_one.label]),
        )

    @staticmethod
    def grow(root: T, look: Callable[[T], int | tuple[int, T, T]]) -> DecisionTree:
        """Return the tree that is made from the root down, node by node in preorder.

        Parameters
        ----------
        root : what stands for the whole tree: anything that `look` understands
        look : from what stands for a subtree to the label of a leaf; or to the bit that the
            subtree tests, and what stands for its own two, where the bit is 0 and where it is 1

        Raises
        ------
        ValueError
            If what comes out is no tree: see the class.

        Examples
        --------
        >>> def majority(votes):
        ...     last = len(votes) == 3
        ...     return int(sum(votes) > 1) if last else (len(votes), (*votes, 0), (*votes, 1))
        >>> DecisionTree.grow((), majority).predict([[0, 1, 1], [0, 1, 0]])
        array([1, 0], dtype=int8)
        """
        variable: list[int] = []
        children: list[list[int]] = []
        label: list[int] = []
        todo: list[tuple[T, list[int], int]] = [(root, [0, 0], 0)]  # the parent's entry to fill
        while todo:
            below, entries, side = todo.pop()
            node = entries[side] = len(variable)
            found = look(below)
            bit, end = (found[0], LEAF) if isinstance(found, tuple) else (LEAF, found)
            variable.append(bit)
            label.append(end)
            children.append([node, node])
            if isinstance(found, tuple):
                todo += [(found[2], children[node], 1), (found[1], children[node], 0)]
        return DecisionTree(np.array(variable), np.array(children), np.array(label))

    def __eq__(self, other: object) -> bool:
        """Compare structure: same tests in the same places. See `equivalent` for functions."""
        return isinstance(other, DecisionTree) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.variable.tobytes(), self.label.tobytes()))

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy and unpickle through the constructor, which makes the arrays read-only."""
        return type(self), tuple(getattr(self, f.name) for f in fields(self) if f.init)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(depth={self.depth}, size={self.size})"

    @property
    def is_leaf(self) -> NDArray[np.bool_]:
        """Which nodes are leaves, shape (nodes,)."""
        return np.asarray(self.variable == LEAF)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return int(self.is_leaf.sum())

    @property
    def depth(self) -> int:
        """The largest number of tests on a path from the root to a leaf."""
        return max(map(len, self._paths))

    @property
    def variables(self) -> tuple[int, ...]:
        """The bits that the tree tests, in increasing order, each once."""
        return tuple(int(i) for i in np.unique(self.variable[~self.is_leaf]))

    def clauses(self) -> tuple[Clause, ...]:
        """Return the clause of each node, in the order of the nodes.

        Examples
        --------
        >>> tree = DecisionTree.split(3, DecisionTree.leaf(0), DecisionTree.leaf(1))
        >>> [str(clause) for clause in tree.clauses()]
        ['(always)', 'x3=0', 'x3=1']
        """
        return tuple(Clause(tuple(path.items())) for path in self._paths)

    def question(self, variable: int) -> tuple[str, str, str]:
        """Return the test of a bit in words: what is asked, and the answers for 0 and for 1.

        Examples
        --------
        >>> DecisionTree.leaf(1).question(3)
        ('x3', '0', '1')
        """
        return f"x{variable}", "0", "1"

    def condition(self, variable: int) -> tuple[str, int]:
        """Return the test of a bit as a condition, and the bit for which it holds.

        Examples
        --------
        >>> DecisionTree.leaf(1).condition(3)
        ('x3 = 0', 0)
        """
        return f"x{variable} = 0", 0

    def apply(self, X: ArrayLike) -> NDArray[np.int32]:
        """Return the leaf, as a node number, that each row of X (n, d) reaches; shape (n,).

        Raises
        ------
        ValueError
            If X is no table of 0s and 1s, or has fewer bits than the tree tests.
        """
        points = check_cube(X)
        if self.variable.max() >= points.shape[1]:
            raise ValueError(
                f"the tree tests bit {self.variable.max()}, "
                f"but X has the bits 0 to {points.shape[1] - 1}"
            )
        rows = np.arange(len(points))
        node = np.zeros(len(points), dtype=np.int32)
        for _ in range(self.depth):
            # At a leaf the tested bit reads -1, the last one; both children are the leaf itself.
            node = self.children[node, points[rows, self.variable[node]]]
        return node

    def predict(self, X: ArrayLike) -> NDArray[np.int8]:
        """Return the label of each row of X (n, d); shape (n,), dtype int8."""
        return self.label[self.apply(X)]

    def equivalent(self, other: DecisionTree) -> bool:
        """Tell whether two trees compute the same function, at every point of the cube.

        This is a proof and no estimate: it compares every leaf of one with every leaf of the
        other (see `disagreement`).

        Examples
        --------
        >>> zero, one = DecisionTree.leaf(0), DecisionTree.leaf(1)
        >>> DecisionTree.split(5, one, one).equivalent(one)
        True
        """
        return disagreement(self, other) == 0

    def to_text(self, *, labels: Sequence[str] = ("0", "1")) -> str:
        """Return the tree as nested rules.

        Parameters
        ----------
        labels : what to call the labels 0 and 1

        Examples
        --------
        >>> print(DecisionTree.split(3, DecisionTree.leaf(0), DecisionTree.leaf(1)).to_text())
        if x3 = 0:
            return 0
        else:
            return 1
        """

        def lines(node: int, indent: str) -> list[str]:
            if self.variable[node] == LEAF:
                return [f"{indent}return {labels[self.label[node]]}"]
            condition, bit = self.condition(int(self.variable[node]))
            return [
                f"{indent}if {condition}:",
                *lines(self.children[node, bit], indent + "    "),
                f"{indent}else:",
                *lines(self.children[node, 1 - bit], indent + "    "),
            ]

        return "\n".join(lines(0, ""))

    def to_dict(self) -> dict[str, Any]:
        """Return the tree as nested dictionaries of plain numbers.

        A leaf is ``{"label": 0}``; any other node is ``{"variable": 3, "if_zero": ..., "if_one":
        ...}``. `TREE_SCHEMA` is the JSON Schema of this form.
        """

        def form(node: int) -> dict[str, Any]:
            if self.variable[node] == LEAF:
                return {"label": int(self.label[node])}
            if_zero, if_one = self.children[node]
            return {
                "variable": int(self.variable[node]),
                "if_zero": form(if_zero),
                "if_one": form(if_one),
            }

        return form(0)

    @staticmethod
    def from_dict(form: dict[str, Any]) -> DecisionTree:
        """Read a tree from the form that `to_dict` writes.

        Raises
        ------
        ValueError
            If a node has neither a label nor the three entries of a test, or has both.

        Examples
        --------
        >>> DecisionTree.from_dict({"label": 1})
        DecisionTree(depth=0, size=1)
        """

        def look(node: Any) -> Any:
            if not isinstance(node, dict):
                raise ValueError(f"a node is a dictionary, but one is {node!r}")
            if set(node) == {"label"}:
                return node["label"]
            if set(node) == {"variable", "if_zero", "if_one"}:
                return node["variable"], node["if_zero"], node["if_one"]
            raise ValueError(
                "a node is {'label': 0 or 1} or {'variable': i, 'if_zero': node, 'if_one': node}, "
                f"but one has the entries {sorted(map(str, node))} (a tree that was stored with "
                "its literals is read by RuleTree.from_dict)"
            )

        return DecisionTree.grow(form, look)

    def to_json(self) -> str:
        """Return `to_dict` as one line of JSON."""
        return json.dumps(self.to_dict())

    @staticmethod
    def from_json(text: str) -> DecisionTree:
        """Read a tree from the text that `to_json` writes.

        Examples
        --------
        >>> tree = DecisionTree.split(3, DecisionTree.leaf(0), DecisionTree.leaf(1))
        >>> DecisionTree.from_json(tree.to_json()) == tree
        True
        """
        return DecisionTree.from_dict(json.loads(text))

    def to_graphviz(self, *, labels: Sequence[str] = ("0", "1")) -> str:
        """Return the tree in Graphviz's DOT language (a dashed edge is taken when the bit is 0).

        Parameters
        ----------
        labels : what to call the labels 0 and 1

        Examples
        --------
        >>> print(DecisionTree.leaf(1).to_graphviz())
        digraph tree {
          node0 [label="1" shape=box]
        }
        """
        lines = []
        for node, variable in enumerate(self.variable.tolist()):
            if variable == LEAF:
                lines.append(f"  node{node} [label={_quoted(labels[self.label[node]])} shape=box]")
            else:
                if_zero, if_one = self.children[node]
                asked, zero, one = map(_quoted, self.question(variable))
                lines.append(f"  node{node} [label={asked}]")
                lines.append(f"  node{node} -> node{if_zero} [label={zero} style=dashed]")
                lines.append(f"  node{node} -> node{if_one} [label={one}]")
        return "\n".join(["digraph tree {", *lines, "}"])


def _quoted(text: str) -> str:
    """Write a text as a string of the DOT language, which knows these two escapes."""
    escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _whole_numbers(name: str, given: NDArray[Any], dtype: type) -> NDArray[Any]:
    """Copy an array to an integer type, or say that a number does not fit it."""
    if given.dtype.kind in "biuf":
        with np.errstate(invalid="ignore"):
            array: NDArray[Any] = given.astype(dtype)
        if np.array_equal(array, given):
            return array
    raise ValueError(f"{name} must hold whole numbers (of type {np.dtype(dtype)}), not {given}")


def _preorder_paths(tree: DecisionTree) -> tuple[dict[int, int], ...]:
    """Walk the nodes in preorder, check them on the way, and return what each path fixes."""
    paths: list[dict[int, int]] = []
    todo: list[tuple[int, dict[int, int]]] = [(0, {})]
    while todo:
        node, path = todo.pop()
        if node != len(paths) or node >= len(tree.variable):
            raise ValueError(
                f"nodes must stand in preorder (node, its 0-subtree, its 1-subtree), but node "
                f"{node} was reached where {len(paths)} should stand; "
                "DecisionTree.split puts them in order"
            )
        paths.append(path)
        variable, label = int(tree.variable[node]), int(tree.label[node])
        if_zero, if_one = map(int, tree.children[node])
        if variable == LEAF:
            if label not in (0, 1) or (if_zero, if_one) != (node, node):
                raise ValueError(
                    f"leaf {node} needs label 0 or 1 and itself as both children, "
                    f"but has label {label} and children {if_zero}, {if_one}"
                )
        elif variable < 0:
            raise ValueError(f"a node tests a variable >= 0, but node {node} tests {variable}")
        elif variable in path:
            raise ValueError(
                f"bit {variable} is tested again below {Clause(tuple(path.items()))}, "
                "where it is known"
            )
        elif label != LEAF:
            raise ValueError(f"node {node} tests bit {variable}, so its label must be -1")
        else:
            todo += [(if_one, {**path, variable: 1}), (if_zero, {**path, variable: 0})]
    if len(paths) != len(tree.variable):
        raise ValueError(f"only {len(paths)} of {len(tree.variable)} nodes hang on the root")
    return tuple(paths)


def _overlaps(
    tree: DecisionTree, other: DecisionTree
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """List the pairs of leaves that share points but not labels, with their joint clause length.

    Two clauses share points unless they fix a bit to different values, and then they share
    exactly a fraction 2^-|union| of the cube. Both are matrix products of the tables of
    literals, one row for each leaf.
    """
    for one in (tree, other):
        if type(one) is not DecisionTree:
            raise TypeError(
                "only trees whose tests are independent bits are compared exactly, but one is a "
                f"{type(one).__name__}, whose literals may imply each other (age <= 30 implies "
                "age <= 50); compare its predictions on a table"
            )
    column = {variable: k for k, variable in enumerate({*tree.variables, *other.variables})}

    def literal_tables(t: DecisionTree) -> Any:
        leaves = np.flatnonzero(t.is_leaf)
        tables = np.zeros((2, len(leaves), len(column)), dtype=np.int64)
        for row, leaf in enumerate(leaves):
            for variable, value in t._paths[leaf].items():
                tables[value, row, column[variable]] = 1
        return tables, leaves

    ours, our_leaves = literal_tables(tree)
    theirs, their_leaves = literal_tables(other)
    conflict = ours[0] @ theirs[1].T + ours[1] @ theirs[0].T
    shared = ours[0] @ theirs[0].T + ours[1] @ theirs[1].T
    union = ours.sum((0, 2))[:, None] + theirs.sum((0, 2))[None, :] - shared
    differ = tree.label[our_leaves][:, None] != other.label[their_leaves][None, :]
    rows, columns = np.nonzero((conflict == 0) & differ)
    return our_leaves[rows], their_leaves[columns], union[rows, columns]


def disagreement(tree: DecisionTree, other: DecisionTree) -> Fraction:
    """Return the exact fraction of the cube on which two trees differ.

    Lemma `lem-tree-equality` of chapter 1: it is 0 if and only if the trees are the same
    function. The cost is a few products of matrices with one row for each leaf, whatever the
    number of bits.

    Examples
    --------
    >>> zero, one = DecisionTree.leaf(0), DecisionTree.leaf(1)
    >>> disagreement(DecisionTree.split(3, zero, one), DecisionTree.split(70, zero, one))
    Fraction(1, 2)
    """
    lengths, counts = np.unique(_overlaps(tree, other)[2], return_counts=True)
    pairs = zip(lengths.tolist(), counts.tolist(), strict=True)
    return sum((Fraction(count, 2**length) for length, count in pairs), Fraction(0))


def find_disagreement(tree: DecisionTree, other: DecisionTree) -> Clause | None:
    """Return a clause on all of whose points the two trees differ, or None if there is none.

    Examples
    --------
    >>> zero, one = DecisionTree.leaf(0), DecisionTree.leaf(1)
    >>> print(find_disagreement(DecisionTree.split(3, zero, one), zero))
    x3=1
    """
    ours, theirs, _ = _overlaps(tree, other)
    if len(ours) == 0:
        return None
    literals = {*tree.clauses()[ours[0]].literals, *other.clauses()[theirs[0]].literals}
    return Clause(tuple(literals))
