"""Choices spread evenly and are the same on every machine."""

from collections import Counter

import pytest

from applications.synthetic.chooser import Chooser, Quota


def test_choices_are_the_words_of_shake_256():
    # printf '1|known|0' | openssl dgst -shake256 -xoflen 24
    words = [0xAE847EF12579E8E6, 0x799512E72E1796D0, 0xEED76F9CE42049A1]
    chooser = Chooser(1, "known")
    assert [chooser.below(2**64) for _ in words] == words


def test_every_number_below_the_bound_comes_about_equally_often():
    chooser = Chooser(7, "evenness")
    counts = Counter(chooser.below(6) for _ in range(6_000))
    assert sorted(counts) == list(range(6))
    assert max(abs(count - 1_000) for count in counts.values()) < 150


@pytest.mark.parametrize(("chosen", "total"), [(0, 5), (5, 5), (2, 7), (300, 1_000)])
def test_a_quota_is_met_exactly(chosen, total):
    quota = Quota(Chooser(3, "quota"), chosen=chosen, total=total)
    assert sum(quota.take() for _ in range(total)) == chosen
