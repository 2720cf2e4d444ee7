from __future__ import annotations

from pathlib import Path

import pytest

from backend.__main__ import main
from backend.fleet.key_files import KeyFileError, make_key, read_signer
from kiosk.fleet.roots import Root, first_root, next_root


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    assert main(["keys", "bench", "--out", str(tmp_path)]) == 0
    return tmp_path


def roles(keys: Path) -> list[str]:
    roots = [str(keys / "root-a.pub"), str(keys / "root-b.pub")]
    releases = [str(keys / "release-a.pub"), str(keys / "release-b.pub")]
    return ["--root", *roots, "--release", *releases, "--director", str(keys / "director.pub")]


def test_the_ceremony_step_by_step_makes_a_root_that_is_believed(tmp_path: Path) -> None:
    for name in ("root-a", "root-b", "release-a", "release-b", "director"):
        assert main(["keys", "make", name, "--out", str(tmp_path), "--plain"]) == 0
    out = tmp_path / "roots" / "1.json"
    assert main(["keys", "root", "--out", str(out), "--host", "app.example.org", *roles(tmp_path)]) == 0
    for name in ("root-a", "root-b"):
        assert main(["keys", "sign", str(out), "--key", str(tmp_path / f"{name}.key"), "--yes"]) == 0
    root = first_root(out.read_bytes())
    assert isinstance(root, Root)
    assert (root.version, root.epoch, root.hosts) == (1, 0, ("app.example.org",))


def test_a_rotation_is_believed_after_the_old_root(keys: Path) -> None:
    out = keys / "roots" / "2.json"
    old = keys / "roots" / "1.json"
    assert main(["keys", "rotate", str(old), "--out", str(out), "--new-epoch", *roles(keys)]) == 0
    for name in ("root-a", "root-b"):
        main(["keys", "sign", str(out), "--key", str(keys / f"{name}.key"), "--yes"])
    before = first_root(old.read_bytes())
    assert isinstance(before, Root)
    after = next_root(before, out.read_bytes())
    assert isinstance(after, Root)
    assert (after.version, after.epoch, after.hosts) == (2, 1, before.hosts)


def test_what_is_signed_is_said_in_words_first(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    main(["keys", "show", str(keys / "roots" / "1.json")])
    told = capsys.readouterr().out
    assert "bundles about money or trust: 2 of" in told
    assert "PRIVATE" not in told


@pytest.mark.parametrize(
    "arguments",
    [
        ["make", "root-a", "--plain"],
        ["sign", "root-a.pub", "--key", "root-a.key", "--yes"],
        ["sign", "roots/1.json", "--key", "root-a.pub", "--yes"],
        ["sign", "nowhere.json", "--key", "root-a.key", "--yes"],
        ["show", "root-a.key"],
        ["rotate", "root-a.pub", "--out", "x", "--root", "root-a.pub", "--release", "release-a.pub", "--director", "d"],
    ],
)
def test_bad_input_is_a_sentence_and_changes_nothing(
    keys: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(keys)
    before = {path: path.read_bytes() for path in keys.rglob("*") if path.is_file()}
    assert main(["keys", *arguments]) == 2
    told = capsys.readouterr().err
    assert told.strip()
    assert "Traceback" not in told
    assert {path: path.read_bytes() for path in keys.rglob("*") if path.is_file()} == before


def test_one_release_key_is_no_fleet(keys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    only_one = [name for name in roles(keys) if not name.endswith("release-b.pub")]
    assert main(["keys", "root", "--out", str(keys / "x.json"), *only_one]) == 2
    assert "threshold" in capsys.readouterr().err


def test_a_passphrase_protects_its_key(tmp_path: Path) -> None:
    make_key(tmp_path, "anna", b"a long passphrase")
    with pytest.raises(KeyFileError):
        read_signer(tmp_path / "anna.key", None)
    with pytest.raises(KeyFileError):
        read_signer(tmp_path / "anna.key", b"another one here")
    assert read_signer(tmp_path / "anna.key", b"a long passphrase").public_key.keyid
    assert (tmp_path / "anna.key").stat().st_mode & 0o077 == 0
