"""The rules of the house that import contracts cannot say."""

import ast
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
PURE_PACKAGES = ("applications/policy", "lottery/ballot")
DOORS = {"views", "api", "management"}
CLOCKS = {"timezone.now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today"}
# The verifier checks signatures where these packages are installed, and says whether it did.
OPTIONAL = {
    ("lottery/ballot/verify_ballot.py", "cryptography"),
    ("lottery/ballot/verify_ballot.py", "py_arkworks_bls12381"),
}
EMPTY_NAMES = {"utils.py", "helpers.py", "misc.py", "common.py"}


def list_sources(*folders):
    """List the Python files of folders of the project, generated migrations left out."""
    paths = (path for folder in folders for path in (PROJECT / folder).rglob("*.py"))
    return sorted(path for path in paths if "migrations" not in path.parts)


def find_imports(path):
    """Return the dotted names that a file imports, wherever in it; relative ones made absolute."""
    package = path.relative_to(PROJECT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *((node.module,) if node.module else ())))
            yield from (f"{module}.{alias.name}" for alias in node.names)


def find_calls(path):
    """Return the last two names of every call, such as ``timezone.now``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ".".join(ast.unparse(node.func).split(".")[-2:])


def name(path):
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("package", PURE_PACKAGES)
def test_a_pure_package_imports_itself_and_the_standard_library_only(package):
    own = package.replace("/", ".")
    faults = [
        f"{name(path)} imports {imported}"
        for path in list_sources(package)
        for imported in find_imports(path)
        if not imported.startswith(f"{own}.")
        and imported.split(".")[0] not in sys.stdlib_module_names
        and (name(path), imported.split(".")[0]) not in OPTIONAL
    ]
    assert faults == []


def test_nothing_imports_the_module_random():
    sources = list_sources("applications", "lottery", "hos_portal", "tests", "benchmarks")
    faults = [
        name(path)
        for path in sources
        if any(imported.split(".")[0] == "random" for imported in find_imports(path))
    ]
    assert faults == []


def test_only_doors_and_tasks_read_the_clock():
    faults = [
        f"{name(path)} calls {call}()"
        for path in list_sources("applications", "lottery")
        if not DOORS.intersection(path.parts) and path.name != "tasks.py"
        for call in find_calls(path)
        if call in CLOCKS
    ]
    assert faults == []


def test_no_file_has_a_name_that_says_nothing():
    sources = list_sources("applications", "lottery", "hos_portal", "tests", "benchmarks")
    assert [name(path) for path in sources if path.name in EMPTY_NAMES] == []


@pytest.mark.parametrize("app", ["applications", "lottery"])
def test_the_init_of_an_app_is_empty(app):
    assert (PROJECT / app / "__init__.py").read_text() == ""


@pytest.mark.parametrize("lock", sorted((PROJECT / "requirements").glob("*.txt")), ids=name)
def test_a_lock_names_no_host_and_has_a_hash_for_every_package(lock):
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    packages = [line for line in text.splitlines() if "==" in line]
    assert packages
    assert all(line.endswith("\\") for line in packages)
    assert text.count("--hash=sha256:") >= len(packages)


def test_words_are_translated_under_names_that_makemessages_reads():
    """Under another name a text is not extracted: it would stay English for a reader of Chinese."""
    for path in list_sources("applications", "lottery", "hos_portal"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
                named = {alias.asname for alias in node.names}
                assert named <= {None, "_"}, f"{name(path)}: {named}"
