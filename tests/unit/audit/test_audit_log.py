"""The audit log: what is recorded lies on the disk, and every kind of tampering is found where it is."""

import resource
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from kiosk.audit.catalogue import CATALOGUE, OwnWord, accepted, documentation
from kiosk.audit.keys import KeyFileError, terminal_key
from kiosk.audit.log import AuditError, AuditFiles, AuditLog, read_lines, read_records, witnesses
from kiosk.audit.records import Entry, Link, line_of, next_record, parse_line
from kiosk.audit.verify import Proof, verify
from kiosk.domain.staff import Role
from kiosk.flow.staff.facts import AuditPhase, AuditWord, Disposition

TERMINAL = "t-1"
START = datetime(2099, 3, 2, 9, 0, tzinfo=UTC)
SPECIMEN_NUMBER = "11010519491231002X"  # of GB 11643


class Log:
    """A log in a folder, opened as the terminal does."""

    def __init__(self, folder: Path) -> None:
        self.files = AuditFiles(folder)
        self.key = terminal_key(self.files.key)
        self._seconds = count()

    def open(self) -> AuditLog:
        return AuditLog(self.files, TERMINAL, self.key, lambda: START + timedelta(seconds=next(self._seconds)))

    def proof(self, others: Sequence[Link] = ()) -> Proof:
        lines = read_lines(self.files.log)
        return verify(lines, self.key.public, TERMINAL, witnesses(self.files, others))

    def change(self, change: Callable[[list[bytes]], list[bytes]]) -> None:
        lines = list(read_lines(self.files.log))
        self.files.log.write_bytes(b"".join(change(lines)))

    def found(self) -> list[str]:
        return [str(each) for each in self.proof().findings]


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


@pytest.fixture
def filled(log: Log) -> Log:
    """Twelve records, 1 to 12; the tenth and the twelfth are seals."""
    audit = log.open()
    for percent in range(8):
        audit.record(Entry(AuditWord.VOLUME_SET, role=Role.ATTENDANT, staff=7, facts=(("percent", percent),)))
    audit.seal()
    audit.record(Entry(AuditWord.RESTART, role=Role.ATTENDANT, staff=7))
    audit.close()
    return log


def test_a_whole_log_is_sound_and_sealed_to_its_end(filled: Log) -> None:
    proof = filled.proof()
    assert (proof.is_sound, proof.records, proof.sealed_to, proof.head.seq) == (True, 12, 12, 12)


def test_an_edited_record_is_found(filled: Log) -> None:
    filled.change(lambda lines: [line.replace(b'"percent":3', b'"percent":4') for line in lines])
    assert filled.found() == ["record 5: edited (line 5)"]


def test_an_edited_record_with_a_hash_made_anew_is_found(filled: Log) -> None:
    def forge(lines: list[bytes]) -> list[bytes]:
        before = parse_line(lines[3])
        assert before is not None
        return [*lines[:4], line_of(next_record(before.link, Entry(OwnWord.TERMINAL_STARTED), START, 1)), *lines[5:]]

    filled.change(forge)
    assert filled.found() == ["record 5: replaced (line 5)"]


def test_a_deleted_record_is_found(filled: Log) -> None:
    filled.change(lambda lines: lines[:4] + lines[5:])
    assert filled.found() == ["record 5: missing (line 5)"]


def test_records_deleted_from_the_beginning_are_found(filled: Log) -> None:
    filled.change(lambda lines: lines[3:])
    assert filled.found() == ["records 1 to 3: missing (line 1)"]


def test_exchanged_records_are_found(filled: Log) -> None:
    filled.change(lambda lines: [*lines[:4], lines[5], lines[4], *lines[6:]])
    assert filled.found() == ["record 5: reordered (line 6)"]


def test_a_record_that_stands_there_twice_is_found(filled: Log) -> None:
    filled.change(lambda lines: [*lines[:5], lines[4], *lines[5:]])
    assert filled.found() == ["record 5: repeated (line 6)"]


def test_a_line_that_is_no_record_is_found(filled: Log) -> None:
    filled.change(lambda lines: [*lines[:4], b"somebody was here\n", *lines[5:]])
    assert filled.found() == ["record 5: unreadable (line 5)"]


@pytest.mark.parametrize("kept", [0, 1, 8, 11])
def test_a_cut_end_is_found_by_the_head_file(filled: Log, kept: int) -> None:
    filled.change(lambda lines: lines[:kept])
    gone = "record 12" if kept == 11 else f"records {kept + 1} to 12"
    assert filled.found() == [f"{gone}: cut"]


