"""The code for the Faster Payment System is what other people's programs read and write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.policy.fps_qr import (
    FpsRequest,
    MalformedPayload,
    compute_crc,
    read_fps_payload,
    read_objects,
    render_fps_payload,
)

# Annex of EMVCo's specification, "Merchant-Presented Mode": the check sum is over UTF-8.
EMVCO_SAMPLE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN"
    "5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京"
    "540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A"
)
# What Odoo's tests of its Hong Kong module expect for HK$100 to a mobile number.
ODOO_SAMPLE = (
    "00020101021226330012hk.com.hkicl0313+852-6789123452040000530334454031005802HK5914company_1_data"
    "6002HK62170513INV/TEST/00016304A154"
)
# HK$123 to the FPS identifier 9999999, in several published programs; the check sum as they agree.
IDENTIFIER_SAMPLE = (
    "00020101021226270012hk.com.hkicl0207999999952040000530334454031235802HK5902NA6002HK6304D1A3"
)
SAMPLES = [EMVCO_SAMPLE, ODOO_SAMPLE, IDENTIFIER_SAMPLE]

PRINTABLE = st.characters(min_codepoint=32, max_codepoint=126)
REQUESTS = st.builds(
    FpsRequest,
    payee=st.from_regex(
        r"([0-9]{7}|[0-9]{9}|\+852-[0-9]{8}|[a-z]{1,30}@[a-z]{1,30})", fullmatch=True
    ),
    payee_name=st.text(PRINTABLE, min_size=1, max_size=25),
    amount_hkd=st.integers(1, 10**9),
    bill_number=st.text(PRINTABLE, min_size=1, max_size=25),
)
REQUEST = FpsRequest("9999999", "HOS PORTAL DEMONSTRATION", 250, "HOS7K3M9PQR2XYZ")


class TestComputeCrc:
    def test_gives_the_check_value_of_crc_16_ccitt_false(self):
        assert compute_crc("123456789") == "29B1"

    @pytest.mark.parametrize("sample", SAMPLES)
    def test_gives_the_published_check_sums(self, sample):
        assert compute_crc(sample[:-4]) == sample[-4:]


class TestRenderFpsPayload:
    def test_writes_every_object_in_its_order(self):
        body = (
            "000201" "010212" "26270012hk.com.hkicl02079999999" "52040000" "5303344" "5403250"
            "5802HK" "5924HOS PORTAL DEMONSTRATION" "6002HK"
            "62380115HOS7K3M9PQR2XYZ0515HOS7K3M9PQR2XYZ" "6304"
        )  # fmt: skip
        assert render_fps_payload(REQUEST) == body + compute_crc(body)

    @given(REQUESTS)
    def test_is_read_again_as_what_was_written(self, request):
        payload = render_fps_payload(request)
        assert payload.isascii()
        assert read_fps_payload(payload) == request

    @pytest.mark.parametrize(
        "changes",
        [
            {"payee": "12345678"},
            {"payee": "+852 91234567"},
            {"payee": "１２３４５６７"},
            {"payee": f"{'a' * 99}@example.org"},
            {"payee_name": "房屋委員會"},
            {"payee_name": "A" * 26},
            {"bill_number": ""},
            {"amount_hkd": 0},
        ],
    )
    def test_refuses_what_no_code_can_hold(self, changes):
        fields = {name: getattr(REQUEST, name) for name in REQUEST.__dataclass_fields__}
        with pytest.raises(MalformedPayload):
            render_fps_payload(FpsRequest(**fields | changes))


class TestReadFpsPayload:
    def test_reads_what_other_programs_write(self):
        assert read_fps_payload(ODOO_SAMPLE) == FpsRequest(
            "+852-67891234", "company_1_data", 100, "INV/TEST/0001"
        )
        assert read_fps_payload(IDENTIFIER_SAMPLE) == FpsRequest("9999999", "NA", 123, "")

    def test_is_not_for_another_payment_system(self):
        with pytest.raises(MalformedPayload):
            read_fps_payload(EMVCO_SAMPLE)

    @given(REQUESTS, st.data())
    def test_notices_every_single_wrong_character(self, request, data):
        payload = render_fps_payload(request)
        place = data.draw(st.integers(0, len(payload) - 1))
        other = data.draw(PRINTABLE.filter(lambda character: character != payload[place]))
        with pytest.raises(MalformedPayload):
            read_fps_payload(payload[:place] + other + payload[place + 1 :])

    @pytest.mark.parametrize(
        "text", ["0", "00", "0002", "000901", "00020100020", "ab01x", "00020100 1x"]
    )
    def test_takes_no_objects_that_do_not_add_up(self, text):
        with pytest.raises(MalformedPayload):
            read_objects(text)
