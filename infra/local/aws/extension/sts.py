"""Presigned GetCallerIdentity: how an EKS cluster finds out who a token is.

A token for EKS is a presigned GET of STS with the cluster's name in the signed
header x-k8s-aws-id. moto knows no presigned requests; here the signature in
the query becomes the header that moto reads. A signed header that was not sent
is refused, and so is a signature older than X-Amz-Expires; the signature of a
key that this AWS gave out itself (AssumeRole, CreateAccessKey) is checked.
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
"""

import datetime
import hmac
import json
import re
import urllib.parse

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from . import keys


def unsigned(environ):
    """Turn a presigned request into a signed one. An answer when it must be refused."""
    query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if "X-Amz-Credential" not in query or "HTTP_AUTHORIZATION" in environ:
        return None
    scope = query["X-Amz-Credential"].split("/")
    if len(scope) != 5 or scope[3] != "sts":
        return None
    if _expired(query):
        return _refusal("ExpiredToken", "The security token included in the request is expired")
    signed = query.get("X-Amz-SignedHeaders", "").split(";")
    sent = {h: _header(environ, h) for h in signed}
    if None in sent.values() or not _genuine(environ, query, sent):
        return _refusal(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        )
    environ["HTTP_AUTHORIZATION"] = (
        f"AWS4-HMAC-SHA256 Credential={query['X-Amz-Credential']}, "
        f"SignedHeaders={query.get('X-Amz-SignedHeaders', '')}, Signature={query.get('X-Amz-Signature', '')}"
    )
    return None


def _header(environ, name):
    return environ.get("HTTP_" + name.upper().replace("-", "_"))


def _expired(query):
    try:
        at = datetime.datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ")
    except (KeyError, ValueError):
        return True
    # STS takes presigned requests for 15 minutes, whatever X-Amz-Expires says; clusters rely on it.
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    return now - at > datetime.timedelta(minutes=15)


def _genuine(environ, query, headers):
    secret = keys.secret(query["X-Amz-Credential"].split("/")[0])
    if secret is None:
        return True  # dummy credentials: there is nothing to check against
    signed = {k: v for k, v in query.items() if k != "X-Amz-Signature"}
    asked = urllib.parse.urlencode(signed, quote_via=urllib.parse.quote)
    url = f"http://{headers['host']}{environ['PATH_INFO']}?{asked}"
    request = AWSRequest(environ["REQUEST_METHOD"], url, headers=headers)
    request.context["timestamp"] = query["X-Amz-Date"]
    scope = query["X-Amz-Credential"].split("/")
    signer = SigV4QueryAuth(Credentials(scope[0], secret), scope[3], scope[2])
    text = signer.string_to_sign(request, signer.canonical_request(request))
    return hmac.compare_digest(signer.signature(text, request), query.get("X-Amz-Signature", ""))


def _refusal(code, message):
    text = (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>slipway</RequestId></ErrorResponse>"
    )
    return 403, "text/xml", text.encode()


def as_accepted(environ, entry, status, headers, payload):
    """GetCallerIdentity in JSON for who accepts that, as the EKS authenticator does."""
    wants_json = "application/json" in environ.get("HTTP_ACCEPT", "")
    if not wants_json or entry["service"] != "sts" or entry["action"] != "GetCallerIdentity" or status != 200:
        return status, headers, payload
    fields = {k: re.search(f"<{k}>(.*?)</{k}>", payload.decode()).group(1) for k in ("Account", "Arn", "UserId")}
    said = {
        "GetCallerIdentityResponse": {
            "GetCallerIdentityResult": fields,
            "ResponseMetadata": {"RequestId": "slipway"},
        }
    }
    payload = json.dumps(said).encode()
    return 200, [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))], payload
