"""The fixed words of the receipt, in both languages; both are always printed."""

from applications.pdf.layout import Bilingual

CHANNELS = {"ONLINE": Bilingual("網上", "Online"), "PAPER": Bilingual("紙本", "Paper")}
CATEGORIES = {
    "FAMILY": Bilingual("家庭申請", "Family"),
    "ONE_PERSON": Bilingual("一人申請", "One-person"),
}
TRACKS = {
    "YOUTH": Bilingual("青年計劃", "Youth Scheme"),
    "GENERAL": Bilingual("一般配額", "General"),
}
FEE_METHODS = {
    "CARD": Bilingual("信用卡", "Card"),
    "FPS": Bilingual("轉數快", "FPS"),
    "CHEQUE": Bilingual("支票", "Cheque"),
    "CASHIER_ORDER": Bilingual("銀行本票", "Cashier's order"),
    "NONE": Bilingual("未繳付", "Not paid"),
}

TITLE_WORDS = Bilingual("申請收據", "Application receipt")
NUMBER_LABEL = Bilingual("申請編號", "Application number")
HOW_TO_CHECK = Bilingual(
    "查閱申請狀況：到以下網址，輸入申請編號及申請者的身份證號碼。",
    "To see how your application stands, open the address below and enter this number and the "
    "applicant's identity card number.",
)
WHY_SCAN = Bilingual(
    "攪珠後掃描二維碼，可看到次序及原因，並自行核實。",
    "After the ballot, scan the code for your rank, and why it is that one.",
)
NOT_AN_OFFER = Bilingual(
    "本收據並非要約，只確認已收到申請，並不表示申請符合資格或已獲配額。",
    "This receipt is not an offer. It confirms that the application was received, and no more.",
)
NEXT_HEADING = Bilingual("接下來的程序", "What happens next")
NEXT_STEPS = (
    Bilingual(
        "初步審核：攪珠之前，系統會按所申報的資料作初步審核，並核對有否重複申請。"
        "同一人名列多於一份表格，所有有關申請均會作廢。",
        "Screening: before the ballot, what you declared is checked, also for duplicates. If one "
        "person is on several forms, all of those forms are void.",
    ),
    Bilingual(
        "攪珠：登記冊先行凍結並公布其承諾值，然後公開攪珠，決定申請的優先次序。",
        "Ballot: the register is frozen and its commitment published; then a public ballot sets "
        "the order of the applications.",
    ),
    Bilingual(
        "詳細審查：按優先次序審查證明文件。輪到你的申請時，會以書面通知所需文件及提交期限。",
        "Vetting: documents are checked in that order. When it is your turn, you are told in "
        "writing what to send and by when.",
    ),
)
KEEP_HEADING = Bilingual("請妥善保存本收據", "Keep this receipt")
SALT_LABEL = Bilingual("核實碼", "Verification code")
WHY_KEEP = Bilingual(
    "攪珠後，你可憑核實碼及表格上各人的身份證號碼，自行核實已公布的登記冊內哪一行屬於你的申請。"
    "核實碼請勿公開。",
    "After the ballot this code, with the identity card numbers of everyone on the form, proves "
    "which line of the published register is yours. Do not make it public.",
)
FEE_NOT_REFUNDED = Bilingual("申請費概不退還。", "The fee is not refunded.")
FEE_UNTIL_CLEARED = Bilingual(
    "須待兌現；不獲兌現者，申請會被取消。",
    "Subject to clearance; if dishonoured, the application is cancelled.",
)
FEE_NOT_ENCLOSED = Bilingual(
    "表格並無附上有效的申請費。未繳費的申請不會納入攪珠。",
    "No valid fee came with the form. An application whose fee is not paid is not in the ballot.",
)
