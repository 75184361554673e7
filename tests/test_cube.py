"""Points, characters and clauses, against loops over the cube."""

import itertools

import numpy as np
import pytest
from scipy.stats import binomtest

from pacdistill import Clause, enumerate_cube, sample_cube
from pacdistill.cube import character, check_cube


def all_clauses(d):
    """Every clause on d bits: each bit is free, 0 or 1."""
    for values in itertools.product((None, 0, 1), repeat=d):
        yield tuple((i, v) for i, v in enumerate(values) if v is not None)


# --- check_cube


@pytest.mark.parametrize(
    "X",
    [
        [[0, 1], [1, 0]],
        [[0.0, 1.0], [1.0, -0.0]],
        [[False, True], [True, False]],
        [[0, True], [1.0, 0]],
        ((0, 1), (1, 0)),
        np.array([[0, 1], [1, 0]], dtype=object),
        *(np.array([[0, 1], [1, 0]], dtype=t) for t in ("?", "i1", "u1", "i8", "u8", "f2", "f8")),
    ],
)
def test_zeros_and_ones_of_any_type_become_uint8(X):
    table = check_cube(X)
    assert table.dtype == np.uint8
    assert table.tolist() == [[0, 1], [1, 0]]


def test_a_uint8_table_is_not_copied():
    X = np.array([[0, 1]], dtype=np.uint8)
    assert check_cube(X) is X


def test_a_table_is_never_changed():
    X = np.array([[0.0, 1.0]])
    check_cube(X)[0, 0] = 1
    assert X.tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize(
    "X",
    [
        np.zeros((4, 6), np.uint8)[::-1, ::2],
        np.asfortranarray(np.eye(3, dtype=np.uint8)),
        np.broadcast_to(np.uint8(1), (3, 2)),
    ],
)
def test_any_layout_in_memory_is_a_table(X):
    assert np.array_equal(check_cube(X), X)


@pytest.mark.parametrize("X", [0, [0, 1], np.zeros((2, 2, 2)), []])
def test_what_has_not_two_axes_is_no_table(X):
    with pytest.raises(ValueError, match=r"X must be a table of shape \(n, d\).*x\[None, :\]"):
        check_cube(X)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
@pytest.mark.parametrize("dtype", [np.uint8, bool, float])
def test_a_table_has_a_row_and_a_column(shape, dtype):
    with pytest.raises(ValueError, match="X must have a row and a column"):
        check_cube(np.zeros(shape, dtype))


@pytest.mark.parametrize("bad", [2, -1, 0.5, 1 + 1e-9, np.nan, np.inf, -np.inf, 255])
def test_the_first_entry_that_is_no_bit_is_named(bad):
    X = np.zeros((3, 2))
    X[1, 1] = X[2, 0] = bad
    with pytest.raises(ValueError, match=r"X must hold only 0 and 1, but X\[1, 1\] = .*\(x \+ 1\)"):
        check_cube(X)


@pytest.mark.parametrize("X", [[["0", "1"]], [["a", "b"]], [[None, 1]], [[[0], [1]], [[0], 1]]])
def test_what_holds_no_numbers_is_refused(X):
    with pytest.raises(ValueError, match=r"X must|inhomogeneous"):
        check_cube(np.array(X, dtype=object) if None in X[0] else X)


def test_the_table_is_called_by_its_name():
    with pytest.raises(ValueError, match=r"fresh must hold only 0 and 1, but fresh\[0, 1\] = 3"):
        check_cube([[0, 3]], "fresh")
    with pytest.raises(ValueError, match="fresh must be a table"):
        check_cube([0, 1], "fresh")
    with pytest.raises(ValueError, match="fresh must have a row"):
        check_cube(np.zeros((0, 1)), "fresh")


# --- sample_cube and enumerate_cube


@pytest.mark.parametrize(("n", "d"), [(1, 1), (1, 70), (70, 1), (13, 5)])
def test_a_sample_is_a_table_of_bits(n, d):
    X = sample_cube(n, d, np.random.default_rng(0))
    assert X.shape == (n, d)
    assert X.dtype == np.uint8
    assert np.isin(X, (0, 1)).all()


def test_the_seed_decides_the_sample():
    def draw(seed):
        return sample_cube(50, 20, np.random.default_rng(seed))

    assert np.array_equal(draw(3), draw(3))
    assert not np.array_equal(draw(3), draw(4))


