"""The words of the fairness report as a PDF, in both languages; both are always printed."""

from applications.pdf.layout import Bilingual
from lottery.fairness.report import FairnessReport, FairnessRow

TITLE_WORDS = Bilingual("公平報告", "Fairness report")
COMMITMENT_LABEL = Bilingual("承諾值 C", "Commitment C")
DRAWN_LABEL = Bilingual("抽籤進行時間", "Draw run")
PAGE_LABEL = Bilingual("網頁", "On the web")

CATEGORIES = {
    "F": Bilingual("家庭申請者", "Family"),
    "P": Bilingual("一人申請者", "One-person"),
}
FEATURES = {
    "TRACK": Bilingual("按組別", "By track"),
    "CHANNEL": Bilingual("按遞交途徑", "By channel"),
    "DECILE": Bilingual("按遞交先後（每份佔十分之一）", "By order of arrival, in tenths"),
    "DIGIT": Bilingual("按申請編號最後一個數字", "By last digit of the application number"),
}
VALUES = {
    "G": Bilingual("非青年計劃", "Others"),
    "Y": Bilingual("青年計劃", "Youth Scheme"),
    "ONLINE": Bilingual("網上", "Online"),
    "PAPER": Bilingual("紙本", "Paper"),
}
COLUMNS = (
    Bilingual("", ""),
    Bilingual("申請", "Applications"),
    Bilingual("名額", "Places"),
    Bilingual("預期", "Expected"),
    Bilingual("99% 區間", "99% interval"),
    Bilingual("", ""),
    Bilingual("", ""),
)
CUT_COLUMNS = (
    Bilingual("次序", "Order"),
    Bilingual("尾號", "Ending"),
    Bilingual("申請", "Applications"),
    Bilingual("名額", "Places"),
)
OUTSIDE = Bilingual("區間外", "outside")
CUTS_HEADING = Bilingual("取得名額的尾號", "The endings that got places")
LEGEND = Bilingual(
    "圖：淺色橫條是 99% 區間，豎線是預期名額，圓點是實際名額；紅色菱形表示在區間以外。"
    "橫軸是與預期相差的百分比。",
    "Charts: the pale bar is the 99% interval, the upright line the expectation, the dot the "
    "places given; a red diamond is outside. The scale is the difference from the expectation in "
    "per cent.",
)
HOW_HEADING = Bilingual("怎樣計算", "How it is worked out")
HOW = (
    Bilingual(
        "預期名額和區間出自這次攪珠的規則和已鎖定的登記冊：以同樣的申請數目模擬抽籤多次，"
        "每次都按規則隨機排出新的次序，再分配名額。",
        "Expectation and interval follow from this ballot's own rules and the frozen register: on "
        "the same counts many ballots are simulated, each in a new random order as the rules make "
        "it, and the quotas are filled.",
    ),
    Bilingual(
        "模擬所用的數字只由承諾值 C 得出。C 在攪出第一個號碼之前已經公布，"
        "所以沒有人能選擇區間來遷就結果。",
        "The numbers for it follow from the commitment C alone, which was published before the "
        "first ball was drawn, so nobody can choose the intervals to suit a result.",
    ),
    Bilingual(
        "青年計劃的名額按規則只給青年計劃的申請，預期名額已計算在內，因此不算異常。",
        "Places of the Youth Scheme go to its own track because the rules say so. The expectation "
        "allows for it, so that it is not called odd.",
    ),
    Bilingual(
        "各個數字互有關連：一個尾數多了，其他尾數便少了。因此應看整體，不應只看一個記號。",
        "The numbers hang together: when one digit has more, others have less. Judge the draw by "
        "all of them, not by a single mark.",
    ),
    Bilingual(
        "這份報告不能證明每個次序都正確：那要用抽籤紀錄內的驗證程式。"
        "遞交途徑不在登記冊上，以本系統的紀錄為準。",
        "This report cannot prove that every rank is right: the verifier in the transcript does. "
        "The channel is not in the register; its rows rest on the portal's records.",
    ),
)
WHY_DIGITS = Bilingual(
    "整個尾號一個接一個排次序，所以最後一個數字相同的申請，往往一起取得名額，或一起落空；"
    "這些行的區間因此很闊。下表列出先排到的尾號，說明了名額落在哪些數字。",
    "Whole endings come one after another, so applications with the same last digit get places "
    "together or not at all, and the intervals of these rows are wide. The table lists the endings "
    "that came first; they explain which digits got places.",
)


