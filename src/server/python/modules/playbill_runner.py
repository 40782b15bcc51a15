"""Runs one cell as a notebook does, and says which files under /mnt/data it wrote and what it drew.

Top-level `await` works, the value of the last expression is printed, and tracebacks begin at the user's code.
"""

import __main__
import asyncio
import io
import itertools
import linecache
import os
import random
import sys
import time
import traceback
import weakref

from pyodide.code import eval_code_async

DATA = "/mnt/data"

limits = {}
cells = itertools.count(1)
known = {}
images = []
abandoned = weakref.WeakSet()


def start(pause, files, size, drawn):
    """What a memory image cannot hold: the working folder, the environment, a fresh seed, unbuffered output.

    A call gives out at most so many files, bytes and images. They are counted again outside; here it is said which are left out.
    """
    limits.update(files=files, bytes=size, images=drawn)
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


def given(path, alias):
    """That file counts as written by the code only once the code changes it. It is found under a second path too."""
    known[path] = signature(path)
    if alias and not os.path.lexists(alias):
        os.symlink(path, alias)


async def run(source):
    """Runs a cell and stops what it left running. Returns whether memory ran out."""
    try:
        return await run_cell(source)
    finally:
        await stop_tasks()


async def stop_tasks():
    """Between two cells nothing runs: what does not obey its cancellation is never continued."""
    left = {task for task in asyncio.all_tasks() if task is not asyncio.current_task() and task not in abandoned}
    for task in left:
        task.cancel()
    abandoned.update(left)
    if left:
        await asyncio.wait(left, timeout=0.5)
        print(f"Note: stopped at the end of the code: {len(left)} asyncio task(s). Await tasks that have to finish.", file=sys.stderr)


async def run_cell(source):
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
    left = []
    room = limits["bytes"]
    for path in list(walk()):
        now = signature(path)
        if known.get(path) == now:
            continue
        known[path] = now
        if now[0] > room or len(taken) == limits["files"]:
            left.append(path)
            continue
        room -= now[0]
        with open(path, "rb") as file:
            taken.append((path, file.read()))
    if left:
        named = ", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else "")
        most = f"{limits['files']} files and {limits['bytes']} bytes"
        print(f"Note: not returned: {named}. The limit is {most} per call.", file=sys.stderr)
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
    taken = images[: limits["images"]]
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