def test_two_draws_of_one_generator_differ():
    rng = np.random.default_rng(0)
    assert not np.array_equal(sample_cube(50, 20, rng), sample_cube(50, 20, rng))


@pytest.mark.parametrize("bias", [0.02, 0.35, 0.5, 0.9])
def test_a_bit_is_one_with_the_given_probability(bias):
    n, d = 20_000, 5
    X = sample_cube(n, d, np.random.default_rng(7), bias=bias)
    for column in X.T:  # a fair sampler fails here for 1 seed in 20,000
        assert binomtest(int(column.sum()), n, bias).pvalue > 1e-5


def test_bits_and_points_are_uncorrelated():
    n = 20_000
    signs = 1.0 - 2.0 * sample_cube(n, 8, np.random.default_rng(0))
    correlation = signs.T @ signs / n
    assert np.abs(correlation - np.eye(8)).max() < 5 / np.sqrt(n)
    assert np.abs((signs[1:] * signs[:-1]).mean(axis=0)).max() < 5 / np.sqrt(n)


def test_bias_zero_and_one_are_constant():
    rng = np.random.default_rng(0)
    assert sample_cube(1000, 100, rng, bias=0).max() == 0
    assert sample_cube(1000, 100, rng, bias=1).min() == 1


@pytest.mark.parametrize(("n", "d"), [(0, 3), (3, 0), (-1, 3), (3, -1)])
def test_a_sample_needs_a_point_and_a_bit(n, d):
    with pytest.raises(ValueError, match=f"n >= 1 points and d >= 1 bits, but n = {n} and d = {d}"):
        sample_cube(n, d, np.random.default_rng(0))


@pytest.mark.parametrize("bias", [-0.1, 1.1, float("nan"), float("inf")])
def test_a_bias_is_a_probability(bias):
    with pytest.raises(ValueError, match="bias is the probability"):
        sample_cube(2, 2, np.random.default_rng(0), bias=bias)


@pytest.mark.parametrize("d", [1, 2, 3, 7, 11])
def test_the_cube_is_listed_in_the_order_of_its_numbers(d):
    X = enumerate_cube(d)
    assert X.dtype == np.uint8
    assert X.tolist() == [list(point) for point in itertools.product((0, 1), repeat=d)]


@pytest.mark.parametrize("d", [0, -1, 25, 1000])
def test_a_cube_is_listed_for_1_to_24_bits(d):
    with pytest.raises(ValueError, match=f"1 <= d <= 24 only, but d = {d}; .*sample_cube"):
        enumerate_cube(d)


# --- character


def test_a_character_is_minus_one_to_the_sum():
    X = enumerate_cube(5)
    for k in range(6):
        for variables in itertools.combinations(range(5), k):
            expected = [(-1) ** sum(int(x[i]) for i in variables) for x in X]
            values = character(X, variables)
            assert values.dtype == np.int8
            assert values.tolist() == expected


def test_characters_are_orthonormal():
    X = enumerate_cube(5)
    subsets = [s for k in range(6) for s in itertools.combinations(range(5), k)]
    table = np.array([character(X, s) for s in subsets], dtype=int)
    assert np.array_equal(table @ table.T, 32 * np.eye(32, dtype=int))


def test_a_character_of_more_than_255_bits_does_not_overflow():
    X = np.ones((2, 257), np.uint8)
    assert character(X, tuple(range(256))).tolist() == [1, 1]
    assert character(X, tuple(range(257))).tolist() == [-1, -1]


def test_a_character_is_of_points_of_the_cube():
    with pytest.raises(ValueError, match="only 0 and 1"):
        character([[0, 2]], (0,))


@pytest.mark.parametrize("variables", [(5,), (2,), (-1,), (0, -2), (0, 0), (1, 0, 1)])
def test_a_character_is_of_a_set_of_bits_that_are_there(variables):
    with pytest.raises(ValueError, match="variables is a set of bits from 0 to 1"):
        character([[0, 1]], variables)


# --- Clause


def test_clauses_are_equal_in_every_order_of_their_literals():
    literals = ((4, 1), (0, 0), (17, 1))
    clauses = {Clause(order) for order in itertools.permutations(literals)}
    assert clauses == {Clause(literals)}
    assert Clause(literals).literals == ((0, 0), (4, 1), (17, 1))


