"""Run notebooks from the first cell to the last and store their outputs in place.

What is stored is the same on every run: no timings, no versions of the machine, no widget state.
A notebook whose cell fails is left as it was, and the error is printed.
"""

import argparse
import re
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import zmq
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.output_widget import OutputWidget
from nbformat import NotebookNode

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNELSPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}


class ListeningOutputWidget(OutputWidget):
    """nbclient's output widget, which sends to the kernel while a reply may be on its way.

    It sends past asyncio, and ZeroMQ signals a waiting reply only once: sending swallows the
    signal, and the reply is never read. Asking the socket for its events finds it.
    """

    def send(self, *arguments: Any, **options: Any) -> None:
        super().send(*arguments, **options)
        self.kernel_client.shell_channel.socket.get(zmq.EVENTS)


def merge_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Join neighboring pieces of one stream: where the kernel cut them is chance."""
    merged: list[NotebookNode] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            last.text += output.text
        else:
            merged.append(output)
    return merged


def normalize(notebook: NotebookNode) -> None:
    """Remove what differs between two runs of the same notebook."""
    notebook.metadata = NotebookNode(
        {
            **{k: v for k, v in notebook.metadata.items() if k != "widgets"},
            "kernelspec": KERNELSPEC,
            "language_info": LANGUAGE_INFO,
        }
    )
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        # A widget lives in its kernel: stored, it would be a dead placeholder.
        cell.outputs = merge_streams(
            [output for output in cell.outputs if WIDGET_VIEW not in output.get("data", {})]
        )


def readable(error: Exception) -> str:
    """Give the error of a cell without the colors of the terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()


def execute(path: Path, timeout: int) -> None:
    """Run one notebook and write it back."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=timeout,
        kernel_name="python3",
        # The kernel warns of its open port, which only this machine reaches.
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.widget_registry["@jupyter-widgets/output"]["OutputModel"] = ListeningOutputWidget
    client.execute()
    normalize(notebook)
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--timeout", type=int, default=600, help="seconds for one cell")
    arguments = parser.parse_args(argv)
    failed = 0
    for path in arguments.notebooks:
        start = time.monotonic()
        print(f"{path} ...", flush=True)
        try:
            execute(path, arguments.timeout)
        except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError) as error:
            failed += 1
            print(f"{path} FAILED, and was left as it was:\n{readable(error)}", file=sys.stderr)
        else:
            print(f"{path} stored after {time.monotonic() - start:.1f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
