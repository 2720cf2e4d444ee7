"""Cards as tables of bytes: what is sent, in hex, and what comes back."""

from collections.abc import Mapping, Sequence

from hardware.card_reader.transport import Response

SSSE = "7378312E73682EC9E7BBE1B1A3D5CF"
SELECT_SSSE = "00A404000F" + SSSE
SELECT_MF = "00A40000023F00"
SELECT_EF05, SELECT_EF06 = "00A4020002EF05", "00A4020002EF06"
READ_CODE, READ_VERSION, READ_CARD_NUMBER = "00B2010012", "00B2030006", "00B207000B"
READ_NUMBER, READ_NAME, READ_EXTENSION, READ_SEX = "00B2080014", "00B2090020", "00B24E0016", "00B20A0003"
READ_BIRTHPLACE, READ_BIRTH_DATE = "00B20C0005", "00B20D0006"

NUMBER = "0812" + b"11010519491231002X".hex()
NAME = "091E" + "王样本".encode("gbk").hex() + "00" * 24
CODE = "0110" + "110000D1560000053030303100000001"
CARD_NUMBER = "0709" + b"X00000019".hex()

GENERATION_3: Mapping[str, str] = {
    SELECT_SSSE: "9000",
    SELECT_EF05: "9000",
    READ_CODE: CODE + "9000",
    READ_VERSION: "0304" + b"3.00".hex() + "9000",
    "00B2050006": "0504209912019000",
    "00B2060006": "0604210912019000",
    READ_CARD_NUMBER: CARD_NUMBER + "9000",
    SELECT_EF06: "9000",
    READ_NUMBER: NUMBER + "9000",
    READ_NAME: NAME + "9000",
    READ_SEX: "0A0132" + "9000",
    "00B20B0003": "0B0101" + "9000",
    READ_BIRTHPLACE: "0C03110105" + "9000",
    READ_BIRTH_DATE: "0D0419491231" + "9000",
}
GENERATION_2 = {**GENERATION_3, READ_VERSION: "0304" + b"2.00".hex() + "9000"}
GENERATION_1 = {**GENERATION_3, READ_VERSION: "0304" + b"1.00".hex() + "9000", READ_EXTENSION: "6A83"}


class TableCard:
    """Answers from a table; an answer that is a list is given piece by piece, the last one for ever."""

    def __init__(self, answers: Mapping[str, str | Sequence[str]]) -> None:
        self.sent: list[str] = []
        self._answers = {
            command: [answer] if isinstance(answer, str) else list(answer) for command, answer in answers.items()
        }

    def transmit(self, command: bytes) -> Response:
        self.sent.append(command.hex().upper())
        pieces = self._answers.get(self.sent[-1], ["6D00"])
        answer = bytes.fromhex(pieces.pop(0) if len(pieces) > 1 else pieces[0])
        return Response(answer[:-2], int.from_bytes(answer[-2:]))
