"""Settings of gunicorn, which reads them from the folder it is started in."""

import os
import shutil
import tempfile

from gunicorn.http import wsgi


class QuietResponse(wsgi.Response):
    """Response that does not say which server sends it; gunicorn has no setting for that."""

    def default_headers(self):
        return [line for line in super().default_headers() if not line.startswith("Server:")]


wsgi.Response = QuietResponse

# Workers keep the counts of their requests here, and whichever is asked for /metrics adds them up.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="catalogue-metrics-")


def child_exit(server, worker):
    # As it is imported, the library decides whether processes share their counts, so not before the folder is named.
    from prometheus_client import multiprocess  # noqa: PLC0415

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


worker_class = "catalogue.worker.PatientWorker"
logger_class = "catalogue.worker.StructuredLogger"
threads = 4
limit_request_line = 4094  # bytes
limit_request_fields = 100
limit_request_field_size = 8190  # bytes
# What a client says in a SCRIPT_NAME or PATH_INFO header must not pass for what a proxy says.
forwarder_headers = ""