def test_a_cut_end_is_found_by_another_witness_when_the_head_file_went_too(filled: Log) -> None:
    true_head = filled.proof().head
    filled.change(lambda lines: lines[:9])
    filled.files.head.unlink()
    assert filled.found() == []  # by the log alone nobody can know
    assert [str(each) for each in filled.proof([true_head]).findings] == ["records 10 to 12: cut"]


def test_after_a_cut_the_log_goes_on_so_that_the_gap_stays(filled: Log) -> None:
    filled.change(lambda lines: lines[:9])
    filled.open().close()
    assert filled.found() == ["records 10 to 12: missing (line 10)"]


def test_everything_written_anew_is_found_at_the_seals(filled: Log) -> None:
    def rewrite(lines: list[bytes]) -> list[bytes]:
        link, fresh = Link(), list[bytes]()
        for line in lines:
            old = parse_line(line)
            assert old is not None
            facts = (("percent", 99),) if old.word == "volume_set" else tuple(old.facts.items())
            word = next(each.word for each in CATALOGUE if each.word.value == old.word)
            entry = Entry(word, old.phase, old.disposition, old.role, old.staff, facts)
            record = next_record(link, entry, old.moment, old.boot, old.signature)
            link = record.link
            fresh.append(line_of(record))
        return fresh

    filled.change(rewrite)
    filled.files.head.unlink()
    assert filled.found() == ["records 1 to 10: forged (line 10)", "records 1 to 12: forged (line 12)"]


def test_a_torn_last_line_is_set_aside_and_told(filled: Log) -> None:
    with filled.files.log.open("ab") as file:
        file.write(b'{"at":"2099')
    filled.open().close()
    assert filled.proof().is_sound
    words = [record.word for record in read_records(filled.files.log)]
    assert words[12:] == ["log_mended", "log_opened", "sealed"]
    assert b'{"at":"2099' in filled.files.torn.read_bytes()


def test_each_start_counts_on(filled: Log) -> None:
    filled.open().close()
    assert [record.boot for record in read_records(filled.files.log)] == [1] * 12 + [2, 2]


def test_a_seal_follows_so_many_records_by_itself(log: Log) -> None:
    audit = log.open()
    for _ in range(60):
        audit.record(Entry(AuditWord.RESTART))
    assert log.proof().sealed_to == 51


def test_a_disk_that_takes_half_a_line_leaves_the_log_whole(log: Log) -> None:
    entry = Entry(AuditWord.STAFF_SESSION, AuditPhase.BEGIN, Disposition.NONE, Role.AUDITOR, 3)
    audit = log.open()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.files.log.stat().st_size + 50, usual[1]))
    try:
        with pytest.raises(AuditError):
            audit.record(entry)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert log.proof().is_sound
    assert audit.record(entry).seq == 2
    audit.close()
    assert log.proof().is_sound


# --- no personal data -------------------------------------------------------------------------------------------------


def test_no_field_of_the_catalogue_takes_a_text_of_a_person() -> None:
    texts = [SPECIMEN_NUMBER, "王样本", "H12345678", "E12345678", "13800138000", "样本街1号", "SAMPLE ANNA", "A" * 16]
    taken = [
        (definition.word, name, text)
        for definition in CATALOGUE
        for name in definition.fields
        for text in texts
        if text in accepted(definition, ((name, text),))[0].values()
    ]
    assert taken == []


def test_a_number_of_a_document_is_no_number_of_a_record() -> None:
    too_large = [
        (definition.word, name)
        for definition in CATALOGUE
        for name in definition.fields
        if accepted(definition, ((name, 13800138000),))[0] or accepted(definition, ((name, 110105194912310021),))[0]
    ]
    assert too_large == []


def test_what_has_no_place_is_left_out_and_counted(log: Log) -> None:
    audit = log.open()
    record = audit.record(Entry(AuditWord.VOLUME_SET, facts=(("percent", 40), ("name", "王样本"), ("percent2", 1))))
    assert record.facts == {"percent": 40, "facts_refused": 2}
    assert "王样本" not in log.files.log.read_text(encoding="utf-8")


def test_the_catalogue_has_every_word_once_and_every_number_once() -> None:
    assert {one.word for one in CATALOGUE} == {*AuditWord, *OwnWord}
    assert len({one.number for one in CATALOGUE}) == len(CATALOGUE)


def test_the_documentation_names_every_word() -> None:
    text = "\n".join(documentation())
    assert all(f"`{one.word.value}`" in text for one in CATALOGUE)


# --- the key ----------------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_for_the_terminal_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "key.pem"
    first = terminal_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert terminal_key(path).public.text == first.public.text


def test_a_spoilt_key_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_bytes(b"nothing")
    with pytest.raises(KeyFileError, match="set it aside"):
        terminal_key(path)
