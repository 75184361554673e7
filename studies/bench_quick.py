"""The benchmark on a small network, to see that it runs; not to be cited.

.venv/bin/python studies/bench_quick.py    (a minute; it writes into _build)
"""

from __future__ import annotations

from bench import METHODS, benchmark
from harness import BUILD, main

from pacdistill.studies import Study


def study() -> Study:
    return benchmark(
        [{"tree": "random", "depth": 3, "d": 20, "curriculum": [[0.5, 400]], "beam": 10}],
        name="bench-quick",
        command="python studies/bench_quick.py",
        methods=list(METHODS),
        seeds=3,
        cap=20,
        limit=2,
        copies={"d": 6, "widths": [1, 2, 3, 4], "steps": 200},
    )


if __name__ == "__main__":
    main(study(), BUILD)
