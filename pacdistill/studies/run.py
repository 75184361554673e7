"""Studies: one function of many cases, on one core, on all cores or on a cluster.

A study is a task, a list of cases and a file. Each result is written down as soon as it is there,
so an interrupted study loses nothing: the same call goes on where it stopped.
"""

from __future__ import annotations

import json
import os
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from joblib import Parallel, delayed
from tqdm.auto import tqdm

__all__ = ["run_study"]

Case = dict[str, Any]


def run_study(
    task: Callable[..., dict[str, Any]],
    cases: Sequence[Case],
    path: str | os.PathLike[str],
    *,
    n_jobs: int | None = None,
    progress: bool = False,
) -> list[dict[str, Any]]:
    """Run a task on every case, write each result when it is there, and go on after a stop.

    Where the cases run is joblib's matter: on one core; on all with ``n_jobs=-1``; on a Dask
    cluster inside ``with joblib.parallel_config(backend="dask")``. Only the process that calls
    writes to the file. A worker that dies on a cluster loses no result and doubles none; a
    case that it was at runs again.

    The file has one line of JSON for each result: the task's name, the case and the result.
    Cases in it are not run again, whether or not the task's code has changed since: delete the file
    to start anew. Results of other cases stay in it, so a study can grow.

    Parameters
    ----------
    task : a function that joblib can pickle; it is called with a case's entries as keyword
        arguments and returns a dictionary of plain values
    cases : different dictionaries of plain values: numbers, text, true, false, None, and lists and
        dictionaries of them
    path : of the file, in a folder that exists
    n_jobs : how many cases run at the same time, -1 for one on each core; what the active
        ``joblib.parallel_config`` says, or 1 without one, if not given
    progress : show a bar

    Returns
    -------
    the results, in the order of the cases, as they are read from the file

    Raises
    ------
    TypeError
        If the task has no name.
    ValueError
        If a case holds other than plain values or stands twice, or the file is not one of this
        task; nothing has run then.
    RuntimeError
        If the task failed on a case. All other cases have run and are written.

    Examples
    --------
    >>> import tempfile
    >>> def square(x): return {"square": x * x}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     first = run_study(square, [{"x": 3}], f"{folder}/squares.jsonl")
    ...     run_study(square, [{"x": 2}, {"x": 3}], f"{folder}/squares.jsonl")  # runs x = 2 alone
    [{'square': 4}, {'square': 9}]
    """
    name = getattr(task, "__qualname__", None)
    if name is None:
        raise TypeError(
            f"a task is a named function, by which its file is known, but it is {task!r}; "
            "write a function with `def`, and what is fixed into the cases"
        )
    keys = [_key(case) for case in cases]
    twice = [key for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise ValueError(f"a study runs each case once, but this one is given twice: {twice[0]}")

    results = _read_results(Path(path), name)
    missing = [(key, case) for key, case in zip(keys, cases, strict=True) if key not in results]
    failures: list[tuple[str, str]] = []
    # One case at a time: in a batch, a result would wait for the others to be written.
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered", batch_size=1)
    done = len(cases) - len(missing)
    bar = tqdm(total=len(cases), initial=done, desc=name, disable=not progress, leave=False)
    with bar, Path(path).open("a", encoding="utf-8", newline="\n") as file:
        for key, result, failure in parallel(delayed(_attempt)(task, *one) for one in missing):
            if failure is None:
                results[key] = json.loads(result)
                file.write(f'{{"task": {json.dumps(name)}, "case": {key}, "result": {result}}}\n')
                file.flush()
                os.fsync(file.fileno())
            else:
                failures.append((key, failure))
            bar.update()
    if failures:
        key, failure = failures[0]
        raise RuntimeError(
            f"{name} failed on {len(failures)} of {len(cases)} cases; the others are written to "
            f"{path}, and the same call runs the failed ones again. "
            f"On the case {key} it said:\n{failure}"
        )
    return [results[key] for key in keys]


def _key(case: Case) -> str:
    """Return a case as JSON, its entries sorted, or say that it is none."""
    if not isinstance(case, dict) or not all(isinstance(name, str) for name in case):
        raise ValueError(f"a case is a dictionary of keyword arguments, but one is {case!r}")
    key = _plain_json(case, "a case", sort=True)
    if json.loads(key) != case:
        raise ValueError(
            f"a case must be the same when it is read again from JSON, but {case!r} is not; "
            "give lists for tuples, and text as the names in dictionaries"
        )
    return key


def _plain_json(value: Any, what: str, *, sort: bool) -> str:
    try:
        return json.dumps(value, sort_keys=sort, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{what} holds plain finite values only, but {value!r} does not ({error}); "
            "float(x) and x.tolist() make plain values of NumPy's"
        ) from error


def _attempt(
    task: Callable[..., dict[str, Any]], key: str, case: Case
) -> tuple[str, str, str | None]:
    """Run one case: its key, its result as JSON and None, or else the text of the error."""
    try:
        result = task(**case)
        if not isinstance(result, dict):
            raise ValueError(f"a task returns a dictionary, but it returned {result!r}")
        return key, _plain_json(result, "a result", sort=False), None
    except Exception:
        return key, "", traceback.format_exc()


def _read_results(path: Path, name: str) -> dict[str, Any]:
    """Read what a study has found, by the JSON of the case; drop a last line that is not whole."""
    if not path.exists():
        return {}
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    results: dict[str, Any] = {}
    for number, text in enumerate(whole.decode("utf-8", errors="replace").splitlines(), start=1):
        try:
            line = json.loads(text)
            made_by, key, result = line["task"], _key(line["case"]), line["result"]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"line {number} of {path} is no result of a study: {text[:80]!r}; "
                "a study wants a file of its own"
            ) from error
        if made_by != name:
            raise ValueError(
                f"{path} holds results of the task {made_by}, not of {name}; "
                "give each study a file of its own"
            )
        if key in results:
            raise ValueError(
                f"{path} holds two results for the case {key}; "
                "two studies that run at the same time cannot share a file"
            )
        results[key] = result
    if len(whole) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return results
