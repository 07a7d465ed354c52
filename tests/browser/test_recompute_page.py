"""The reader's own browser recomputes a draw: a third implementation, held against the vectors."""

import hashlib
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils.translation import override
from playwright.sync_api import expect

from lottery.ballot.intake_log import render_intake_log
from lottery.services.transcripts import FILES, open_transcript_zip
from lottery.views.recompute_texts import TEXTS
from tests.browser.conftest import CHROMIUM
from tests.integration.lottery import stages
from tests.unit.ballot import transcripts
from tests.unit.ballot.intake import DRAW, build_heads, build_log
from tests.unit.ballot.test_verifier_additions import LATE
from tests.unit.ballot.transcripts import LINES, write_whole_transcript

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE_MS = 20_000
VECTORS = Path(__file__).resolve().parent.parent / "vectors"
SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 900}]


@pytest.fixture
def drawn(transactional_db):
    exercise = stages.make_ballot(quota=2)
    stages.fill(exercise)
    return stages.draw(exercise)


class Reader:
    """Somebody who looks at the page."""

    def __init__(self, page, address, language="en"):
        self.page = page
        self.language = language
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{address}/{language}/verify/BALLOT2024/recompute/")

    def say(self, words, **facts):
        with override(self.language):
            return str(TEXTS[words]).format(**facts)

    def choose(self, *paths):
        self.page.locator("#source-device").check()
        self.page.locator("#chosen").set_input_files([str(path) for path in paths])

    def recompute(self):
        self.page.locator("[data-hos-start]").click()
        expect(self.page.locator("[data-verdict]")).to_be_visible()
        return self.page.locator("[data-verdict]").get_attribute("data-verdict")

    def recompute_directory(self, directory):
        self.choose(*(path for path in directory.iterdir() if path.name != "vectors.txt"))
        return self.recompute()

    def get_checks(self, kind):
        return self.page.locator(f".hos-recompute__check--{kind}")

    def list_failed(self):
        return [item.get_attribute("data-check") for item in self.get_checks("fail").all()]

    def count_notes(self, check):
        return self.page.locator(f".hos-recompute__check--note[data-check={check}]").count()

    def has_note(self, check, **facts):
        """Tell whether a note is there once, with these facts in its words."""
        return self.get_checks("note").filter(has_text=self.say(check, **facts)).count() == 1

    def ask(self, number):
        """Ask for a number; give what is said of it, by its terms."""
        self.page.locator("#number").fill(number)
        self.page.locator("#number").press("Enter")
        answer = self.page.locator("[data-hos-answer]")
        expect(answer).to_contain_text(f"{number}|")
        rows = answer.locator("dt, dd").evaluate_all(
            "all => all.map(e => [e.tagName, e.innerText])"
        )
        terms = {}
        for tag, text in rows:
            if tag == "DT":
                term = text
            else:
                terms.setdefault(term, []).append(text)
        return terms


@pytest.fixture
def reader(page, live_server, drawn):
    return Reader(page, live_server.url)


def check_access(page):
    """Find nothing that axe objects to."""
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []


def repair_sums(directory):
    """Write SHA256SUMS anew, as somebody would who covers their traces."""
    sums = directory / "SHA256SUMS"
    names = [line[66:] for line in sums.read_text().splitlines()]
    hashes = [hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in names]
    sums.write_text("".join(f"{hash}  {name}\n" for hash, name in zip(hashes, names, strict=True)))


@pytest.mark.parametrize("vector", sorted(path.name for path in VECTORS.iterdir()))
def test_every_value_of_the_vectors_comes_out(reader, vector):
    known = (VECTORS / vector / "vectors.txt").read_text().splitlines()
    values = dict(line.rsplit(" ", 1) for line in known if line.startswith(("leaf", "ticket")))
    assert len(values) == 7 + 10

    assert reader.recompute_directory(VECTORS / vector) == "holds"
    assert reader.list_failed() == []

    page = reader.page.locator("[data-hos-report]").inner_text()
    assert known[0].startswith("C=")
    assert known[1].startswith("K=")
    for line in known[:2]:
        assert line[2:] in page
    for number in range(10000001, 10000008):
        terms = reader.ask(str(number))
        assert terms["Hash of the line"] == [values.pop(f"leaf {number}")]
        for text in terms["Ticket"]:
            ballot, ticket = text.split(": ")
            assert ticket == values.pop(f"ticket {ballot}")
        if number == 10000005:
            proof = next(line for line in known if line.startswith("inclusion 4 of 7"))
            assert terms["Hashes that lead from it to the root"] == proof.split(": ")[1].split(" ")
    assert values == {}
    orders = [line.removeprefix("groups ") for line in known if line.startswith("groups ")]
    if vector == "last2-balls":
        ceremony = (VECTORS / vector / "ceremony.txt").read_text()
        orders = [re.search("balls=(.+)", ceremony)[1].replace("-", " ")]
    assert terms.get("Order of the endings", []) == orders


