"""Runs one cell as a notebook does, and says which files under /mnt/data it wrote and what it drew.

Top-level `await` works, the value of the last expression is printed, and tracebacks begin at the user's code.
"""

import __main__
import io
import itertools
import linecache
import os
import random
import sys
import time
import traceback

from pyodide.code import eval_code_async

DATA = "/mnt/data"
MAX_FILES = 64
MAX_BYTES = 100 * 1024 * 1024
MAX_IMAGES = 32

cells = itertools.count(1)
known = {}
images = []


def start(pause):
    """What a memory image cannot hold: the working folder, the environment, a fresh seed, unbuffered output."""
    time.sleep = sleeper(pause)
    os.makedirs(DATA, exist_ok=True)
    os.chdir(DATA)
    os.environ.clear()
    os.environ.update(HOME=DATA, LANG="C.UTF-8", MPLBACKEND="module://playbill_figures")
    random.seed()
    sys.stdout = sys.__stdout__ = unbuffered(1)
    sys.stderr = sys.__stderr__ = unbuffered(2)


def unbuffered(descriptor):
    """Without buffers stdout and stderr keep their order, and nothing is lost when the thread is ended."""
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)


def sleeper(pause):
    """A time.sleep() that rests, where Emscripten's own is a busy loop, and that can be interrupted."""
    from pyodide_js import checkInterrupt

    def sleep(seconds, /):
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            pause(min(left, 0.05) * 1000)
            checkInterrupt()

    return sleep


def given(path):
    """That file counts as written by the code only once the code changes it."""
    known[path] = signature(path)


async def run(source):
    """Runs a cell. Returns whether memory ran out."""
    try:
        show(await evaluate(source, f"<cell {next(cells)}>"))
    except SystemExit as stop:
        if stop.code not in (None, 0):
            print(f"SystemExit: {stop.code}", file=sys.stderr)
    except BaseException as error:
        report(error)
        return isinstance(error, MemoryError)
    return False


def evaluate(source, filename):
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    return eval_code_async(source, globals=__main__.__dict__, filename=filename)


def show(value):
    if value is not None:
        __main__.__dict__["_"] = value
        print(repr(value))


def report(error):
    sys.stderr.write("".join(traceback.format_exception(type(error), error, user_frames(error.__traceback__))))
    if isinstance(error, ModuleNotFoundError) and error.name:
        name = error.name.partition(".")[0]
        if name not in sys.stdlib_module_names and name not in sys.modules:
            print(
                f"Note: {name} is not in this interpreter. It has Python's standard library and no network to install more"
                " from; other packages come from the folder of Pyodide wheels that the server is started with.",
                file=sys.stderr,
            )


def user_frames(frames):
    while frames is not None and not frames.tb_frame.f_code.co_filename.startswith("<cell "):
        frames = frames.tb_next
    return frames


def signature(path):
    status = os.stat(path)
    return status.st_size, status.st_mtime_ns, status.st_ino


def take_files():
    """The files that are new or changed since the last time, as (path, bytes)."""
    taken = []
    room = MAX_BYTES
    for path in list(walk()):
        now = signature(path)
        if known.get(path) == now:
            continue
        known[path] = now
        if now[0] > room or len(taken) == MAX_FILES:
            print(f"Note: {path} is not given out: {MAX_FILES} files and {MAX_BYTES} bytes a call are the most.", file=sys.stderr)
            continue
        room -= now[0]
        with open(path, "rb") as file:
            taken.append((path, file.read()))
    return taken


def walk():
    for folder, _, names in os.walk(DATA):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                yield path


def take_images():
    """What was drawn since the last time, as PNG; open figures count."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        try:
            keep_figures(pyplot)
        except Exception as error:
            report(error)
    taken = images[:MAX_IMAGES]
    images.clear()
    return taken


def keep_figures(pyplot):
    try:
        for number in pyplot.get_fignums():
            buffer = io.BytesIO()
            pyplot.figure(number).savefig(buffer, format="png")
            images.append(buffer.getvalue())
    finally:
        pyplot.close("all")


def keep_picture(picture):
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    images.append(buffer.getvalue())
