"""Contract: what the portal's client library does, with gzip as it comes."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from ibm_cloud_sdk_core import ApiException
from ibm_cloud_sdk_core.authenticators import BasicAuthenticator
from ibmcloudant import CouchDbSessionAuthenticator
from ibmcloudant.cloudant_v1 import BulkDocs, CloudantV1, Document, IndexDefinition, IndexField
from ibmcloudant.features.changes_follower import ChangesFollower


@pytest.fixture(params=["basic", "session"])
def client(request: pytest.FixtureRequest, server: Any) -> Iterator[CloudantV1]:
    kinds = {"basic": BasicAuthenticator, "session": CouchDbSessionAuthenticator}
    service = CloudantV1(authenticator=kinds[request.param]("admin", "secret"))
    service.set_service_url(server.url)
    service.set_http_config({"timeout": 65})
    yield service
    service.get_http_client().close()


def test_documents_are_put_found_and_deleted(client: CloudantV1, db: Any) -> None:
    put = client.put_document(db=db.name, doc_id="a", document={"kind": "x", "n": 1})
    rev = put.get_result()["rev"]
    assert client.get_document(db=db.name, doc_id="a").get_result()["n"] == 1
    with pytest.raises(ApiException) as refusal:
        client.put_document(db=db.name, doc_id="a", document=Document(n=2))
    assert refusal.value.status_code == 409
    client.delete_document(db=db.name, doc_id="a", rev=rev)
    with pytest.raises(ApiException) as refusal:
        client.get_document(db=db.name, doc_id="a")
    assert refusal.value.status_code == 404


def test_bulk_writes_indexes_and_queries(client: CloudantV1, db: Any) -> None:
    docs = [{"_id": f"n:{n}", "kind": "n", "at": n} for n in range(50)]
    rows = client.post_bulk_docs(db=db.name, bulk_docs=BulkDocs(docs=docs)).get_result()
    assert all(row["ok"] for row in rows)
    fields = [IndexField(kind="asc"), IndexField(at="asc")]
    client.post_index(db=db.name, index=IndexDefinition(fields=fields), ddoc="d", name="n")
    found = client.post_find(
        db=db.name, selector={"kind": "n", "at": {"$lt": 9}}, sort=[{"at": "desc"}], limit=2
    ).get_result()
    assert [doc["at"] for doc in found["docs"]] == [8, 7]
    rows = client.post_all_docs(
        db=db.name, start_key="n:1", end_key="n:2", include_docs=True
    ).get_result()["rows"]
    assert len(rows) == 12


def test_attachments_are_put_and_fetched(client: CloudantV1, db: Any) -> None:
    put = client.put_attachment(
        db=db.name, doc_id="a", attachment_name="p", attachment=b"x" * 70_000,
        content_type="image/jpeg",
    )  # fmt: skip
    assert put.get_result()["ok"]
    got = client.get_attachment(db=db.name, doc_id="a", attachment_name="p")
    assert got.get_result().content == b"x" * 70_000


def test_the_follower_hears_each_change(client: CloudantV1, db: Any) -> None:
    db.put("old", {})
    follower = ChangesFollower(service=client, db=db.name, include_docs=True, since="0")
    heard: list[str] = []
    ready = threading.Event()

    def follow() -> None:
        for change in follower.start():
            heard.append(change.id)
            ready.set()
            if change.id == "last":
                return

    thread = threading.Thread(target=follow)
    thread.start()
    assert ready.wait(10)
    for id in ("a", "b", "last"):
        db.put(id, {})
    thread.join(20)
    assert heard == ["old", "a", "b", "last"]