def test_ranks_and_places_are_those_of_the_published_files(reader):
    directory = VECTORS / "ticket"
    reader.recompute_directory(directory)
    for line in (directory / "ranking.txt").read_text().splitlines():
        _, rank, number, _, ballot, _, _ = line.split("|")
        terms = reader.ask(number)
        assert re.match(rf"{rank} of \d .*, with ballot number {ballot}$", terms["Rank"][0])
        for name, text in zip(("allocation", "allocation-1"), terms["Place"], strict=True):
            places = (directory / f"{name}.txt").read_text().splitlines()
            place = [place for place in places if place.endswith(number)]
            step, sequence, _ = place[0].split("|") if place else ("", "", "")
            assert text == f"{name}.txt: " + (f"{step}, number {sequence}" if place else "none")
    assert reader.ask("10000003")["Rank"] == ["none: the register excludes it from the draw"]


# What is done to which file → the check that must fail, and what it must say.
TAMPERINGS = {
    "IDC": ("register.txt", "|075e", "|175e", "commitment", "commitment.txt, line 5"),
    "somebody let in": ("register.txt", "3|XD|", "3|A|", "commitment", "commitment.txt, line 5"),
    "gap": ("register.txt", "10000004|", "10000009|", "register", "register.txt, line 4"),
    "used twice": ("register.txt", "90000026,", "90000018,", "register", "register.txt, line 5"),
    "CRLF": ("register.txt", "\n10000002", "\r\n10000002", "register", r"\x0d"),
    "rank": ("ranking.txt", "F|1|", "F|2|", "ranking", "ranking.txt, line 1"),
    "track": ("ranking.txt", "|Y|", "|G|", "ranking", "ranking.txt, line"),
    "end": ("ranking.txt", "\nP|2", "\n\nP|2", "ranking", "ranking.txt, line"),
    "place": ("allocation.txt", "|1|10000", "|1|10001", "allocation", "allocation.txt, line 1"),
    "later place": ("allocation-1.txt", "OF|1", "OP|1", "allocation", "allocation-1.txt, line 1"),
    "code": ("dispositions-1.txt", "|", "|X", "dispositions", "dispositions-1.txt, line 1"),
    "seed": ("ceremony.txt", "seed=2", "seed=3", "seed", "ceremony.txt, line 10"),
    "order of balls": ("ceremony.txt", "07-93", "93-07", "seed", "ceremony.txt, line 10"),
    "ball twice": ("ceremony.txt", "07-93", "07-07", "balls", "each ball once"),
    "one officer": ("ceremony.txt", "officer-2", "OFFICER-1", "officers", "ceremony.txt, line 7"),
    "31 June": ("ceremony.txt", "06-01T", "06-31T", "beacon", "a moment that exists"),
    "root": ("commitment.txt", "root=a", "root=b", "commitment", "commitment.txt, line 9"),
    "count": ("commitment.txt", "lines=7", "lines=8", "commitment", "lines=7"),
    "letters": ("params.txt", "Y:1:1:YP", "Y:1:2:YP", "commitment", "commitment.txt, line 4"),
    "circle": ("params.txt", "OP:P:GY:1:2:-", "OP:P:GY:1:2:OF", "params", "params.txt, line 10"),
}


@pytest.mark.parametrize(
    ("file", "old", "new", "check", "said"), TAMPERINGS.values(), ids=TAMPERINGS
)
def test_a_tampering_is_found_and_named(reader, tmp_path, file, old, new, check, said):
    directory = shutil.copytree(VECTORS / "last2-seed", tmp_path / "copy")
    text = (directory / file).read_bytes().decode("ascii")
    assert old in text
    (directory / file).write_bytes(text.replace(old, new, 1).encode("ascii"))
    repair_sums(directory)

    assert reader.recompute_directory(directory) == "failed"

    assert check in reader.list_failed()
    found = reader.page.locator(f".hos-recompute__check--fail[data-check={check}]")
    expect(found).to_contain_text(said)


