"""The reference of the library: what stands in the docstrings, made into a page.

A directive `{library}` names public objects of the package, whatever wing they stand in; autodoc
documents each of them under the name that a reader imports: `pacdistill.name` for what the door
shows, `pacdistill.samples.name` for what only a wing shows. The docstrings have the sections of
numpydoc in a lighter form ("name : what it is", with the text on the same line); they become
definition lists here. A name in backticks becomes a link where the page documents it, and so does
the label of a statement; `[Boi24]` becomes a citation where references.bib has that key. The
directive `{library-index}` lists all names of the page, by its sections.
"""

import inspect
import re
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from textwrap import dedent

from docutils import nodes
from docutils.statemachine import StringList
from pybtex.database import parse_file
from sphinx import addnodes
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.docutils import SphinxDirective

PACKAGE = "pacdistill"
ROOT = Path(__file__).resolve().parents[1]

SECTIONS = ("Parameters", "Attributes", "Returns", "Yields", "Raises", "Examples")
INLINE = re.compile(r"``[^`]+``|`(?P<name>[^`]+)`|\[(?P<key>[A-Z][A-Za-z+-]*\d\d\w?)\]", re.DOTALL)
PARAMETERS = re.compile(r"(?<=\(</span>)\s*<dl>\s*((?:<dd>.*?</dd>\s*)+)</dl>\s*(?=<span)")
LABEL = re.compile(r"(?:def|thm|lem|prop|cor)-[a-z0-9-]+")  # of a statement of the book
# What reStructuredText would read as markup, in text that means itself.
SPECIAL = re.compile(r"\\|\||\*\*|(?<=\w)_(?!\w)|(?<![\w*])\*(?![\w])|(?<=\s)\*(?=\s)")


GROUND = ("cube", "tree", "drawing", "planted", "ties", "learners")  # of no wing


def library():
    """The package of this repository."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return import_module(PACKAGE)


def wings():
    """The packages inside the package."""
    folder = Path(library().__file__).parent
    return sorted(path.parent.name for path in folder.glob("*/__init__.py"))


@cache
def public():
    """Every public name, and from where it is imported: from the door, if that shows it."""
    door = library()
    found = {}
    for part in (*wings(), *GROUND):
        for name in import_module(f"{PACKAGE}.{part}").__all__:
            place = PACKAGE if name in door.__all__ else f"{PACKAGE}.{part}"
            if name in found:
                raise LookupError(f"{name} is public in {found[name]} and in {place}")
            found[name] = place
    return found


def value_of(name):
    """The object of a public name."""
    return getattr(import_module(public()[name]), name)


def member(cls, name):
    """The method or property of a class that has a docstring of its own, and the class it is in."""
    for owner in cls.__mro__:
        value = vars(owner).get(name)
        if value is not None:
            return (owner, value) if documented(value) else None
    return None


def documented(value):
    """Tell whether a member of a class has an entry: a method or property of ours, documented."""
    value = getattr(value, "__func__", value)
    function = value.fget if isinstance(value, property) else value
    ours = inspect.isfunction(function) and function.__module__.startswith(f"{PACKAGE}.")
    return ours and bool(value.__doc__)


def entry(token, inside=""):
    """The full name of what a name in a docstring refers to; None if the page does not have it.

    `inside` is the class whose docstring it is, if any: its own members need no prefix.
    """
    name = token.removesuffix("()")
    for place in sorted({PACKAGE, *public().values()}, key=len, reverse=True):
        name = name.removeprefix(f"{place}.")
    head, _, rest = name.partition(".")
    if head in public() and not rest:
        return f"{public()[head]}.{head}"
    owner, attribute = (head, rest) if rest else (inside, head)
    cls = value_of(owner) if owner in public() else None
    found = member(cls, attribute) if inspect.isclass(cls) and attribute[:1] != "_" else None
    if found and found[0].__name__ in public():
        return f"{public()[found[0].__name__]}.{found[0].__name__}.{attribute}"
    return None


def escape(match):
    return "".join(f"\\{character}" for character in match[0])


def inline(text, inside="", keys=frozenset()):
    """A piece of a docstring as reStructuredText."""
    parts, end = [], 0
    for match in INLINE.finditer(text):
        parts.append(SPECIAL.sub(escape, text[end : match.start()]))
        made = match[0]
        if match["key"] in keys:
            made = f":cite:`{match['key']}`"
        elif match["name"] and LABEL.fullmatch(match["name"]):
            made = f":prf:ref:`{match['name']} <{match['name']}>`"
        elif match["name"]:
            full = entry(match["name"], inside)
            made = f":py:obj:`{match['name']} <{full}>`" if full else f"``{match['name']}``"
        # An escaped space is no space: markup may then touch the letters beside it.
        parts.append(f"\\ {made}\\ ")
        end = match.end()
    return "".join([*parts, SPECIAL.sub(escape, text[end:])])


def sections(lines):
    """A docstring as pairs of a section's title, '' for the text before all of them, and lines."""
    found = [("", [])]
    lines = list(lines)
    while lines:
        if lines[0] in SECTIONS and len(lines) > 1 and re.fullmatch("-{3,}", lines[1]):
            found.append((lines[0], []))
            lines = lines[2:]
        else:
            found[-1][1].append(lines.pop(0))
    return [(title, "\n".join(body).strip("\n").split("\n")) for title, body in found]


