import { describe, expect, test } from "vitest";
import { expand } from "../../../src/scenarios/read/expand.ts";
import { parseRows } from "../../../src/scenarios/read/rows.ts";
import { bareContext, declare } from "../scenario.ts";
import { brief, problemsOf } from "../../project/project-folder.ts";

const scenario = (matrix: string, more = "") =>
  `assistant: weather\nmatrix: ${matrix}\nturns: [{ user: "\${{ matrix.city }}", script: [{ say: Hi }] }]\n${more}`;

/** What is wrong with a project whose scenario names this file. */
const problemsWith = async (file: string, text: string, matrix = `{ rows: ${file} }`) => {
  const found = await problemsOf({ "scenarios/a.yaml": scenario(matrix), [`scenarios/${file}`]: text });
  return found.map((each) => brief(each).replace("scenarios/", ""));
};

describe("a file of rows", () => {
  test.each([
    ["files/a.csv", "id,city\nfirst,Paris\nsecond,Rome\n", ["test[first]", "test[second]"]],
    ["files/a.csv", '\uFEFFcity,note\r\nParis,\r\nRome,"a, b"\r\n', ["test[1]", "test[2]"]],
    ["files/a.yaml", "- { city: Paris, id: p }\n- { id: r, city: Rome }\n", ["test[p]", "test[r]"]],
    ["files/a.json", '[{ "city": "Paris" }, { "city": "Rome" }]', ["test[1]", "test[2]"]],
  ])("%s is a scenario a row", async (file, text, ids) => {
    expect(await problemsWith(file, text)).toEqual([]);
    const texts = new Map([[`scenarios/${file}`, text.replace("\uFEFF", "")]]);
    const made = expand(declare(scenario(`{ rows: ${file} }`)), { ...bareContext, texts });
    expect(made.map(({ id }) => id)).toEqual(ids);
    expect(made.map(({ scope }) => scope.matrix["city"])).toEqual(["Paris", "Rome"]);
    expect(made.map(({ baseId }) => baseId)).toEqual(["test", "test"]);
  });

  test("a cell of CSV is text, unless its column has a type; in YAML a value is what it is", () => {
    const csv = 'zip,big,sum,ok,list\n01234,1e3,-4.50,true,"[1, null]"\n';
    const [plain] = parseRows("a.csv", csv, {}).rows;
    expect(plain?.values).toEqual({ zip: "01234", big: "1e3", sum: "-4.50", ok: "true", list: "[1, null]" });
    const types = { sum: "number", ok: "boolean", list: "json", big: "integer" } as const;
    const [typed] = parseRows("a.csv", csv, types).rows;
    expect(typed?.values).toEqual({ zip: "01234", big: 1000, sum: -4.5, ok: true, list: [1, null] });
    const [yaml] = parseRows("a.yaml", "- { zip: '01234', sum: -4.5, ok: null }\n", types).rows;
    expect(yaml?.values).toEqual({ zip: "01234", sum: -4.5, ok: null });
  });

  test("a number with more digits than are kept is none", () => {
    const read = parseRows("a.csv", "n\n9007199254740993\n", { n: "integer" });
    expect(read.problems).toMatchObject([{ code: "wrong_type", place: { line: 2 } }]);
  });
});

test.each([
  ["nothing in it", "files/a.csv", "\n", ["empty_file files/a.csv:1:1"]],
  ["a header only", "files/a.csv", "city\n", ["too_few files/a.csv:1:1"]],
  [
    "rows of other lengths",
    "files/a.csv",
    "city,n\nParis\nRome,1,2\n",
    ["bad_csv files/a.csv:2:1", "bad_csv files/a.csv:3:1"],
  ],
  ["an open quote", "files/a.csv", 'city,n\nParis,1\nRome,"2\n', ["bad_csv files/a.csv:3:6"]],
  ["a quote in the middle", "files/a.csv", 'city,n\nthe "best",1\n', ["bad_csv files/a.csv:2:5"]],
  ["semicolons", "files/a.csv", "city;n\nParis;1\n", ["bad_csv files/a.csv:1:1"]],
  [
    "columns of bad names",
    "files/a.csv",
    "city,,a b,city\nP,1,2,3\n",
    ["bad_form files/a.csv:1:6", "bad_form files/a.csv:1:7", "duplicate_key files/a.csv:1:11"],
  ],
  [
    "ids that are no ids, and taken",
    "files/a.csv",
    "id,city\na b,P\nx,P\nX,P\n",
    ["bad_form files/a.csv:2:1", "duplicate_name files/a.csv:4:1"],
  ],
  ["a list of something else", "files/a.json", "[1]", ["wrong_type files/a.json:1:2"]],
  ["no list", "files/a.json", "{}", ["wrong_type files/a.json:1:1"]],
  ["no JSON", "files/a.json", "[", ["bad_json files/a.json:1:2"]],
  ["no YAML", "files/a.yaml", "- city: [P\n", ["bad_yaml files/a.yaml:1:9"]],
  [
    "rows with other keys",
    "files/a.yaml",
    "- city: P\n- ctiy: P\n",
    ["missing_key files/a.yaml:2:3", "unknown_key files/a.yaml:2:3"],
  ],
])("%s: a problem of the file of rows", async (_, file, text, problems) => {
  expect(await problemsWith(file, text)).toEqual(problems);
});

test.each([
  ["{ rows: files/a.csv, types: { n: number } }", ["wrong_type files/a.csv:2:7", "wrong_type files/a.csv:3:6"]],
  ["{ rows: files/a.csv, types: { n: json } }", ["wrong_type files/a.csv:2:7", "wrong_type files/a.csv:3:6"]],
  ["{ rows: files/a.csv, types: { m: number } }", ["unknown_reference a.yaml:2:39"]],
  ["{ rows: files/a.csv, types: { n: date } }", ["unknown_value a.yaml:2:42"]],
  ["{ rows: files/a.csv, axes: { x: [1] } }", ["conflicting_keys a.yaml:2:11"]],
  ["{ rows: files/b.csv }", ["missing_file a.yaml:2:17"]],
  ["{ rows: ../../a.csv }", ["outside_project a.yaml:2:17"]],
  ["{ rows: files/a.txt }", ["bad_form a.yaml:2:17"]],
])("%s", async (matrix, problems) => {
  expect(await problemsWith("files/a.csv", "city,n\nParis,1 000\nRome,\n", matrix)).toEqual(problems);
});

test("a column that is not there is found where it is read", async () => {
  const files = { "scenarios/a.yaml": scenario("{ rows: files/a.csv }"), "scenarios/files/a.csv": "ctiy\nParis\n" };
  const [found, ...more] = await problemsOf(files);
  expect(more).toEqual([]);
  expect(found).toMatchObject({
    code: "unknown_name",
    message: expect.stringContaining('did you mean "matrix.ctiy"?') as string,
    place: { file: "scenarios/a.yaml", line: 3 },
  });
});
