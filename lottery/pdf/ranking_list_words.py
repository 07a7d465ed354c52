"""The words of the ranking list, in both languages; both are always printed."""

from applications.pdf.layout import Bilingual

TITLE_WORDS = Bilingual("次序名單", "Ranking list")
WHAT_IT_IS = Bilingual(
    "本名單按次序列出參加攪珠的每份申請，每類別由 1 起。名單只有編號，沒有個人資料。"
    "次序決定審查文件的先後，並不表示申請符合資格，亦非要約。",
    "Every application in the ballot, in order of rank, from 1 in each category. It holds numbers "
    "and no personal data. The rank decides whose documents are vetted first; it does not say that "
    "an application is eligible, and it is not an offer.",
)
HOW_TO_READ = Bilingual(
    "籤值只印首 12 位，其餘見抽籤紀錄內的 ranking.txt。組別 Y 為青年計劃，G 為一般。"
    "「名額」列出配額代號及當中第幾個；空白即暫時沒有名額。",
    "Of a ticket only the first 12 digits are printed; the rest is in ranking.txt of the "
    "transcript. Track Y is the Youth Scheme, G is general. Place names the quota and which of "
    "its places; where it is empty there is none for now.",
)
HOW_TO_CHECK = Bilingual(
    "每個次序都可由登記冊和攪出的號碼重新計算。抽籤紀錄、驗證程式及查閱編號：",
    "Anybody can recompute every rank from the register and the balls. Transcript, verifier and "
    "the look-up of a number:",
)
BALLOT_LABEL = Bilingual("攪珠", "Ballot")
DRAWN_LABEL = Bilingual("抽籤時間", "Draw run")
COUNTS_LABEL = Bilingual("數目", "Counts")
COMMITMENT_LABEL = Bilingual("承諾值 C", "Commitment C")
SEED_LABEL = Bilingual("種子 K", "Seed K")
GIVEN_UP = Bilingual("此次已放棄，另行攪珠", "Given up for another attempt")
PART_LABEL = Bilingual("分冊", "Part")
CATEGORIES = {
    "F": Bilingual("家庭申請者", "Family"),
    "P": Bilingual("一人申請者", "One-person"),
}
COLUMNS = (
    Bilingual("次序", "Rank"),
    Bilingual("申請編號", "Number"),
    Bilingual("尾號", "End"),
    Bilingual("籤值", "Ticket"),
    Bilingual("組別", "Track"),
    Bilingual("名額", "Place"),
)


def say_attempt(draw: str, attempt: int) -> Bilingual:
    """Name an attempt."""
    return Bilingual(f"{draw}，第 {attempt} 次", f"{draw}, attempt {attempt}")


def say_part(part: int, count: int) -> Bilingual:
    """Say which part of a long list this is."""
    return Bilingual(f"第 {part} 冊，共 {count} 冊", f"Part {part} of {count}")


def say_counts(line_count: int, ranked: dict[str, int], place_count: int) -> Bilingual:
    """Say how much was drawn."""
    chinese = "，".join(f"{CATEGORIES[letter].zh} {count:,} 份" for letter, count in ranked.items())
    english = ", ".join(f"{count:,} {CATEGORIES[letter].en}" for letter, count in ranked.items())
    return Bilingual(
        f"登記冊 {line_count:,} 行；排序 {sum(ranked.values()):,} 份（{chinese}）；"
        f"名額 {place_count:,} 個",
        f"{line_count:,} lines in the register; {sum(ranked.values()):,} ranked ({english.lower()})"
        f"; {place_count:,} places given",
    )


def say_section(category: str, first_rank: int, last_rank: int) -> Bilingual:
    """Head the lines of a category on one page."""
    name = CATEGORIES[category]
    return Bilingual(
        f"{name.zh}：次序 {first_rank:,} 至 {last_rank:,}",
        f"{name.en}: ranks {first_rank:,} to {last_rank:,}",
    )
