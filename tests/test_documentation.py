"""The README names every setting, every public code and every command; its links lead somewhere."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")
APPS = [PROJECT / name for name in ("hos_portal", "applications", "lottery")]
SOURCES = [path for app in APPS for path in sorted(app.rglob("*.py"))]


def find_in_sources(pattern, paths=SOURCES):
    return sorted({hit for path in paths for hit in re.findall(pattern, path.read_text("utf-8"))})


SETTINGS = find_in_sources(r'\bread_[a-z_]+\(\s*"([A-Z]+(?:_[A-Z]+)+)"')
REFUSAL_CODES = find_in_sources(r'\n\s+code = "([A-Z_]+)"')
COMMANDS = sorted(
    path.stem
    for app in APPS
    for path in app.glob("management/commands/*.py")
    if path.stem != "__init__"
)


def test_the_lists_are_not_empty():
    assert len(SETTINGS) > 15
    assert len(REFUSAL_CODES) > 15
    assert len(COMMANDS) > 8


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_readme_explains_each_setting(setting):
    assert f"| `{setting}` |" in README


@pytest.mark.parametrize("code", REFUSAL_CODES)
def test_the_readme_explains_each_refusal(code):
    assert f"| `{code}` |" in README


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_shows_each_command(command):
    assert re.search(rf"^\| `{command}[ `]", README, re.MULTILINE)


def test_the_readme_keeps_its_order():
    headings = re.findall(r"^## (.+)$", README, re.MULTILINE)
    assert headings == [
        "Run it",
        "The words",
        "How to verify a draw yourself",
        "Picture",
        "Configuration",
        "Errors",
        "Decisions",
    ]


@pytest.mark.parametrize(
    "document", sorted(path for path in PROJECT.glob("*.md")), ids=lambda path: path.name
)
def test_every_link_to_a_file_leads_somewhere(document):
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8"))
    assert [target for target in targets if not (document.parent / target).exists()] == []
