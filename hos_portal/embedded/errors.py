"""What people see when the embedded services cannot do their work."""


class EmbeddedServiceError(RuntimeError):
    """An embedded service cannot start or stop; the text says why and what to do, in one line."""
