"""The secret keys that this AWS has given out itself."""

from moto.core import DEFAULT_ACCOUNT_ID


def secret(access_key_id):
    """The secret of an access key from AssumeRole or CreateAccessKey, or None for one unknown."""
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends

    role = sts_backends[DEFAULT_ACCOUNT_ID]["aws"].get_assumed_role_from_access_key(access_key_id)
    if role:
        return role.secret_access_key
    key = iam_backends[DEFAULT_ACCOUNT_ID]["aws"].access_keys.get(access_key_id)
    return key.secret_access_key if key else None
