import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPython } from "./python.ts";

/** Python that writes wheels into the workspace. The two that draw hold just what matplotlib and Pillow are asked for here. */
const makeWheels = `
import zipfile

def wheel(name, files):
    with zipfile.ZipFile(f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Name: {name}")

wheel("greeting", {"greeting/__init__.py": "from words import hello", "greeting/part.py": "value = 7"})
wheel("words", {"words.py": "hello = 'hello from a wheel'"})
wheel("pillow", {"PIL/__init__.py": "", "PIL/Image.py": """
class Image:
    def save(self, file, format): file.write(bytes([137, 80, 78, 71, 13, 10, 26, 10]) + b"picture as " + format.encode())
    def show(self):
        from PIL import ImageShow
        ImageShow.show(self)
""", "PIL/ImageShow.py": """
viewers = []
class Viewer: pass
def register(viewer, order): viewers.insert(0, viewer())
def show(image): return any(viewer.show(image) for viewer in viewers)
"""})
wheel("matplotlib", {"matplotlib/__init__.py": "", "matplotlib/pyplot.py": """
import importlib, os
figures = []
class Figure:
    def savefig(self, file, format): file.write(bytes([137, 80, 78, 71, 13, 10, 26, 10]) + b"figure as " + format.encode())
def plot(): figures.append(Figure())
def get_fignums(): return range(len(figures))
def figure(number): return figures[number]
def close(which): figures.clear()
def show(): importlib.import_module(os.environ["MPLBACKEND"].removeprefix("module://")).show()
""", "matplotlib/backend_bases.py": "class FigureManagerBase: pass",
"matplotlib/backends/__init__.py": "", "matplotlib/backends/backend_agg.py": "class FigureCanvasAgg: pass"})
`;
const lock = {
  packages: {
    greeting: {
      file_name: "greeting-1.0-py3-none-any.whl",
      imports: ["greeting"],
      depends: ["words"],
      install_dir: "site",
    },
    words: { file_name: "words-1.0-py3-none-any.whl", imports: [], depends: [], install_dir: "site" },
    absent: { file_name: "absent-1.0-py3-none-any.whl", imports: ["absent"], depends: [], install_dir: "site" },
  },
};

const bare = startPython();
let folder = "";
let plain: ReturnType<typeof startPython>;
let locked: ReturnType<typeof startPython>;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "playbill-wheels-"));
  const { files } = await bare.run(makeWheels);
  for (const kind of ["plain", "locked"]) {
    await mkdir(path.join(folder, kind));
    await Promise.all(files.map((file) => writeFile(path.join(folder, kind, path.basename(file.path)), file.bytes)));
  }
  await writeFile(path.join(folder, "locked", "pyodide-lock.json"), JSON.stringify(lock));
  plain = startPython({ packages: path.join(folder, "plain") });
  locked = startPython({ packages: path.join(folder, "locked") });
}, 30_000);
afterAll(async () => {
  await Promise.all([bare, plain, locked].map(({ interpreter }) => interpreter.close()));
  await rm(folder, { recursive: true });
});

const decode = (images: Uint8Array[]) =>
  images.map((image) => new TextDecoder().decode(image.slice(pngSignatureLength)));
const pngSignatureLength = 8;

test("a module that is nowhere: the traceback, and a word on where packages come from", async () => {
  const logs = await bare.logs("import numpy.linalg");
  expect(logs).toContain("ModuleNotFoundError: No module named 'numpy'\nNote: numpy is not in this interpreter.");
  expect(logs).toContain("folder of Pyodide wheels");
  expect(await bare.logs("import json.nothing")).not.toContain("Note:");
});

test("wheels of the folder are imported with what they import", async () => {
  expect(await plain.logs("import greeting, greeting.part\nprint(greeting.hello, greeting.part.value)")).toBe(
    "hello from a wheel 7\n",
  );
  expect(await plain.logs("import numpy")).toContain("Note: numpy is not");
});

test("a lock file tells what holds a module and what it needs, of the wheels that are there", async () => {
  expect(await locked.logs("import greeting; greeting.hello")).toBe("'hello from a wheel'\n");
  expect(await locked.logs("import absent")).toContain("Note: absent is not");
});

test("shown pictures and open figures are the images of a call", async () => {
  const draw = "from PIL.Image import Image\nfrom matplotlib import pyplot\nImage().show()";
  const { images, logs } = await plain.run(`${draw}\npyplot.plot(); pyplot.show()\npyplot.plot(); pyplot.plot()`);
  expect(logs).toBe("");
  expect(decode(images)).toEqual(["picture as PNG", "figure as png", "figure as png", "figure as png"]);
  expect((await plain.run("1")).images).toEqual([]);
});