@pytest.mark.parametrize("file", ["register.txt", "allocation-1.txt"])
def test_a_file_that_is_not_the_one_in_the_sums_is_found(reader, tmp_path, file):
    directory = shutil.copytree(VECTORS / "last2-balls", tmp_path / "copy")
    text = (directory / "SHA256SUMS").read_text()
    line = next(line for line in text.splitlines() if line.endswith(f"  {file}"))
    forged = ("0" if line[0] != "0" else "1") + line[1:]
    (directory / "SHA256SUMS").write_text(text.replace(line, forged))

    assert reader.recompute_directory(directory) == "failed"

    failed = reader.get_checks("fail")
    expect(failed).to_have_count(1)
    expect(failed).to_contain_text(file)
    expect(failed).to_contain_text(line[:64])
    expect(failed).to_contain_text(forged[:64])


@pytest.mark.parametrize("name", ["register.txt", "dispositions-1.txt"])
def test_a_missing_file_is_named(reader, tmp_path, name):
    directory = shutil.copytree(VECTORS / "ticket", tmp_path / "copy")
    (directory / name).unlink()
    assert reader.recompute_directory(directory) != "holds"
    expect(reader.get_checks("fail").first).to_contain_text(name)


def test_a_signature_that_a_browser_cannot_check_is_not_passed_over(reader):
    reader.recompute_directory(VECTORS / "ticket")
    expect(reader.page.locator("[data-verdict]")).to_contain_text("is not checked here")


class TestIntakeAndReinstatements:
    @pytest.mark.parametrize("order", stages.ORDERS)
    def test_a_whole_transcript_holds(self, reader, tmp_path, order):
        write_whole_transcript(tmp_path / "whole", order=order)
        assert reader.recompute_directory(tmp_path / "whole") == "holds"
        assert self.find_checks(reader) == {"reinstatements", "intake_log", "intake_signatures"}
        assert "Place in addition" in reader.ask("10000003")

    def test_heads_without_signatures_are_said_to_have_none(self, reader, tmp_path):
        write_whole_transcript(tmp_path / "whole", signed=False)
        assert reader.recompute_directory(tmp_path / "whole") == "holds"
        expect(reader.get_checks("note").filter(has_text="no head is signed")).to_have_count(1)

    def test_earlier_heads_may_be_unsigned(self, reader, tmp_path):
        self.write_signed(tmp_path / "whole", 3)
        assert reader.recompute_directory(tmp_path / "whole") == "holds"
        said = reader.say("intake_signatures", file="intake-signer.pem", count=1)
        expect(reader.get_checks("pass").filter(has_text=said)).to_have_count(1)
        assert reader.has_note("intake_partly_signed", count=3)

    def test_the_last_head_must_be_signed_where_there_is_a_key(self, reader, tmp_path):
        self.write_signed(tmp_path / "whole", 0, 1, 2)
        assert reader.recompute_directory(tmp_path / "whole") == "failed"
        assert reader.list_failed() == ["intake_signatures"]
        failed = reader.get_checks("fail")
        expect(failed).to_contain_text("intake-log.txt, line 6")

    def test_a_key_that_the_sums_do_not_name_proves_nothing(self, reader, tmp_path):
        directory = tmp_path / "whole"
        write_whole_transcript(directory)
        sums = (directory / "SHA256SUMS").read_text().splitlines(keepends=True)
        named = [line for line in sums if not line.endswith("  intake-signer.pem\n")]
        (directory / "SHA256SUMS").write_text("".join(named))
        assert reader.recompute_directory(directory) == "holds"
        assert self.find_checks(reader) == {"reinstatements", "intake_log"}
        assert reader.has_note("intake_no_key")
        assert reader.has_note("not_named", file="intake-signer.pem")

    def test_a_log_that_cannot_be_read_is_not_said_to_be_unsigned(self, reader, tmp_path):
        write_whole_transcript(tmp_path / "whole", intake_log="WSM-INTAKE/2\n")
        assert reader.recompute_directory(tmp_path / "whole") == "failed"
        assert reader.list_failed() == ["intake_log"]
        assert not reader.has_note("intake_not_signed")

    @pytest.mark.parametrize(
        ("file", "pattern", "check"),
        [
            pytest.param("reinstatements.txt", r"\|F\|", "reinstatements", id="category"),
            pytest.param("reinstatements.txt", r"\|(\d+)\|[A-Z-]+\n", "reinstatements", id="rank"),
            pytest.param("intake-log.txt", r"\|5\|([0-9a-f])", "intake_log", id="root"),
            pytest.param("intake-log.txt", r"04-0(3)T", "intake_log", id="moment"),
            pytest.param("intake-log.txt", r",([0-9a-f])", "intake_log", id="proof"),
            pytest.param("intake-log.txt", r"([0-9a-f])\n\Z", "intake_signatures", id="signature"),
            pytest.param("intake-signer.pem", r"\nMFkwE.{50}(.)", "intake_signatures", id="key"),
        ],
    )
    def test_a_tampering_is_found_and_named(self, reader, tmp_path, file, pattern, check):
        directory = tmp_path / "whole"
        write_whole_transcript(directory)
        text = (directory / file).read_text()
        at = re.search(pattern, text).end(1 if "(" in pattern else 0) - 1
        (directory / file).write_text(
            text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]
        )
        repair_sums(directory)
        assert reader.recompute_directory(directory) == "failed"
        assert check in reader.list_failed()

    def write_signed(self, directory, *signed):
        """Write a whole transcript of whose intake log only the heads named are signed."""
        heads = [
            head if index in signed else head._replace(signature="")
            for index, head in enumerate(build_heads(LINES, transcripts.SIZES, signed=True))
        ]
        write_whole_transcript(directory, intake_log=render_intake_log(DRAW, heads))

    def find_checks(self, reader):
        names = {item.get_attribute("data-check") for item in reader.get_checks("pass").all()}
        return names & {"reinstatements", "intake_log", "intake_signatures"}


