from pathlib import Path

import pytest

from deploy import fonts


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(fonts.FontPackageMissingError, match="fonts-noto-cjk"):
        fonts.extract_missing(tmp_path / "out", roots=[tmp_path])


def test_fonts_that_are_there_are_left_alone(tmp_path: Path) -> None:
    for name in (*fonts.FACES, *fonts.FALLBACKS, fonts.COVERAGE):
        (tmp_path / name).write_bytes(b"kept")
    assert fonts.extract_missing(tmp_path, roots=[]) == []
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"kept"}


def test_the_command_says_why_it_failed(tmp_path: Path) -> None:
    said: list[str] = []
    assert fonts.main(["--out", str(tmp_path / "out")], say=said.append, roots=[tmp_path]) == 1
    assert "fonts-noto-cjk" in said[0]


def test_the_simplified_chinese_face_comes_out(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    fonts.extract_missing(tmp_path)
    with TTFont(tmp_path / "NotoSansSC-Regular.otf", lazy=True) as font:
        assert font["name"].getDebugName(fonts.FULL_NAME_ID) == "Noto Sans CJK SC"
        assert ord("骨") in font.getBestCmap()


def test_rare_characters_of_names_have_a_face(tmp_path: Path) -> None:
    fonts.extract_missing(tmp_path)
    lines = (tmp_path / fonts.COVERAGE).read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["NotoSansSC-Regular.otf", *fonts.FALLBACKS]


def test_characters_are_told_in_ranges() -> None:
    assert list(fonts.ranges_of({0x4E01, 0x4E00, 0x20, 0x9FFF})) == ["20-20", "4e00-4e01", "9fff-9fff"]
    assert list(fonts.ranges_of(())) == []
