"""Pages of a list that does not change: MaxResults and NextToken as EC2 has them."""

import base64

from .errors import AWSError


def page(items, max_results, token, default):
    """(the items of one page, the token of the next or None).

    default: the page size when none is asked for, and the most there can be.
    """
    size = min(int(max_results or default), default)
    if size < 1:
        raise AWSError("InvalidParameterValue", f"MaxResults {max_results} is out of range")
    start = _start(token) if token else 0
    end = start + size
    return items[start:end], (_token(end) if end < len(items) else None)


def _token(start):
    return base64.urlsafe_b64encode(f"slipway:{start}".encode()).decode()


def _start(token):
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("slipway:"))
    except ValueError:
        raise AWSError("InvalidNextToken", "The token is invalid.") from None
