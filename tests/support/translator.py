"""Stand-in for services of machine translation on this machine, with the form of API of LibreTranslate or DeepL."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LANGUAGES = ["en", "fr", "es", "ar", "zh-Hans", "ru", "nb"]
KEY = "secret"


class Translator:
    """`sent` are the texts of each request. `status` makes it refuse, `content` answer that, and `seconds` wait.

    A text is translated by naming the language before it.
    """

    def __init__(self):
        self.sent, self.asked, self.status, self.content, self.seconds = [], [], None, None, 0
        self.refuses_after = None
        translator = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(*translator.languages(self.path, self.headers))

            def do_POST(self):
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(*translator.translate(self.path, self.headers, said))

            def answer(self, status, answer):
                content = (translator.content or json.dumps(answer)).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def languages(self, path, headers):
        self.asked.append(path)
        if path == "/languages":
            return 200, [{"code": one, "name": one, "targets": LANGUAGES} for one in LANGUAGES]
        if headers["Authorization"] != f"DeepL-Auth-Key {KEY}":
            return 403, {"message": "Forbidden"}
        sources = [code.upper().partition("-")[0] for code in LANGUAGES]
        targets = ["EN-GB" if code == "en" else code.upper() for code in LANGUAGES]
        codes = {"/v2/languages?type=source": sources, "/v2/languages?type=target": targets}[path]
        return 200, [{"language": code, "name": code} for code in codes]

    def translate(self, path, headers, said):
        if path == "/translate":
            texts, target = said["q"], said["target"]
            known = said["source"] in LANGUAGES and target in LANGUAGES and said["format"] == "text"
            if said.get("api_key") != KEY:
                return 403, {"error": "Invalid API key"}
        else:
            texts, target = said["text"], said["target_lang"]
            known = path == "/v2/translate"
            if headers["Authorization"] != f"DeepL-Auth-Key {KEY}":
                return 403, {"message": "Forbidden"}
        self.sent.append(texts)
        time.sleep(self.seconds)
        if self.status and len(self.sent) > (self.refuses_after or 0):
            return self.status, {"error": "Not today", "message": "Not today"}
        if not known:
            return 400, {"error": f"{target} is not supported"}
        made = [f"[{target}] {text}" for text in texts]
        if path == "/translate":
            return 200, {"translatedText": made}
        return 200, {"translations": [{"detected_source_language": "EN", "text": text} for text in made]}


@contextmanager
def running_translator(settings, form="libretranslate"):
    """Run the stand-in, and set the catalogue up to ask it."""
    translator = Translator()
    thread = threading.Thread(target=translator.server.serve_forever, args=[0.01])
    thread.start()
    settings.MACHINE_TRANSLATION, settings.MACHINE_TRANSLATION_URL = form, translator.address
    settings.MACHINE_TRANSLATION_KEY = KEY
    settings.MACHINE_TRANSLATION_NAME = {"libretranslate": "LibreTranslate", "deepl": "DeepL"}.get(form, form)
    try:
        yield translator
    finally:
        translator.server.shutdown()
        thread.join()
        translator.server.server_close()