class TestWhatOnlyTheReaderCanJudge:
    """Somebody who holds all the pens can write these so that everything agrees: it is said."""

    def test_is_noted(self, reader, tmp_path):
        write_whole_transcript(tmp_path / "whole")
        assert reader.recompute_directory(tmp_path / "whole") == "holds"
        assert reader.has_note("intake_same_log")
        assert reader.has_note("commitment_not_compared")
        for file in ("dispositions-1.txt", "reinstatements.txt"):
            assert reader.has_note("named_by_officers", file=file)
        for absent in ("intake_none", "intake_late", "intake_partly_signed", "intake_not_signed"):
            assert reader.count_notes(absent) == 0

    def test_heads_after_the_last_ball_are_noted(self, reader, tmp_path):
        log = build_log(LINES, range(12), opens_at=LATE)
        write_whole_transcript(tmp_path / "whole", signed=False, intake_log=log)
        assert reader.recompute_directory(tmp_path / "whole") == "holds"
        assert reader.has_note("intake_late", late=11, count=12)

    def test_that_there_is_no_log_is_noted(self, reader, tmp_path):
        write_whole_transcript(tmp_path / "whole", intake_log=None, signer_pem=None)
        assert reader.recompute_directory(tmp_path / "whole") == "holds"
        assert reader.has_note("intake_none")
        assert reader.count_notes("intake_same_log") == 0

    def test_a_commitment_that_was_entered_was_compared(self, reader, tmp_path):
        write_whole_transcript(tmp_path / "whole")
        published = hashlib.sha256((tmp_path / "whole/commitment.txt").read_bytes()).hexdigest()
        reader.page.locator("#commitment").fill(published)
        assert reader.recompute_directory(tmp_path / "whole") == "holds"
        assert reader.count_notes("commitment_not_compared") == 0


