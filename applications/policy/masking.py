"""
Contact details with most of them hidden: the applicant recognises them, nobody else learns them.

Whoever knows an application number and an identity number may see how the application stands, and
in a family those two are known. So the page that changes the details never shows them.
"""

HIDDEN = "•••"


def mask_phone(phone: str) -> str:
    """Hide the middle of a telephone number: ``9••• ••67``."""
    return f"{phone[:1]}{HIDDEN} ••{phone[-2:]}"


def mask_email(email: str) -> str:
    """Hide most of an e-mail address: ``c•••@e•••.org``."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}{HIDDEN}@{domain[:1]}{HIDDEN}.{domain.rpartition('.')[-1]}"


def mask_mailbox(email: str) -> str:
    """Hide whose address it is, for officers who look for a slip in the rest: ``a…@gmial.com``."""
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"
