"""The errors that this package answers with."""

from moto.core.exceptions import ServiceException


class AWSError(ServiceException):
    """A call refused: AWSError(code, message).

    A class of our own, because moto looks up the error's service by the module
    of its class, and takes that of the call only for classes it does not know.
    """
