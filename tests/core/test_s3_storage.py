"""Uploaded files in a storage that speaks S3: a server on this machine, through django-storages as in production."""

import logging
import re

import boto3
import pytest
from botocore.config import Config
from django.core.files.base import ContentFile
from moto.server import ThreadedMotoServer
from storages.backends.s3 import S3Storage

from practices import workflow
from practices.core import stored_files
from practices.core.findings import Severity
from practices.core.health import folders
from practices.core.upload_checks import Upload
from practices.models import Attachment
from tests.support.addresses import address
from tests.support.factories import make_submission
from tests.support.pages import read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_sandbox")]

PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF"
BUCKET = "practices"
KEYS = {"access_key": "key", "secret_key": "secret", "region_name": "eu-central-1"}
NO_WAIT = Config(connect_timeout=1, read_timeout=2, retries={"max_attempts": 0})


@pytest.fixture(scope="module")
def server():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Wait longer than in production, as machines that run tests have much else to do."""
    monkeypatch.setattr(stored_files, "ANSWER_SECONDS", 10)
    monkeypatch.setattr(stored_files, "FIRST_ANSWER_SECONDS", 10)


@pytest.fixture
def bucket(server, monkeypatch):
    """Store uploaded files in a bucket, and return the client that its owner has."""
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    owner = boto3.client(
        "s3", endpoint_url=endpoint, aws_access_key_id="key", aws_secret_access_key="secret",
        region_name=KEYS["region_name"],
    )  # fmt: skip
    owner.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": KEYS["region_name"]})
    _store_in(monkeypatch, endpoint)
    yield owner
    for name in _names(owner):
        owner.delete_object(Bucket=BUCKET, Key=name)
    owner.delete_bucket(Bucket=BUCKET)
    owner.close()


def _store_in(monkeypatch, endpoint):
    storage = S3Storage(bucket_name=BUCKET, endpoint_url=endpoint, client_config=NO_WAIT, **KEYS)
    monkeypatch.setattr(Attachment._meta.get_field("file"), "storage", storage)
    monkeypatch.setattr(folders, "default_storage", storage)


@pytest.fixture
def go_away(monkeypatch):
    """Return a function after which nothing listens at the address of the storage."""
    return lambda: _store_in(monkeypatch, "http://127.0.0.1:1")


def _names(owner):
    return [each["Key"] for each in owner.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def attach(content=PDF):
    upload = Upload("report.pdf", content, "application/pdf", str(len(content)))
    return workflow.attach(make_submission(), upload, description="Evaluation")


def send(client, submission):
    path = address("submission-attachments", submission.token)
    return client.post(path, {"file": ContentFile(PDF, name="report.pdf"), "description": "Evaluation"})


def test_uploaded_file_is_an_object_and_is_downloaded_whole(client, bucket):
    send(client, make_submission())
    [attachment] = Attachment.objects.all()

    response = client.get(attachment.get_private_url())

    assert _names(bucket) == [attachment.file.name]
    assert re.fullmatch(r"attachments/[\w-]{20,}/report\.pdf", attachment.file.name)
    assert (response.status_code, b"".join(response)) == (200, PDF)
    response.close()


def test_range_of_a_file_is_sent(client, bucket):
    response = client.get(attach().get_private_url(), headers={"Range": "bytes=5-7"})

    assert (response.status_code, response.headers["Content-Range"]) == (206, f"bytes 5-7/{len(PDF)}")
    assert b"".join(response) == PDF[5:8]
    response.close()


def test_file_that_is_lost_is_answered_404_while_the_others_are_there(client, bucket):
    lost, kept = attach(), attach()
    bucket.delete_object(Bucket=BUCKET, Key=lost.file.name)

    found = [client.get(each.get_private_url()) for each in (lost, kept)]

    assert [response.status_code for response in found] == [404, 200]
    found[1].close()


def test_storage_that_is_away_is_answered_503(client, bucket, go_away):
    client.raise_request_exception = False
    attachment = attach()
    go_away()

    read_from, sent_to = client.get(attachment.get_private_url()), send(client, make_submission())

    assert (read_from.status_code, read_from.headers["Retry-After"]) == (503, "30")
    assert (sent_to.status_code, Attachment.objects.count()) == (503, 1)
    assert "Files cannot be saved right now" in read(sent_to).one("div", id="errors").text


def test_health_check_makes_one_client(bucket, monkeypatch):
    attach()
    folders.storage()
    made = []
    monkeypatch.setattr(boto3.Session, "resource", lambda *args, **options: made.append(args))

    found = [folders.storage().state for _time in range(3)]

    assert (found, made) == ([Severity.OK] * 3, [])


def test_health_check_sees_objects_that_are_lost_and_a_storage_that_is_away(bucket, go_away):
    attachment = attach()
    found = [folders.storage().state]
    bucket.delete_object(Bucket=BUCKET, Key=attachment.file.name)
    found.append(folders.storage().state)
    go_away()
    found.append(folders.storage().state)

    assert found == [Severity.OK, Severity.FAULT, Severity.FAULT]


def test_trial_file_of_the_doctor_is_stored_and_deleted(bucket):
    assert (folders.uploads().state, _names(bucket)) == (Severity.OK, [])


def test_sweep_deletes_old_objects_that_no_row_names(bucket, settings):
    settings.FILES_GRACE_HOURS = -1
    attachment = attach()
    bucket.put_object(Bucket=BUCKET, Key="attachments/abc/orphan.pdf", Body=PDF)

    swept = stored_files.sweep()

    assert (swept, _names(bucket)) == (["attachments/abc/orphan.pdf"], [attachment.file.name])


@pytest.mark.django_db(transaction=True)
def test_object_of_an_erased_row_is_deleted(bucket):
    attach().delete()

    assert _names(bucket) == []