def items(lines):
    """The entries of a section: first lines without indentation, each with what is indented."""
    found = []
    for line in lines:
        if line[:1].strip() or not found:
            found.append([line])
        else:
            found[-1].append(line)
    return [(first, dedent("\n".join(rest)).rstrip("\n").split("\n")) for first, *rest in found]


def definitions(title, lines, inside, keys):
    """A section of entries as a definition list."""
    made = []
    for first, rest in items(lines):
        if title == "Raises" or " : " not in first:
            full = entry(first)
            term, text = f":py:obj:`{first} <{full}>`" if full else f"``{first}``", rest
        else:
            names, _, start = first.partition(" : ")
            term = ", ".join(f"``{name}``" for name in names.split(", "))
            text = [start, *rest]
        made += [
            term,
            *(f"    {line}" for line in inline("\n".join(text), inside, keys).split("\n")),
        ]
    return made


def reads(lines, inside="", keys=frozenset()):
    """A docstring as reStructuredText."""
    made = []
    for title, body in sections(lines):
        if title:
            made += ["", f".. rubric:: {'Example' if title == 'Examples' else title}", ""]
        if title in ("Parameters", "Attributes", "Raises"):
            made += definitions(title, body, inside, keys)
        elif title in ("Returns", "Yields") and (
            re.match(r"\w+(, \w+)* : ", body[0]) or any(line[:1] == " " for line in body)
        ):
            made += definitions(title, body, inside, keys)
        elif title in ("Returns", "Yields"):
            text = "\n".join(body)
            name = re.match(r"[A-Z]\w+", text)
            text = f"`{name[0]}`{text[name.end() :]}" if name and entry(name[0]) else text
            made += inline(text, inside, keys).split("\n")
        elif title == "Examples":
            made += body
        else:
            made += inline("\n".join(body), inside, keys).split("\n")
    return [*made, ""]


def docstring_of_data(name):
    """What is said below the assignment of a public name that is no class or function."""
    value_of(name)
    for module in [m for m in sys.modules if m.startswith(f"{PACKAGE}.")]:
        if name in getattr(sys.modules[module], "__all__", ()):
            said = ModuleAnalyzer.for_module(module).find_attr_docs()
            if ("", name) in said:
                return said["", name]
    raise LookupError(f"{name} has no docstring below its assignment")


def on_docstring(app, what, name, obj, options, lines):
    if not name.startswith(f"{PACKAGE}."):
        return
    owner = next(part for part in name.split(".") if part in public())
    inside = owner if inspect.isclass(value_of(owner)) else ""
    lines[:] = reads(lines, inside, app.env.pacdistill_keys)


def on_member(app, what, name, obj, skip, options):
    """Of a class's members only methods and properties: what it holds is said in its docstring."""
    if what != "class":
        return None
    return name.startswith("_") or not documented(obj)


def on_bases(app, name, obj, options, bases):
    """Name the public classes that a class extends, under the names that the page has for them."""
    names = [b.__name__ for b in bases if b.__name__ in public()]
    bases[:] = [f":py:class:`{public()[name]}.{name}`" for name in names]


