"""Imports from the packages folder.

When an import finds nothing, the wheels of the packages folder that hold it are unpacked, and the import goes on.
With a `pyodide-lock.json` there its index is used; else the wheels are looked into.
"""

import importlib
import io
import json
import os
import site
import sys
import zipfile
from importlib.machinery import PathFinder

SITE_PACKAGES = site.getsitepackages()[0]
TARGETS = {"site": SITE_PACKAGES, "dynlib": "/usr/lib"}
LOCK = "pyodide-lock.json"

# The last lines of PIL.ImageShow here: Image.show() keeps the picture as an image of the run.
KEEP_PICTURES = """
import playbill_runner


class PlaybillViewer(Viewer):
    def show(self, image, **options):
        playbill_runner.keep_picture(image)
        return True


register(PlaybillViewer, 0)
"""


class WheelFinder:
    def __init__(self, names, read):
        self.names = set(names)
        self.read = read
        self.installed = set()
        self.packages = None

    def find_spec(self, name, path=None, target=None):
        if path is not None or not self.names:
            return None
        if self.packages is None:
            self.packages = self.locked() if LOCK in self.names else self.plain()
        wanted = [package for package in self.packages.values() if name in package["imports"]]
        for package in wanted:
            self.install(package)
        if not wanted:
            return None
        importlib.invalidate_caches()
        return PathFinder.find_spec(name)

    def locked(self):
        packages = json.loads(self.read(LOCK))["packages"]
        return {name: each for name, each in packages.items() if each["file_name"] in self.names}

    def plain(self):
        wheels = [name for name in self.names if name.endswith(".whl")]
        return {
            name: {"file_name": name, "imports": self.top_level(name), "depends": [], "install_dir": "site"} for name in wheels
        }

    def top_level(self, wheel):
        with zipfile.ZipFile(io.BytesIO(self.read(wheel))) as archive:
            return {entry.partition("/")[0].partition(".")[0] for entry in archive.namelist() if ".dist-info/" not in entry}

    def install(self, package):
        file_name = package["file_name"]
        if file_name in self.installed:
            return
        self.installed.add(file_name)
        for depended in package["depends"]:
            if depended in self.packages:
                self.install(self.packages[depended])
        target = TARGETS[package["install_dir"]]
        os.makedirs(target, exist_ok=True)
        with zipfile.ZipFile(io.BytesIO(self.read(file_name))) as archive:
            archive.extractall(target)
        if "PIL" in package["imports"]:
            with open(f"{target}/PIL/ImageShow.py", "a") as module:
                module.write(KEEP_PICTURES)


def install_finder(names, read):
    sys.meta_path.append(WheelFinder(names.to_py(), lambda name: read(name).to_bytes()))
