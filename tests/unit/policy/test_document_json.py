import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.document import load_json_document
from applications.policy.document_json import MAXIMUM_DOCUMENT_BYTES
from applications.policy.errors import MalformedDocument
from tests.unit.policy.documents import make_mapping


def code_of(data):
    with pytest.raises(MalformedDocument) as refused:
        load_json_document(data)
    (fault,) = refused.value.faults
    assert fault.field == ""
    return fault.code


def test_reads_utf_8_with_and_without_byte_order_mark():
    mapping = make_mapping()
    text = json.dumps(mapping, ensure_ascii=False)
    assert load_json_document(text.encode()) == mapping
    assert load_json_document(text.encode("utf-8-sig")) == mapping


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "EMPTY_DOCUMENT", id="empty"),
        pytest.param(b"\xef\xbb\xbf \n", "EMPTY_DOCUMENT", id="mark only"),
        pytest.param("陳".encode("big5"), "NOT_UTF8", id="Big5"),
        pytest.param('{"a": 1}'.encode("utf-16"), "NOT_UTF8", id="UTF-16"),
        pytest.param('{"a": "é"}'.encode("latin-1"), "NOT_UTF8", id="Latin-1"),
        pytest.param(b'{"a": 1, "a": 2}', "DUPLICATE_KEY", id="key twice"),
        pytest.param(b'{"a": {"b": 1, "b": 1}}', "DUPLICATE_KEY", id="key twice inside"),
        pytest.param(b'{"a": NaN}', "INVALID_JSON", id="NaN"),
        pytest.param(b'{"a": -Infinity}', "INVALID_JSON", id="Infinity"),
        pytest.param(b'{"a": 1', "INVALID_JSON", id="cut off"),
        pytest.param(b"{'a': 1}", "INVALID_JSON", id="single quotes"),
        pytest.param(b'{"a": "\x00"}', "INVALID_JSON", id="NUL"),
        pytest.param(b'{"a": 1' + b"0" * 5_000 + b"}", "INVALID_JSON", id="huge number"),
        pytest.param(b"[" * 10_000 + b"]" * 10_000, "TOO_DEEP", id="nested lists"),
        pytest.param(b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "TOO_DEEP", id="nested objects"),
        pytest.param(b'"' + b"x" * MAXIMUM_DOCUMENT_BYTES + b'"', "TOO_LARGE", id="too large"),
        pytest.param(b"[]", "WRONG_TYPE", id="list"),
        pytest.param(b"null", "WRONG_TYPE", id="null"),
    ],
)
def test_refuses_what_a_lenient_parser_would_let_through(data, code):
    assert code_of(data) == code


@given(st.binary(max_size=200) | st.text(st.characters(codec="utf-8")).map(str.encode))
def test_gives_an_object_or_refuses(data):
    try:
        value = load_json_document(data)
    except MalformedDocument:
        return
    assert isinstance(value, dict)
