"""Requests run in threads: nothing that one of them does may change the process of the others."""

import ast
import threading
import warnings
from pathlib import Path

import pytest
from django.conf import settings

from practices.core import upload_checks
from practices.core.upload_parser import recognise
from tests.support.hostile_files import picture

CALLS = {
    "warnings.catch_warnings", "warnings.simplefilter", "warnings.filterwarnings", "warnings.resetwarnings",
    "locale.setlocale", "os.umask", "os.chdir", "os.fchdir", "os.putenv", "os.unsetenv", "os.nice", "time.tzset",
    "os.environ.update", "os.environ.setdefault", "os.environ.pop", "os.environ.clear",
    "signal.signal", "signal.alarm", "signal.setitimer", "signal.pthread_sigmask", "resource.setrlimit",
    "sys.setrecursionlimit", "sys.setswitchinterval", "sys.set_int_max_str_digits",
    "socket.setdefaulttimeout", "decimal.setcontext", "decimal.getcontext", "csv.field_size_limit", "random.seed",
    "gc.disable", "gc.enable", "gc.freeze", "gc.set_threshold", "faulthandler.enable", "logging.disable",
    "translation.activate", "translation.deactivate", "translation.deactivate_all", "timezone.activate",
    "timezone.deactivate", "mimetypes.add_type", "multiprocessing.set_start_method",
}  # fmt: skip
"""Functions that change the process, or the thread beyond the request."""
STATE = {
    "os.environ",
    "sys.path",
    "sys.stdout",
    "sys.stderr",
    "Image.MAX_IMAGE_PIXELS",
    "ImageFile.LOAD_TRUNCATED_IMAGES",
}
"""Attributes of modules whose assignment changes the process."""
OWN_PROCESS = [
    "practices/core/sandbox_child.py", "practices/management/commands/quickstart.py",
    "practices/core/worker_threads.py", "practices/core/worker_process.py", "catalogue/wsgi.py", "catalogue/worker.py",
    "practices/core/html_to_pdf.py",
]  # fmt: skip
"""Modules that serve no request: they run at the start of a process of their own, or in its main thread."""


def sources():
    for folder in ("practices", "catalogue"):
        for path in sorted(Path(settings.BASE_DIR, folder).rglob("*.py")):
            name = str(path.relative_to(settings.BASE_DIR))
            if name not in OWN_PROCESS:
                yield name, ast.parse(path.read_text())


def imported(tree):
    """Return the full name of each name that a module imports from another."""
    return {
        alias.asname or alias.name: f"{(node.module or '').rpartition('.')[2]}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def dotted(node):
    """Return a name such as “os.environ.update”; None for any other expression."""
    if isinstance(node, ast.Attribute):
        return (of := dotted(node.value)) and f"{of}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else None


def is_state(target):
    while isinstance(target, ast.Subscript):
        target = target.value
    return dotted(target) in STATE


def changes(tree):
    """Return (line, what) of each change of the process."""
    names = imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = dotted(node.func)
            if called in CALLS or names.get(called) in CALLS:
                yield node.lineno, called
        targets = getattr(node, "targets", []) or [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Delete) and any(map(is_state, targets)):
            yield node.lineno, ast.unparse(node)


def test_no_module_changes_the_process_of_a_request():
    found = [f"{name}:{line}: {what}" for name, tree in sources() for line, what in changes(tree)]

    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import warnings\nwith warnings.catch_warnings(): pass",
        "from warnings import catch_warnings\nwith catch_warnings(): pass",
        "from django.utils.translation import activate as use\nuse('fr')",
        "import os\nos.environ['TZ'] = 'UTC'",
        "from PIL import Image\nImage.MAX_IMAGE_PIXELS = None",
        "import os\ndel os.environ['TZ']",
    ],
)
def test_change_of_the_process_is_found(code):
    assert len(list(changes(ast.parse(code)))) == 1


def test_pictures_read_in_threads_leave_the_warnings_as_they_were():
    before = list(warnings.filters)
    content = picture("PNG", (300, 300))
    start = threading.Barrier(4)

    def read():
        start.wait()
        for _number in range(50):
            recognise(content, **upload_checks.budgets())

    threads = [threading.Thread(target=read) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert warnings.filters == before