def test_different_clauses_are_not_equal():
    clauses = [Clause(literals) for literals in all_clauses(3)]
    assert len(set(clauses)) == len(clauses) == 27
    assert Clause(((0, 1),)) != ((0, 1),)


def test_literals_are_stored_as_plain_integers():
    clause = Clause(((np.int64(3), np.uint8(1)), (np.int32(1), np.bool_(False))))
    assert clause == Clause(((3, 1), (1, 0)))
    assert hash(clause) == hash(Clause(((3, 1), (1, 0))))
    assert {type(entry) for literal in clause.literals for entry in literal} == {int}


def test_a_clause_is_frozen():
    with pytest.raises(AttributeError):
        Clause(((0, 1),)).literals = ()


def test_a_clause_knows_its_length_variables_and_name():
    clause = Clause(((17, 0), (3, 1)))
    assert (len(clause), clause.variables, str(clause)) == (2, (3, 17), "x3=1 x17=0")
    assert (len(Clause()), Clause().variables, str(Clause())) == (0, (), "(always)")


def test_clauses_are_ordered_as_their_literals():
    literals = list(all_clauses(3))
    ordered = sorted(Clause(found) for found in literals)
    assert [clause.literals for clause in ordered] == sorted(literals)


def test_to_extend_is_to_add_a_literal():
    assert Clause().extend(3, 1).extend(1, 0) == Clause(((1, 0), (3, 1)))


def test_to_extend_leaves_the_clause_as_it_was():
    clause = Clause(((3, 1),))
    clause.extend(1, 0)
    assert clause == Clause(((3, 1),))


@pytest.mark.parametrize("value", [0, 1])
def test_a_fixed_variable_is_not_fixed_again(value):
    with pytest.raises(ValueError, match="a clause fixes each variable once"):
        Clause(((3, 1),)).extend(3, value)
    with pytest.raises(ValueError, match="a clause fixes each variable once"):
        Clause(((3, 1), (3, value)))


@pytest.mark.parametrize("literal", [(-1, 0), (0, 2), (0, -1)])
def test_a_literal_is_a_variable_and_a_bit(literal):
    with pytest.raises(ValueError, match=r"variable >= 0, value 0 or 1"):
        Clause((literal,))
    with pytest.raises(ValueError, match=r"variable >= 0, value 0 or 1"):
        Clause().extend(*literal)


@pytest.mark.parametrize("literal", [(0.9, 1), (0, 0.5), ("0", 1), (0, "1"), (None, 1), (0, None)])
def test_a_literal_holds_whole_numbers(literal):
    with pytest.raises((ValueError, TypeError)):
        Clause((literal,))
    with pytest.raises((ValueError, TypeError)):
        Clause().extend(*literal)


def test_a_clause_holds_where_all_its_literals_do():
    X = enumerate_cube(4)
    for literals in all_clauses(4):
        expected = [all(x[i] == v for i, v in literals) for x in X]
        held = Clause(literals).holds(X)
        assert held.dtype == np.bool_
        assert held.tolist() == expected


def test_a_clause_of_k_literals_holds_on_a_fraction_of_2_to_the_minus_k():
    X = enumerate_cube(5)
    for literals in all_clauses(5):
        assert Clause(literals).holds(X).sum() == 2 ** (5 - len(literals))


def test_the_halves_of_a_clause_partition_it():
    X = enumerate_cube(4)
    clause = Clause(((2, 1),))
    halves = [clause.extend(0, v).holds(X) for v in (0, 1)]
    assert not (halves[0] & halves[1]).any()
    assert np.array_equal(halves[0] | halves[1], clause.holds(X))


def test_a_clause_needs_its_bits():
    assert Clause(((1, 1),)).holds([[0, 1]]).tolist() == [True]
    with pytest.raises(ValueError, match=r"x2=1 needs bit 2, but X has the bits 0 to 1"):
        Clause(((2, 1),)).holds([[0, 1]])


def test_a_clause_holds_at_points_of_the_cube_only():
    with pytest.raises(ValueError, match="only 0 and 1"):
        Clause().holds([[0, 2]])
    with pytest.raises(ValueError, match="must be a table"):
        Clause(((0, 1),)).holds([0, 1])
