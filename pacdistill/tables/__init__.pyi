from .literals import Literal as Literal, Literals as Literals, make_literals as make_literals
from .rules import RULE_TREE_SCHEMA as RULE_TREE_SCHEMA, RuleTree as RuleTree
