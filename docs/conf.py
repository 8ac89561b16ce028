"""The site: Sphinx reads Markdown pages (MyST) and numpydoc docstrings. Nothing is fetched from a network.

`make docs` writes the generated pages first (`docs/make_cli_reference.py`, `docs/make_api_reference.py`), then builds
`build/docs` with warnings as errors.
"""

from importlib.metadata import version as installed_version

project = "relupoly"
author = "The relupoly developers"
version = release = installed_version("relupoly")

extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc"]
exclude_patterns = ["_static"]
html_theme = "furo"
html_title = f"relupoly {release}"
html_copy_source = False
html_show_copyright = False

# Anchors of headings as GitHub makes them, so that links work in both places.
myst_heading_anchors = 4
# What a command prints is shown as it is, though the lexer of terminal sessions does not know LaTeX.
suppress_warnings = ["misc.highlighting_failure"]

autodoc_typehints = "none"  # docstrings say the types in the field's words
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
default_role = "py:obj"  # what stands between backquotes in a docstring leads to it, where it is public
toc_object_entries_show_parents = "hide"
