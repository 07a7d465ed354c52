"""What was handed out with a published commitment."""

from lottery.models import CommitmentNotice, Publication, TimestampRequest


def find_notice(publication: Publication) -> CommitmentNotice | None:
    """Find the signed notice; its PDF is read only where somebody asks for it."""
    return CommitmentNotice.objects.filter(publication=publication).defer("pdf").first()


def find_timestamp_request(publication: Publication) -> TimestampRequest | None:
    """Find the request for a timestamp, with its answer if there is one."""
    requests = TimestampRequest.objects.select_related("token")
    return requests.filter(publication=publication).first()