class TestPublishedTranscript:
    @pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
    @pytest.mark.parametrize("language", ["en", "zh-hant"])
    def test_holds_and_is_accessible_with_the_keyboard_alone(
        self, browser, live_server, drawn, language, size
    ):
        page = browser.new_context(viewport=size).new_page()
        reader = Reader(page, live_server.url, language)
        check_access(page)
        page.locator("#source-site").focus()
        page.keyboard.press("Tab")
        expect(page.locator("#commitment")).to_be_focused()
        page.keyboard.insert_text(drawn.ceremony.publication.register.commitment_sha256.upper())
        page.keyboard.press("Enter")
        verdict = page.get_by_role("status").filter(has_text=reader.say("verdict_holds"))
        expect(verdict).to_be_visible()
        expect(page.locator("[data-check=expected_commitment]")).to_be_visible()
        assert reader.list_failed() == []
        page.locator("#number").focus()
        page.keyboard.insert_text("10000003")
        page.keyboard.press("Enter")
        expect(page.get_by_text(reader.say("leaf"), exact=True)).to_be_visible()
        check_access(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    def test_another_commitment_than_the_one_seen_is_found(self, reader):
        reader.page.locator("#commitment").fill("0" * 64)
        assert reader.recompute() == "failed"
        assert reader.list_failed() == ["expected_commitment"]

    def test_a_file_altered_on_the_server_is_found(self, reader, drawn):
        open_transcript_zip(draw=drawn).close()
        [file] = (settings.DATA_DIR / "transcripts/BALLOT2024/1").glob(f"*/{FILES}/ranking.txt")
        lines = file.read_text().splitlines()
        file.write_text("\n".join([lines[1], lines[0], *lines[2:], ""]))
        assert reader.recompute() == "failed"
        assert set(reader.list_failed()) == {"sum", "ranking"}
        shutil.rmtree(settings.DATA_DIR / "transcripts")

    def test_the_computation_needs_no_network(self, reader, drawn, tmp_path):
        """Only the worker itself is loaded once the reader's own files are chosen."""
        directory = stages.export(drawn, tmp_path)
        asked = []
        reader.page.on("request", lambda request: asked.append(request.url))
        assert reader.recompute_directory(directory) == "holds"
        # The page's own icon is asked for whenever the browser likes.
        names = [url.rsplit("/", 1)[1] for url in asked if not url.endswith("/mark.svg")]
        assert names == ["recompute_worker.js"]

    def test_it_can_be_stopped_and_begun_again(self, reader):
        reader.page.route("**/transcript/register.txt*", lambda route: None)  # never answered
        reader.page.locator("[data-hos-start]").click()
        reader.page.get_by_role("button", name="Stop").click()
        expect(reader.page.get_by_text("You stopped it.")).to_be_visible()
        reader.page.unroute_all(behavior="ignoreErrors")
        assert reader.recompute() == "holds"


class TestZip:
    def test_the_downloaded_zip_holds(self, reader, drawn, tmp_path):
        path = tmp_path / "transcript.zip"
        with open_transcript_zip(draw=drawn) as file:
            path.write_bytes(file.read())
        reader.choose(path)
        assert reader.recompute() == "holds"

    def test_a_zip_that_packs_nothing_and_has_a_comment_holds(self, reader, tmp_path):
        path = tmp_path / "stored.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            archive.comment = b"a comment" * 1000
            archive.mkdir("folder")
            for file in (VECTORS / "ticket").iterdir():
                archive.write(file, f"folder/{file.name}")
        reader.choose(path)
        assert reader.recompute() == "holds"

    def test_a_zip_that_was_cut_off_is_refused_in_words(self, reader, drawn, tmp_path):
        path = tmp_path / "cut.zip"
        with open_transcript_zip(draw=drawn) as file:
            path.write_bytes(file.read()[:-100])
        reader.choose(path)
        assert reader.recompute() == "unreadable"
        expect(reader.get_checks("fail")).to_contain_text("cut.zip is not a whole ZIP file")

    def test_a_member_longer_than_its_directory_says_is_not_unpacked(self, reader, drawn, tmp_path):
        path = tmp_path / "bomb.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("register.txt", b"0" * 10_000_000)
        honest = (10_000_000).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(honest, (100).to_bytes(4, "little")))
        reader.choose(path)
        assert reader.recompute() == "unreadable"
        expect(reader.get_checks("fail")).to_contain_text("register.txt cannot be unpacked")

    def test_two_transcripts_at_once_are_refused(self, reader):
        files = [VECTORS / folder / "params.txt" for folder in ("ticket", "last2-seed")]
        reader.choose(*files)
        assert reader.recompute() == "unreadable"
        expect(reader.get_checks("fail")).to_contain_text("two files called params.txt")


class TestWhereItCannotCompute:
    def test_without_javascript_the_page_leads_to_python(self, browser, live_server, drawn):
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto(f"{live_server.url}/en/verify/BALLOT2024/recompute/")
        expect(page.get_by_text("your browser needs JavaScript")).to_be_visible()
        expect(page.get_by_role("button", name="Recompute the draw")).to_be_hidden()
        page.get_by_role("link", name="You can verify the draw with Python instead.").first.click()
        expect(page.get_by_role("heading", name="With Python")).to_be_in_viewport()

    def test_on_a_page_that_is_not_secure_it_leads_to_python(
        self, browser_type, live_server, drawn, settings
    ):
        settings.ALLOWED_HOSTS = ["*"]
        rules = "--host-resolver-rules=MAP portal.test 127.0.0.1"
        with browser_type.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", rules]
        ) as elsewhere:
            page = elsewhere.new_page()
            address = live_server.url.replace(live_server.thread.host, "portal.test")
            page.goto(f"{address}/en/verify/BALLOT2024/recompute/")
            assert page.evaluate("isSecureContext") is False
            expect(page.get_by_text("your browser needs Web Crypto")).to_be_visible()
            expect(page.get_by_text("your browser needs JavaScript")).to_be_hidden()
            expect(page.get_by_role("button", name="Recompute the draw")).to_be_hidden()
            check_access(page)
