"""The words for the answers that people choose from, in the order in which pages offer them."""

from django.utils.translation import gettext_lazy as _

from applications.policy.household import (
    Category,
    District,
    FeeMethod,
    MaritalStatus,
    Relationship,
    Sex,
    Track,
)

SEXES = ((Sex.F.value, _("Female")), (Sex.M.value, _("Male")))
MARITAL_STATUSES = (
    (MaritalStatus.UNMARRIED.value, _("Never married")),
    (MaritalStatus.MARRIED.value, _("Married")),
    (MaritalStatus.DIVORCED.value, _("Divorced")),
    (MaritalStatus.WIDOWED.value, _("Widowed")),
    (MaritalStatus.DIVORCING.value, _("In divorce proceedings")),
)
RELATIONSHIPS = (
    (Relationship.SPOUSE.value, _("Husband or wife")),
    (Relationship.PARENT.value, _("Parent")),
    (Relationship.CHILD.value, _("Child")),
    (Relationship.SIBLING.value, _("Brother or sister")),
    (Relationship.GRANDPARENT.value, _("Grandparent")),
    (Relationship.GRANDCHILD.value, _("Grandchild")),
    (Relationship.OTHER.value, _("Another relative")),
)
DISTRICTS = (
    (
        _("Hong Kong Island"),
        (
            (District.CENTRAL_AND_WESTERN.value, _("Central and Western")),
            (District.EASTERN.value, _("Eastern")),
            (District.SOUTHERN.value, _("Southern")),
            (District.WAN_CHAI.value, _("Wan Chai")),
        ),
    ),
    (
        _("Kowloon"),
        (
            (District.KOWLOON_CITY.value, _("Kowloon City")),
            (District.KWUN_TONG.value, _("Kwun Tong")),
            (District.SHAM_SHUI_PO.value, _("Sham Shui Po")),
            (District.WONG_TAI_SIN.value, _("Wong Tai Sin")),
            (District.YAU_TSIM_MONG.value, _("Yau Tsim Mong")),
        ),
    ),
    (
        _("New Territories"),
        (
            (District.ISLANDS.value, _("Islands")),
            (District.KWAI_TSING.value, _("Kwai Tsing")),
            (District.NORTH.value, _("North")),
            (District.SAI_KUNG.value, _("Sai Kung")),
            (District.SHA_TIN.value, _("Sha Tin")),
            (District.TAI_PO.value, _("Tai Po")),
            (District.TSUEN_WAN.value, _("Tsuen Wan")),
            (District.TUEN_MUN.value, _("Tuen Mun")),
            (District.YUEN_LONG.value, _("Yuen Long")),
        ),
    ),
)
ONLINE_FEE_METHODS = (
    (FeeMethod.CARD.value, _("Credit card: VISA, MasterCard, JCB or UnionPay")),
    (FeeMethod.FPS.value, _("Faster Payment System (FPS)")),
)
CATEGORIES = {
    Category.FAMILY.value: _("Family: two or more people"),
    Category.ONE_PERSON.value: _("One person"),
}
TRACKS = {
    Track.YOUTH.value: _("Youth Scheme and ordinary quota"),
    Track.GENERAL.value: _("Ordinary quota"),
}
DISTRICT_NAMES = {value: name for _area, districts in DISTRICTS for value, name in districts}
