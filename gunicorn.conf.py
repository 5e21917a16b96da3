"""Settings of gunicorn, which reads them from the folder it is started in."""

from gunicorn.http import wsgi


class QuietResponse(wsgi.Response):
    """Response that does not say which server sends it; gunicorn has no setting for that."""

    def default_headers(self):
        return [line for line in super().default_headers() if not line.startswith("Server:")]


wsgi.Response = QuietResponse