def kind(value):
    """Which directive of autodoc documents a value, and with which options."""
    if inspect.isclass(value) and issubclass(value, BaseException):
        return "autoexception", []
    if inspect.isclass(value):
        extends = any(base.__name__ in public() for base in value.__bases__)
        return "autoclass", [":members:", *([":show-inheritance:"] if extends else [])]
    return "autofunction", []


class Library(SphinxDirective):
    """The entries of the public names that stand in the content."""

    has_content = True

    def run(self):
        lines = ["```{eval-rst}"]
        for name in " ".join(self.content).split():
            if name not in public():
                raise self.error(f"{PACKAGE} has no public name {name}")
            lines += [f".. py:currentmodule:: {public()[name]}", ""]
            value = value_of(name)
            if inspect.isclass(value) or inspect.isroutine(value):
                directive, body = kind(value)
            else:
                directive, body = "py:data", ["", *reads(docstring_of_data(name))]
            lines += [f".. {directive}:: {name}", *(f"   {line}" for line in body), ""]
        holder = nodes.Element()
        made = StringList([*lines, "```"], source=self.get_source_info()[0])
        self.state.nested_parse(made, self.content_offset, holder)
        return holder.children


class library_index(nodes.General, nodes.Element):  # noqa: N801 (a node of docutils)
    """Where the index will stand."""


class LibraryIndex(SphinxDirective):
    """All names of the page, each a link to its entry."""

    def run(self):
        return [library_index()]


def fill_index(app, doctree):
    for place in list(doctree.findall(library_index)):
        made = nodes.definition_list(classes=["pd-library-index"])
        for section in doctree.findall(nodes.section):
            entries = [node for node in section.children if isinstance(node, addnodes.desc)]
            if not entries:
                continue
            line = nodes.paragraph()
            for described in entries:
                signature = described[0]
                link = nodes.reference("", "", internal=True, refid=signature["ids"][0])
                link += nodes.literal("", signature["fullname"])
                line += [link, nodes.Text(" ")]
            title = nodes.reference("", "", internal=True, refid=section["ids"][0])
            title += nodes.Text(section[0].astext())
            made += nodes.definition_list_item(
                "", nodes.term("", "", title), nodes.definition("", line)
            )
        place.replace_self(made)


def set_parameters(app, pagename, templatename, context, doctree):
    """Set a long signature's parameters as lines: Sphinx makes a list of definitions of no term."""
    body = context.get("body") or ""
    if '<dl class="py ' in body:
        context["body"] = PARAMETERS.sub(
            lambda match: re.sub(
                r"<dd>(.*?)</dd>", r'<span class="pd-parameter">\1</span>', match[1]
            ),
            body,
        )


def source_of(domain, info):
    """Where the source of an entry is read: for sphinx.ext.linkcode."""
    value = import_module(info["module"])
    for part in info["fullname"].split("."):
        value = inspect.getattr_static(value, part)
        value = getattr(value, "fget", getattr(value, "__func__", value))
        value = inspect.unwrap(value)
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        return None
    lines, start = inspect.getsourcelines(value)
    path = Path(inspect.getsourcefile(value)).relative_to(Path(library().__file__).parents[1])
    last = start + len(lines) - 1
    return f"{source_of.repository}/blob/{source_of.branch}/{path.as_posix()}#L{start}-L{last}"


def prepare(app, config):
    source_of.repository = config.html_theme_options.get("repository_url", "")
    source_of.branch = config.html_theme_options.get("repository_branch", "main")
    config.linkcode_resolve = source_of
    library()


def read_keys(app, env, docnames):
    """The keys of the bibliography."""
    files = [Path(app.srcdir) / name for name in app.config.bibtex_bibfiles]
    env.pacdistill_keys = {key for path in files for key in parse_file(path).entries}


def setup(app):
    for extension in ("sphinx.ext.autodoc", "sphinx.ext.linkcode"):
        app.setup_extension(extension)
    app.add_directive("library", Library)
    app.add_directive("library-index", LibraryIndex)
    app.add_node(library_index)
    app.connect("config-inited", prepare)
    app.connect("env-before-read-docs", read_keys)
    app.connect("autodoc-process-docstring", on_docstring)
    app.connect("autodoc-skip-member", on_member)
    app.connect("autodoc-process-bases", on_bases)
    # After autodoc made the entries, before linkcode adds to their signatures what is no name.
    app.connect("doctree-read", fill_index, priority=400)
    app.connect("html-page-context", set_parameters)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
