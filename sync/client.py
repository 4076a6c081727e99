"""Clients of ibmcloudant, made once for each server, administrator and patience."""

from collections.abc import Callable
from functools import lru_cache

from ibm_cloud_sdk_core.authenticators import BasicAuthenticator
from ibmcloudant.cloudant_v1 import CloudantV1
from requests.adapters import HTTPAdapter


@lru_cache(maxsize=32)
def connect(
    url: str,
    name: str,
    password: str,
    patience: tuple[float, float],
    adapter: Callable[[], HTTPAdapter] = HTTPAdapter,
) -> CloudantV1:
    """A client whose connections are shared by all who ask for the same one, in any thread.

    ``patience``: seconds to wait for a connection and for an answer. ``adapter``: sends what goes
    over plain HTTP. Kept, because ibm-cloud-sdk-core reads the machine's certificates for each new
    one: 30 ms of processor, for a server on loopback that shows none.
    """
    client = CloudantV1(authenticator=BasicAuthenticator(name, password))
    client.set_service_url(url)
    client.set_http_config({"timeout": patience})
    client.set_enable_gzip_compression(False)
    client.http_client.mount("http://", adapter())
    return client
