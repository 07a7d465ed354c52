"""The words of the notice of a commitment, in both languages; both are always printed."""

from applications.pdf.layout import Bilingual
from lottery.ballot.commitment import Commitment
from lottery.ballot.parameters import BallotParameters, Step

TITLE_WORDS = Bilingual("攪珠承諾值公告", "Notice of the ballot's commitment")
WHAT_IT_IS = Bilingual(
    "C 是整份攪珠登記冊及攪珠規則的指紋，在攪出第一個號碼之前公布。"
    "此後只要改動一個字元，C 便會不同。請拍照，日後與公布的紀錄比較。",
    "C is the fingerprint of the whole register and of the ballot's rules. It is public before any "
    "ball is drawn; change one character, and C is another. Photograph it to compare later.",
)
COMMITMENT_LABEL = Bilingual("承諾值 C", "Commitment C")
READ_ALOUD = Bilingual("64 位，每組四位，供朗讀", "64 digits in groups of four, to read aloud")

EXERCISE_LABEL = Bilingual("攪珠", "Ballot")
COUNTS_LABEL = Bilingual("登記冊", "Register")
PUBLISHED_LABEL = Bilingual("公布時間", "Published")
CEREMONY_LABEL = Bilingual("最早攪珠時間", "No ball before")
ORDER_LABEL = Bilingual("攪珠方式", "How the order is drawn")

QUOTAS_HEADING = Bilingual("名額及次序", "Quotas, in the order in which they are filled")
QUOTA_COLUMNS = (
    Bilingual("配額", "Quota"),
    Bilingual("類別", "Category"),
    Bilingual("名額", "Places"),
    Bilingual("批准信", "Letters"),
    Bilingual("剩餘撥往", "Unused go to"),
)
TRACKS = {
    "GY": Bilingual("一般配額", "Ordinary quota"),
    "Y": Bilingual("青年計劃配額", "Youth Scheme quota"),
    "G": Bilingual("青年計劃以外的配額", "Others than the Youth Scheme"),
}
CATEGORIES = {
    "F": Bilingual("家庭", "Family"),
    "P": Bilingual("一人", "One-person"),
    "FP": Bilingual("家庭及一人", "Family and one-person"),
}
NO_SPILL = Bilingual("無", "nowhere")

CHECK_HEADING = Bilingual("如何核對", "How to check")
CHECK_STEPS = (
    Bilingual(
        "從上面的網址下載 commitment.txt（即左面的文本）。",
        "Download commitment.txt (on the left) from the address above.",
    ),
    Bilingual(
        "在電腦執行 sha256sum commitment.txt，結果應與 C 完全相同。",
        "Run sha256sum commitment.txt: it must print C, digit for digit.",
    ),
)
TEXT_LABEL = Bilingual("commitment.txt 全文，其 SHA-256 即 C", "commitment.txt, whose SHA-256 is C")
SIGNED_LABEL = Bilingual("電子簽署證書", "Signed electronically with the certificate")

CEREMONY_HEADING = Bilingual("攪珠儀式（請以筆填寫）", "The ceremony (to be filled in by hand)")
DATE_LINE = Bilingual("日期及時間", "Date and time")
PLACE_LINE = Bilingual("地點", "Place")
SIGNATURE_LINES = (
    Bilingual("主持人員", "Presiding officer"),
    Bilingual("見證人", "Witness"),
    Bilingual("見證人", "Witness"),
)


def say_counts(commitment: Commitment) -> Bilingual:
    """Say how much the register holds."""
    lines, active, ballots = (
        f"{count:,}"
        for count in (commitment.line_count, commitment.active_count, commitment.ballot_count)
    )
    return Bilingual(
        f"共 {lines} 行，其中 {active} 份申請參加攪珠，合共 {ballots} 個攪珠號碼",
        f"{lines} lines, {active} of them in the ballot, with {ballots} ballot numbers",
    )


def say_order(parameters: BallotParameters) -> Bilingual:
    """Say in one sentence how the balls decide the order."""
    drawn, total = parameters.physical.drawn_count, parameters.physical.ball_count
    balls = Bilingual(
        f"從 {total} 個號碼球（00 至 {total - 1:02d}）攪出 {drawn} 個。",
        f"{drawn} of {total} balls (00 to {total - 1:02d}) are drawn.",
    )
    rule, beacon = _ORDERS[parameters.order], say_beacon(parameters)
    return Bilingual(balls.zh + rule.zh + beacon.zh, f"{balls.en} {rule.en}{beacon.en}")


_ORDERS = {
    "last2:balls": Bilingual(
        "申請編號最後兩位按攪出的先後排列；最後兩位相同的，按籤值由小至大排列。",
        "Applications stand in the order in which the last two digits of their numbers are drawn, "
        "and among equal digits by ticket, the smallest first.",
    ),
    "last2:seed": Bilingual(
        "種子由 C 及攪出的號碼計算，決定最後兩位數字的次序；最後兩位相同的，按籤值由小至大排列。",
        "The seed, computed from C and the balls, puts the last two digits of the numbers in "
        "order; among equal digits the smallest ticket is first.",
    ),
    "ticket": Bilingual(
        "種子由 C 及攪出的號碼計算；每個申請編號按種子得出籤值，由小至大排列。",
        "The seed is computed from C and the balls; every number gets a ticket from it, and the "
        "smallest ticket is first.",
    ),
}


def say_beacon(parameters: BallotParameters) -> Bilingual:
    """Say which public randomness enters the seed besides the balls; nothing when there is none."""
    if parameters.beacon is None:
        return Bilingual("", "")
    rounds = ", ".join(map(str, parameters.beacon.rounds))
    return Bilingual(
        f"另加公共信標 drand 第 {rounds} 輪的數值。",
        f" The public beacon drand, round {rounds}, is added.",
    )


def say_quota(step: Step, first_language: str) -> list[str]:
    """Give the cells of one quota."""
    track, category = TRACKS[step.tracks], CATEGORIES[step.categories]
    return [
        f"{step.name} · {track.joined(first_language)}",
        category.joined(first_language),
        f"{step.quota:,}",
        f"{step.letters:,}",
        step.spill_to or NO_SPILL.joined(first_language),
    ]
