"""What goes wrong between the portal and its database, told apart: one error for each remedy."""

from collections.abc import Iterator
from contextlib import contextmanager

from ibm_cloud_sdk_core import ApiException
from requests.exceptions import ConnectionError as BrokenConnection
from requests.exceptions import RequestException, Timeout

from sync.errors import (
    BadAnswer,
    Conflict,
    DiskFull,
    Forbidden,
    Missing,
    SyncError,
    TimedOut,
    Unreachable,
)


@contextmanager
def told_apart() -> Iterator[None]:
    """Turn what ibmcloudant and requests raise into the errors of :mod:`sync.errors`."""
    try:
        yield
    except ApiException as error:
        raise _meaning(error) from error
    except Timeout as error:
        raise TimedOut(str(error)) from error
    except BrokenConnection as error:
        raise Unreachable(str(error)) from error
    except RequestException as error:
        raise BadAnswer(str(error)) from error


def _meaning(error: ApiException) -> SyncError:
    if error.status_code in (401, 403):
        return Forbidden(error.message)
    if error.status_code == 404:
        return Missing(error.message)
    if error.status_code in (409, 412):
        return Conflict(error.message)
    if error.status_code == 507 or "enospc" in str(error.message).lower():
        return DiskFull(error.message)
    return BadAnswer(f"{error.status_code} {error.message}")
