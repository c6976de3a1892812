"""How Sphinx builds the documentation."""

import sys
import tomllib
from pathlib import Path

pyproject = Path(__file__).parents[1] / "pyproject.toml"
metadata = tomllib.loads(pyproject.read_text("utf-8"))["project"]

project = metadata["name"]
author = metadata["authors"][0]["name"]
version = release = metadata["version"]
copyright = f"2026, {author}"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
]
# What a reader copies is what is typed, without prompts and what came out.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
exclude_patterns = ["_build", "examples"]

html_theme = "furo"
html_title = f"{project} {version}"

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = False
python_maximum_signature_line_length = 88

# Words such as "units" in the description of a parameter are names of attributes elsewhere, of several
# classes; that is no broken reference. CSV has no highlighter.
suppress_warnings = ["ref.python", "misc.highlighting_failure"]


def skip_routing(app, what, name, obj, skip, options):
    """Leave out the methods that scikit-learn adds to every estimator for metadata routing."""
    return True if name.startswith("set_") and name.endswith("_request") else None


def draw_gallery(app):
    """Make the pictures of the gallery, which no commit holds."""
    sys.path.insert(0, str(pyproject.parent))
    from scripts.gallery import draw_pictures

    draw_pictures()


def setup(app):
    app.connect("builder-inited", draw_gallery)
    app.connect("autodoc-skip-member", skip_routing)
