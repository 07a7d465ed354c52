import pytest

from applications.policy.document import parse_document, render_document, unflatten_row
from applications.policy.errors import MalformedDocument
from tests.unit.policy.documents import TODAY, make_document, make_mapping, make_member, make_person


def flatten(value, path=""):
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        return {path: "" if value is None else str(value)}
    joined = ((f"{path}.{key}" if path else str(key), inner) for key, inner in items)
    return {header: cell for key, inner in joined for header, cell in flatten(inner, key).items()}


def test_a_row_means_what_the_json_means():
    document = make_document(
        members=[make_member(2), make_member(3, previous_subsidy=True)], youth_scheme=True
    )
    row = flatten(render_document(document))
    assert row["members.1.previous_subsidy"] == "True"
    assert parse_document(unflatten_row(row), today=TODAY) == document


def test_columns_of_members_who_are_not_there_are_empty():
    row = flatten(make_mapping()) | {
        f"members.{n}.{field}": "" for n in range(8) for field in make_member(2)
    }
    assert unflatten_row(row)["members"] == []


def test_a_gap_between_members_is_a_fault():
    row = flatten(make_mapping(members=[make_member(2), make_member(3)]))
    row |= {header: " " for header in row if header.startswith("members.0.")}
    with pytest.raises(MalformedDocument) as refused:
        parse_document(unflatten_row(row), today=TODAY)
    assert {fault.field.split(".")[1] for fault in refused.value.faults} == {"0"}


def test_empty_paper_and_fee_columns_are_not_there():
    row = flatten(make_mapping(channel="ONLINE"))
    row |= {header: "" for header in row if header.startswith(("paper.", "fee."))}
    document = parse_document(unflatten_row(row), today=TODAY)
    assert (document.paper, document.fee) == (None, None)


def test_a_name_true_stays_a_name():
    row = flatten(make_mapping(applicant=make_person(given_name_en="True")))
    assert unflatten_row(row)["applicant"]["given_name_en"] == "True"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Applicant.hkic",
        "applicant",
        "applicant.",
        "applicant.hkic.x",
        "paper",
        "members",
        "members.hkic",
        "members.10.hkic",
        "members.-1.hkic",
        "members.٣.hkic",
        "other.hkic",
        "=cmd|' /C calc'!A0",
        "\x00",
    ],
)
def test_a_header_that_is_no_path_is_refused(header):
    with pytest.raises(MalformedDocument) as refused:
        unflatten_row({header: "x"})
    assert [fault.code for fault in refused.value.faults] == ["UNKNOWN_FIELD"]


@pytest.mark.parametrize("header", ["hkic", "applicant.nickname", "members.0.nickname"])
def test_a_header_of_no_field_is_found_when_the_document_is_read(header):
    row = flatten(make_mapping(members=[make_member(2)])) | {header: "x"}
    with pytest.raises(MalformedDocument) as refused:
        parse_document(unflatten_row(row), today=TODAY)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        (header, "UNKNOWN_FIELD")
    ]
