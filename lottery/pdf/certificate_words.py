"""The words of the draw certificate, in both languages; both are always printed."""

from applications.pdf.layout import Bilingual
from lottery.pdf.notice_words import CATEGORIES

TITLE_WORDS = Bilingual("抽籤證明書", "Certificate of the draw")
WHAT_IT_IS = Bilingual(
    "本證明書記錄這次攪珠由誰、何時、按甚麼程序進行，以及結果。所載數字均可由公開的抽籤紀錄重新計算。",
    "This certificate records who held this ballot, when and how, and what came of it. "
    "Every figure in it can be recomputed from the public transcript.",
)

BALLOT_LABEL = Bilingual("攪珠", "Ballot")
COUNTS_LABEL = Bilingual("登記冊", "Register")
RANKED_LABEL = Bilingual("已排序", "Ranked")
COMMITMENT_LABEL = Bilingual("承諾值 C", "Commitment C")
SEED_LABEL = Bilingual("種子 K", "Seed K")
BEACON_LABEL = Bilingual("公共信標", "Public beacon")
NO_BEACON = Bilingual("沒有使用", "none used")
INTAKE_LABEL = Bilingual("收件日誌", "Intake log")
NO_INTAKE = Bilingual("沒有", "none")

DEEDS_HEADING = Bilingual("經過", "What was done")
DEED_COLUMNS = (
    Bilingual("事項", "Deed"),
    Bilingual("香港時間", "Hong Kong time"),
    Bilingual("人員", "Officer"),
)
CLOSED = Bilingual("申請截止", "Applications closed")
FROZEN = Bilingual("登記冊凍結", "Register frozen")
PUBLISHED = Bilingual("承諾值公布", "Commitment published")
NOT_BEFORE = Bilingual("最早攪珠時間", "No ball before")
LAST_BALL = Bilingual("最後一個號碼；分別輸入", "Last ball; keyed separately by")
SETTLED = Bilingual("攪珠儀式記錄", "Ceremony put on record")
DRAWN = Bilingual("進行抽籤", "Draw run")
THE_PORTAL = Bilingual("系統", "the portal")

QUOTAS_HEADING = Bilingual("名額", "Places")
QUOTA_COLUMNS = (
    Bilingual("配額", "Quota"),
    Bilingual("類別", "Category"),
    Bilingual("預留", "Reserved"),
    Bilingual("取得", "Taken"),
    Bilingual("最後次序", "Last rank"),
)

BALLS_HEADING = Bilingual("攪出的號碼，按次序", "The balls, in the order drawn")
SECOND_DRAW = Bilingual("後備的第二次攪珠", "The second draw, held as the fallback")

CHECKS_HEADING = Bilingual("覆核", "Checks made")
CHECK_COLUMNS = (
    Bilingual("方法", "By"),
    Bilingual("香港時間", "Hong Kong time"),
    Bilingual("結果", "Result"),
)
CHECK_KINDS = {
    "SQL": Bilingual("資料庫內以 SQL 重新計算", "Recomputed in SQL, inside the database"),
    "VERIFIER": Bilingual("以公開的驗證程式核對抽籤紀錄", "The public verifier, on the transcript"),
}
PASSED = Bilingual("全部相符", "Everything agrees")
FAILED = Bilingual("不相符", "DOES NOT AGREE")
OUR_OWN_WORD = Bilingual(
    "以上覆核只是本系統自己的說法。任何人都可以用抽籤紀錄自行核對，方法見下。",
    "These checks are the portal's own word. Anybody can make them with the transcript, as below.",
)
NO_CHECKS = Bilingual("尚未覆核。", "No check has been made yet.")

ATTEMPTS_HEADING = Bilingual("已放棄的攪珠", "Attempts given up")
GROUNDS = {
    "COMMITMENT_DIFFERS": Bilingual(
        "承諾值與所公布的不同", "the commitment was not the one published"
    ),
    "CEREMONY_VOID": Bilingual("攪珠儀式無效", "the ceremony was void"),
    "ORDERED_BY_AUTHORITY": Bilingual("法庭或房屋委員會的命令", "an authority ordered it"),
}
REINSTATEMENTS_HEADING = Bilingual("恢復的申請（額外名額）", "Reinstated (places in addition)")
NO_PLACE = Bilingual("沒有名額", "no place")

VERIFY_HEADING = Bilingual("如何自行驗證", "How anybody verifies this")
VERIFY_STEPS = (
    Bilingual(
        "掃描二維碼或開啟網址，下載抽籤紀錄並解壓。", "Scan the code, download the transcript."
    ),
    Bilingual(
        "執行 python verify_ballot.py，加上資料夾名稱及 --commitment 與 C。",
        "Run python verify_ballot.py with the folder and --commitment C.",
    ),
    Bilingual(
        "將號碼、C 與你在攪珠當日所見的比較。",
        "Compare the balls, and C, with what you saw on the day.",
    ),
)
SIGNED_LABEL = Bilingual("電子簽署憑證", "Signed electronically with the certificate")
NOT_SIGNED = Bilingual("本檔案沒有電子簽署。", "This file carries no electronic signature.")

SIGNATURES_HEADING = Bilingual("簽署（請以筆填寫）", "Signatures (by hand)")
SIGNATURE_LINES = (
    Bilingual("人員姓名及職位", "Officer, name and post"),
    Bilingual("人員姓名及職位", "Officer, name and post"),
    Bilingual("見證人姓名", "Witness, name"),
)
DATE_LINE = Bilingual("日期", "Date")
PLACE_LINE = Bilingual("地點", "Place")


def say_attempt(draw: str, attempt: int) -> Bilingual:
    """Name an attempt."""
    return Bilingual(f"{draw}，第 {attempt} 次", f"{draw}, attempt {attempt}")


def say_ranked(ranked: dict[str, int], place_count: int) -> Bilingual:
    """Say how many were ranked, and how many got a place."""
    chinese = "，".join(f"{CATEGORIES[key].zh} {count:,} 份" for key, count in ranked.items())
    english = ", ".join(f"{CATEGORIES[key].en} {count:,}" for key, count in ranked.items())
    return Bilingual(
        f"{chinese}；分配名額 {place_count:,} 個", f"{english}; {place_count:,} places given"
    )


def say_head(at: str, size: int) -> Bilingual:
    """Say how far the last head of the intake log goes."""
    return Bilingual(
        f"最後一個日結 {at}：{size:,} 份申請，根值如下",
        f"Last head, {at}: {size:,} applications, with this root",
    )


def say_given_up(attempt: int, ground: str, officers: str, at: str) -> Bilingual:
    """Say why an attempt was given up, by whom and when."""
    words = GROUNDS[ground]
    return Bilingual(
        f"第 {attempt} 次：{words.zh}（{officers}，{at}）",
        f"Attempt {attempt}: {words.en} ({officers}, {at})",
    )


def say_reinstated(number: str, category: str, rank_after: int, step: str) -> Bilingual:
    """Say where a reinstated application stands, and of which quota its place is."""
    name = CATEGORIES[category]
    place = Bilingual(f"{step} 名額", f"place of {step}") if step else NO_PLACE
    return Bilingual(
        f"{number}：排在{name.zh}次序 {rank_after:,} 之後；{place.zh}",
        f"{number}: after {name.en} rank {rank_after:,}; {place.en}",
    )
