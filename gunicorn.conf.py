"""Settings of gunicorn, which reads them from the folder it is started in."""

from gunicorn.http import wsgi


class QuietResponse(wsgi.Response):
    """Response that does not say which server sends it; gunicorn has no setting for that."""

    def default_headers(self):
        return [line for line in super().default_headers() if not line.startswith("Server:")]


wsgi.Response = QuietResponse

worker_class = "catalogue.worker.PatientWorker"
threads = 4
limit_request_line = 4094  # bytes
limit_request_fields = 100
limit_request_field_size = 8190  # bytes
# What a client says in a SCRIPT_NAME or PATH_INFO header must not pass for what a proxy says.
forwarder_headers = ""
