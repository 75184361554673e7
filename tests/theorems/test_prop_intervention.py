"""Proposition prop-intervention: all functions, all pairs of maps of small domains, exactly."""

from itertools import product

import numpy as np

POINTS = 3
FUNCTIONS = np.array(list(product((0, 1), repeat=POINTS)))
MAPS = np.array(list(product(range(POINTS), repeat=POINTS)))
MASSES = [
    np.array(masses)  # in sixths
    for masses in product(range(7), repeat=POINTS)
    if sum(masses) == 6 and masses[0] <= masses[1]
]


def changes(h, one, two, masses):
    return int(masses[h[one] != h[two]].sum())


def apart(f, g, one, masses):
    """1 minus the fidelity after the intervention."""
    return int(masses[f[one] != g[one]].sum())


def test_changes_differ_at_most_by_the_two_disagreements():
    tight = 0
    for masses in MASSES[::3]:
        for one, two in product(MAPS[::4], MAPS[::5]):
            for f, g in product(FUNCTIONS, FUNCTIONS):
                gap = abs(changes(f, one, two, masses) - changes(g, one, two, masses))
                first, second = apart(f, g, one, masses), apart(f, g, two, masses)
                assert gap <= first + second
                tight += gap == first + second and first > 0 and second > 0
    assert tight > 0  # both terms, with the factor 1


def test_one_of_the_two_terms_is_not_enough():
    masses, here, there = np.array([6, 0, 0]), np.array([0, 1, 2]), np.array([1, 1, 2])
    f, g = np.array([0, 1, 0]), np.array([0, 0, 0])
    assert apart(f, g, here, masses) == 0  # the fidelity under D is 1
    assert changes(g, here, there, masses) == 0
    assert changes(f, here, there, masses) == 6  # part 2: and the network always changes its mind


def test_for_every_tree_that_does_not_look_there_is_such_a_network():
    """Part 2 for all g: if the map leaves the support of D, f agrees with g there and changes."""
    for masses in MASSES:
        support = np.flatnonzero(masses)
        for there in MAPS:
            if np.isin(there[support], support).any():
                continue
            for g in FUNCTIONS:
                if (g[there[support]] != g[support]).any():
                    continue  # g looks at what is changed
                f = g.copy()
                f[there[support]] = 1 - g[there[support]]
                here = np.arange(POINTS)
                assert apart(f, g, here, masses) == 0
                assert changes(f, here, there, masses) == 6
