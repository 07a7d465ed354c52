"""What the report calls odd: about one number in a hundred of a fair ballot, and a broken one."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import lottery.fairness.report as report_module
from lottery.fairness.census import list_keys
from lottery.fairness.chart import draw_chart
from lottery.fairness.generator import NumberStream
from lottery.fairness.report import (
    SHUFFLE_COUNT,
    TURNS,
    FairnessRow,
    compile_report,
    work_out_law,
)
from tests.unit.fairness.ballots import (
    COMMITMENT,
    ONE_STEP,
    ORDINARY_FIRST,
    POSITIONS,
    Ballot,
    count_cells,
    make_households,
)


def report_on(households, holders, order="ticket", steps=ORDINARY_FIRST, **options):
    return compile_report(
        count_cells(households, holders),
        order=order,
        steps=steps,
        commitment=COMMITMENT,
        positions=POSITIONS,
        **({"shuffle_count": 20} | options),
    )


def list_outside(report):
    return {(row.feature, row.value) for row in report.rows if row.is_outside}


@pytest.fixture(scope="module")
def households():
    return make_households(1_000, seed=3)


class TestCalibration:
    @pytest.mark.parametrize("order", ["last2:balls", "ticket"])
    def test_about_one_number_in_a_hundred_of_fair_ballots_is_outside(self, households, order):
        ballot = Ballot(households, order, ORDINARY_FIRST)
        report = report_on(households, ballot.hold(0), order, shuffle_count=50)
        rows = {(row.category, row.feature, row.value): row for row in report.rows}
        outside = Counter()
        for number in range(HELD):
            for key, places in count_places(households, ballot.hold(number)).items():
                outside[number] += not rows[key].lowest <= places <= rows[key].highest
        share = sum(outside.values()) / HELD / report.free_count
        expected = float(report.expected_outside) / report.free_count
        assert 0.001 < expected <= 0.01  # whole numbers: a little under one in a hundred
        assert share == pytest.approx(expected, abs=0.0025)

    def test_narrower_intervals_would_be_found(self, households):
        law = work_out_law(
            count_cells(households),
            order="ticket",
            steps=ORDINARY_FIRST,
            commitment=COMMITMENT,
            shuffle_count=20,
        )
        ordered = [sorted(sample) for sample in law.samples]
        outside = sum(not row[50] <= places <= row[-51] for row in ordered for places in row)
        assert outside / len(ordered) / len(ordered[0]) > 0.0125


HELD = 150


def count_places(households, holders):
    places = Counter()
    for cell in count_cells(households, holders):
        for key in list_keys(cell).values():
            places[key] += cell.place_count
    return places


class TestBrokenBallots:
    def test_one_that_favours_early_arrivals_is_found(self, households):
        families = [house.number for house in households if house.category == "F"]
        singles = [house.number for house in households if house.category == "P"]
        report = report_on(households, {*families[:60], *singles[:60]}, steps=ONE_STEP)
        assert ("DECILE", "1") in list_outside(report)
        assert ("DECILE", "10") in list_outside(report)
        assert report.as_many_share < Fraction(1, 100)

    def test_one_that_only_leans_towards_early_arrivals_is_found(self, households):
        """Of two lots drawn, the smaller number gets the place."""
        stream = NumberStream(COMMITMENT, "leaning")
        holders = pick(households, lambda count: min(stream.below(count), stream.below(count)))
        assert report_on(households, holders, steps=ONE_STEP).as_many_share < Fraction(1, 100)

    def test_a_remainder_of_a_byte_is_found(self, households):
        stream = NumberStream(COMMITMENT, "byte")
        holders = pick(households, lambda count: stream.below(256) % count)
        report = report_on(households, holders, steps=ONE_STEP)
        assert report.as_many_share < Fraction(1, 100)
        assert {feature for feature, _ in list_outside(report)} >= {"DECILE"}

    def test_one_that_keeps_paper_out_is_found(self, households):
        online = [house for house in households if house.channel == "ONLINE"]
        holders = pick(online, NumberStream(COMMITMENT, "paper").below)
        outside = list_outside(report_on(households, holders, steps=ONE_STEP))
        assert {("CHANNEL", "PAPER"), ("CHANNEL", "ONLINE")} <= outside

    def test_places_beyond_the_quota_are_found(self, households):
        holders = Ballot(households, "ticket", ONE_STEP).hold("one more")
        spare = next(h.number for h in households if h.category == "F" and h.number not in holders)
        report = report_on(households, holders | {spare}, steps=ONE_STEP)
        assert ("CATEGORY", "F") in list_outside(report)

    def test_a_right_choice_made_in_the_same_way_is_not(self, households):
        stream = NumberStream(COMMITMENT, "right")
        holders = pick(households, stream.below)
        report = report_on(households, holders, steps=ONE_STEP)
        assert report.outside_count <= 2
        assert report.as_many_share > Fraction(1, 20)


def pick(households, choose):
    """Give 60 families and 60 single people a place, each chosen among those still waiting."""
    holders = set()
    for category in "FP":
        waiting = [house.number for house in households if house.category == category]
        holders |= {waiting.pop(choose(len(waiting))) for _ in range(60)}
    return holders


class TestReport:
    def test_it_holds_ten_thousand_pseudo_ceremonies_as_its_readme_says(self):
        assert SHUFFLE_COUNT * len(TURNS) == 10_000
        assert "10,000 *pseudo-ceremonies*" in (
            Path(report_module.__file__).parent / "README.md"
        ).read_text("utf-8")

    def test_it_counts_every_application_and_place_once_in_each_feature(self, households):
        holders = Ballot(households, "last2:balls", ORDINARY_FIRST).hold("counts")
        report = report_on(households, holders, "last2:balls")
        for feature in ("CATEGORY", "TRACK", "CHANNEL", "DECILE", "DIGIT"):
            rows = [row for row in report.rows if row.feature == feature]
            assert sum(row.application_count for row in rows) == 1_000
            assert sum(row.place_count for row in rows) == len(holders) == 78
            assert sum(row.expected for row in rows) == 78

    def test_the_places_of_a_category_are_fixed_by_its_quotas(self, households):
        report = report_on(households, set())
        fixed = [(row.category, row.feature) for row in report.rows if row.is_fixed]
        assert fixed == [("F", "CATEGORY"), ("P", "CATEGORY")]
        assert report.free_count == len(report.rows) - 2 == 48

    def test_rows_come_in_the_order_in_which_people_read_them(self, households):
        rows = [r for r in report_on(households, set()).rows if r.category == "F"]
        values = [row.value for row in rows]
        assert values == [
            "F", "G", "Y", "ONLINE", "PAPER",
            *map(str, range(1, 11)), *map(str, range(10)),
        ]  # fmt: skip

    def test_the_same_draw_gives_the_same_report_and_another_commitment_another(self, households):
        holders = Ballot(households, "ticket", ORDINARY_FIRST).hold("same")
        report = report_on(households, holders)
        assert report == report_on(households, holders)
        assert report != compile_report(
            count_cells(households, holders),
            order="ticket",
            steps=ORDINARY_FIRST,
            commitment="f" * 64,
            positions=POSITIONS,
            shuffle_count=20,
        )

    def test_the_interval_does_not_look_at_the_draw(self, households):
        one, other = report_on(households, set()), report_on(households, {10_000_000})
        pairs = zip(one.rows, other.rows, strict=True)
        assert all(
            (a.lowest, a.expected, a.highest) == (b.lowest, b.expected, b.highest) for a, b in pairs
        )

    def test_the_endings_that_got_places_come_in_drawn_order(self, households):
        ballot = Ballot(households, "last2:balls", ORDINARY_FIRST)
        cells = count_cells(households, ballot.hold("cuts"))
        cuts = report_on(households, ballot.hold("cuts"), "last2:balls").cuts
        assert sum(cut.place_count for cut in cuts) == 78
        assert all(0 < cut.place_count <= cut.application_count for cut in cuts)
        for category in "FP":
            drawn = [cut.position for cut in cuts if cut.category == category]
            assert drawn == sorted(drawn)
        assert cuts[0].application_count == sum(
            cell.application_count
            for cell in cells
            if (cell.category, f"{cell.digits:02d}") == (cuts[0].category, cuts[0].digits)
        )

    def test_in_the_order_ticket_endings_explain_nothing(self, households):
        assert report_on(households, set()).cuts == ()


ROW = FairnessRow("F", "DIGIT", "7", 100, 10, Fraction(10), 5, 18, False)


class TestChart:
    def test_rows_are_measured_by_their_own_expectation_on_a_round_scale(self):
        other = replace(ROW, expected=Fraction(20), place_count=30, lowest=10, highest=28)
        chart = draw_chart([ROW, other])
        assert (chart.below, chart.above) == (50, 100)
        assert chart.middle == 0.33333
        first, second = chart.marks
        assert (first.start, first.dot, first.end) == (0, 0.33333, 0.86667)
        assert (second.start, second.dot, second.end) == (0, 0.66667, 0.6)

    def test_a_number_far_outside_still_has_its_dot_on_the_chart(self):
        chart = draw_chart([replace(ROW, place_count=95)])
        assert chart.above == 1000
        assert 0 <= chart.marks[0].start < chart.marks[0].end < chart.marks[0].dot <= 1
        assert chart.marks[0].is_outside

    def test_where_nothing_is_expected_nothing_is_drawn(self):
        assert draw_chart([replace(ROW, expected=Fraction(0))]).marks == (None,)
