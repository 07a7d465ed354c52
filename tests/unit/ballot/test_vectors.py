"""Known answers: three whole transcripts made before this software, with every value."""

import pytest

from lottery.ballot.allocation import (
    allocate,
    parse_allocation_line,
    parse_dispositions,
    render_allocation_line,
    render_dispositions,
)
from lottery.ballot.canonical import read_lines, read_text
from lottery.ballot.ceremony import check_ceremony, parse_ceremony, render_ceremony
from lottery.ballot.commitment import (
    commit,
    hash_commitment,
    parse_commitment,
    render_commitment,
)
from lottery.ballot.merkle import build_inclusion_proof, hash_leaf
from lottery.ballot.parameters import parse_parameters, render_parameters
from lottery.ballot.ranking import (
    compute_ticket,
    order_groups,
    parse_ranking_line,
    rank,
    render_ranking_line,
)
from lottery.ballot.register import parse_register_lines, render_register_line
from lottery.ballot.transcript import DATA_FILE_NAMES, SUMS, write_transcript
from tests.unit.ballot.builders import VECTOR_NAMES, VECTORS


@pytest.fixture(params=VECTOR_NAMES)
def vector(request):
    return VECTORS / request.param


@pytest.fixture
def values(vector):
    """The intermediate values of vectors.txt, split into words."""
    return [line.split() for line in read_text(vector / "vectors.txt").splitlines()]


def list_lines(vector, name):
    return list(read_lines(vector / name))


def test_the_orders_are_all_there():
    orders = {parse_parameters(read_text(VECTORS / n / "params.txt")).order for n in VECTOR_NAMES}
    assert orders == {"last2:balls", "last2:seed", "ticket"}


def test_parameters_are_read_and_written_alike(vector):
    text = read_text(vector / "params.txt")
    assert render_parameters(parse_parameters(text)) == text


def test_the_register_is_read_and_written_alike(vector):
    lines = list_lines(vector, "register.txt")
    assert [render_register_line(line) for line in parse_register_lines(lines)] == lines


def test_the_commitment_follows_from_parameters_and_register(vector, values):
    lines = list_lines(vector, "register.txt")
    commitment = commit(read_text(vector / "params.txt"), lines)
    text = read_text(vector / "commitment.txt")
    assert render_commitment(commitment) == text
    assert parse_commitment(text) == commitment
    assert [f"C={hash_commitment(text)}"] in values


def test_the_ceremony_is_read_checked_and_written_alike(vector, values):
    text = read_text(vector / "ceremony.txt")
    ceremony = parse_ceremony(text)
    parameters = parse_parameters(read_text(vector / "params.txt"))
    commitment_hex = hash_commitment(read_text(vector / "commitment.txt"))
    answer = check_ceremony(ceremony, parameters, commitment_hex)
    assert render_ceremony(ceremony) == text
    assert [f"K={ceremony.seed}"] in values
    assert (answer == "NO_BEACON") == (parameters.beacon is None)


def test_every_leaf_is_known(vector, values):
    leaves = {line[:8]: hash_leaf(line).hex() for line in list_lines(vector, "register.txt")}
    assert leaves == {words[1]: words[2] for words in values if words[0] == "leaf"}


def test_the_inclusion_proof_is_known(vector, values):
    leaves = [hash_leaf(line) for line in list_lines(vector, "register.txt")]
    words = next(words for words in values if words[0] == "inclusion")
    assert [node.hex() for node in build_inclusion_proof(leaves, int(words[1]))] == words[5:]


def test_every_ticket_is_known(vector, values):
    seed = parse_ceremony(read_text(vector / "ceremony.txt")).seed
    tickets = {words[1]: words[2] for words in values if words[0] == "ticket"}
    assert len(tickets) == 10
    assert {ballot: compute_ticket(seed, ballot) for ballot in tickets} == tickets


def test_the_groups_of_last2_seed_are_known():
    vector = VECTORS / "last2-seed"
    seed = parse_ceremony(read_text(vector / "ceremony.txt")).seed
    lines = read_text(vector / "vectors.txt").splitlines()
    known = next(line.split()[1:] for line in lines if line.startswith("groups "))
    assert list(order_groups("last2:seed", seed, ())) == known


def test_the_ranking_follows_from_register_and_ceremony(vector):
    parameters = parse_parameters(read_text(vector / "params.txt"))
    ceremony = parse_ceremony(read_text(vector / "ceremony.txt"))
    ranking = list(rank(read_lines(vector / "register.txt"), parameters, ceremony))
    known = list_lines(vector, "ranking.txt")
    assert [render_ranking_line(line) for line in ranking] == known
    assert [parse_ranking_line(line) for line in known] == ranking


@pytest.mark.parametrize("suffix", ["", "-1"])
def test_the_allocation_follows_from_the_ranking(vector, suffix):
    steps = parse_parameters(read_text(vector / "params.txt")).steps
    ranking = map(parse_ranking_line, read_lines(vector / "ranking.txt"))
    gone = parse_dispositions(read_text(vector / "dispositions-1.txt")) if suffix else []
    allocation = list(allocate(ranking, steps, gone))
    known = list_lines(vector, f"allocation{suffix}.txt")
    assert [render_allocation_line(line) for line in allocation] == known
    assert [parse_allocation_line(line) for line in known] == allocation


def test_the_whole_transcript_is_written_byte_for_byte(vector, tmp_path):
    dispositions = parse_dispositions(read_text(vector / "dispositions-1.txt"))
    assert render_dispositions(dispositions) == read_text(vector / "dispositions-1.txt")
    write_transcript(
        tmp_path,
        parameters=parse_parameters(read_text(vector / "params.txt")),
        register_lines=read_lines(vector / "register.txt"),
        ceremony=parse_ceremony(read_text(vector / "ceremony.txt")),
        dispositions=[dispositions],
    )
    for name in (*DATA_FILE_NAMES, "dispositions-1.txt", "allocation-1.txt", SUMS):
        assert (tmp_path / name).read_bytes() == (vector / name).read_bytes(), name
