"""The process of one method of the benchmark, which `bench.measure` starts.

It reads the method and its case from its input and prints the row. On Linux it may not take more
memory than `bench.MEMORY`; no other system keeps to such a limit.
"""

from __future__ import annotations

import json
import sys

import bench
import torch


def answer(name: str, **case: object) -> bench.Row:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (bench.MEMORY, bench.MEMORY))
    torch.set_num_threads(1)
    return bench.copy(**case) if name == "affinitree" else bench.learn(method=name, **case)


if __name__ == "__main__":
    try:
        print(json.dumps(answer(**json.load(sys.stdin))))
    except MemoryError:
        sys.exit(bench.OUT_OF_MEMORY)
