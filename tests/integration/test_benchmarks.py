"""The benchmarks run, on a database of their own, and leave nothing behind."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
SUBJECTS = {"submission", "pages", "screening", "counts", "import", "ballot", "ballot-sql", "pdf"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    results = tmp_path_factory.mktemp("benchmarks") / "latest.json"
    command = [sys.executable, "-m", "benchmarks", "--applications", "200", "--rounds", "1"]
    process = subprocess.run(
        [*command, "--results", str(results)], cwd=PROJECT, capture_output=True, text=True
    )
    assert process.returncode == 0, process.stderr
    return process.stdout, json.loads(results.read_text())


def test_each_subject_prints_a_ratio(run):
    header, _, *rows = [line.split("|")[1:-1] for line in run[0].splitlines()]
    ratio = [cell.strip() for cell in header].index("ratio")
    assert {row[0].strip() for row in rows} == SUBJECTS
    assert all(float(row[ratio]) > 0 for row in rows)


def test_the_results_hold_every_round_of_both_sides(run):
    comparisons = run[1]["comparisons"]
    assert {comparison["subject"] for comparison in comparisons} == SUBJECTS
    for comparison in comparisons:
        assert len(comparison["samples"]) == len(comparison["floor_samples"]) == 1


def test_its_database_is_gone_afterwards(run):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        query = "SELECT FROM pg_database WHERE datname = %s"
        assert connection.execute(query, [run[1]["database"]]).fetchone() is None