def say_summary(report: FairnessReport) -> Bilingual:
    """Say how many numbers are outside, beside what chance alone does."""
    total, outside = report.free_count, report.outside_count
    expected = f"{float(report.expected_outside):.1f}"
    lie = {0: "none lies", 1: "1 lies"}.get(outside, f"{outside} lie")
    zh_outside = f"{outside} 個在" if outside else "沒有一個在"
    return Bilingual(
        f"由運氣決定的數字有 {total} 個，{zh_outside} 99% 區間以外。"
        f"即使攪珠完全公平，大約每一百個這樣的數字也有一個純粹因運氣而顯得異常："
        f"這裏平均會有 {expected} 個。{_say_how_many(report).zh}",
        f"Of the {total} numbers that chance decides, {lie} outside the 99% interval. Even when a "
        f"ballot is perfectly fair, about one in a hundred such numbers looks odd by chance: here "
        f"{expected} on average. {_say_how_many(report).en}",
    )


def _say_how_many(report: FairnessReport) -> Bilingual:
    if not report.outside_count:
        return Bilingual("", "")
    ceremonies, as_many = f"{report.pseudo_ceremony_count:,}", f"{report.as_many_count:,}"
    return Bilingual(
        f"在 {ceremonies} 次模擬抽籤中，有 {as_many} 次出現同樣多或更多的區間外數字。",
        f"Of {ceremonies} simulated ballots {as_many} had at least as many outside.",
    )


def say_judgement(report: FairnessReport) -> Bilingual:
    """Say what to think of it."""
    if report.is_odd:
        return Bilingual(
            "公平攪珠少於百分之一會有這麼多區間外的數字，值得查究。",
            "Fewer than one fair ballot in a hundred has so many numbers outside. This deserves a "
            "closer look.",
        )
    if not report.free_count:
        return Bilingual(
            "這次沒有一個數字由運氣決定，全部由配額訂明。因此本報告不能說明抽籤是否公平。",
            "Chance decided no number here: the quotas fix them all. So this report says nothing "
            "for or against the draw.",
        )
    return Bilingual(
        "整體而言，這個結果與公平的攪珠相符。",
        "Taken together, the result is what a fair ballot gives.",
    )


def say_total(row: FairnessRow) -> Bilingual:
    """Say a category's places, and whether its quotas fix them."""
    applications, places = f"{row.application_count:,}", f"{row.place_count:,}"
    fixed = Bilingual("名額由配額訂明，與運氣無關。", "The quotas fix the places: no chance.")
    interval = Bilingual(
        f"預期 {float(row.expected):,.1f} 個，99% 區間 {row.lowest:,}–{row.highest:,}。",
        f"Expected: {float(row.expected):,.1f}, 99% interval {row.lowest:,}–{row.highest:,}.",
    )
    chance = fixed if row.is_fixed and not row.is_outside else interval
    return Bilingual(
        f"{applications} 份申請，{places} 個名額。{chance.zh}",
        f"{applications} applications, {places} places. {chance.en}",
    )


def say_value(row: FairnessRow) -> Bilingual:
    """Name what a row counts."""
    if row.feature == "DECILE":
        return Bilingual(f"第 {row.value} 份", f"Tenth {row.value}")
    if row.feature == "DIGIT":
        return Bilingual(f"尾數 {row.value}", f"Ends in {row.value}")
    return VALUES[row.value]
