"""A27: the string table in plain words: short sentences, none of the words that only people of the trade use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from kiosk.domain.language import Language
from tests.catalogue.findings import Tally

HAN_PER_SENTENCE = 20
WORDS_PER_SENTENCE = 20
TRADE_FILES = ("staff", "admin", "maintenance")
"""Files whose names begin so are read by staff: short as well, but the words of the trade are theirs."""

JARGON_ZH = (
    "后台", "服务器", "接口", "报错", "异常", "超时", "校验", "令牌", "数据库", "参数", "无效", "非法", "失败",
    "鉴权", "终止", "请求", "响应码", "客户端", "缓存", "协议", "授权码", "指令", "字段", "执行",
)  # fmt: skip
JARGON_EN = (
    "invalid", "forbidden", "illegal", "abort", "terminate", "authenticate", "authorise", "authorize", "server",
    "database", "backend", "timeout", "timed out", "token", "exception", "request failed", "parameter", "null",
    "execute",    "initialise", "initialize", "retry", "session", "utilise", "prior to", "in order to",
)  # fmt: skip

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_END_ZH = re.compile(r"[。！？；;!?\n]")
_END_EN = re.compile(r"[.!?;:](?:\s|$)|\n")
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def check_plain_words(texts: Mapping[Language, Mapping[str, str]], trade_keys: frozenset[str], tally: Tally) -> None:
    for key, text in texts[Language.ZH].items():
        tally.look("A27", _told(key, text, fault_zh(text, is_trade=key in trade_keys)))
    for key, text in texts[Language.EN].items():
        tally.look("A27", _told(key, text, fault_en(text, is_trade=key in trade_keys)))


def _told(key: str, text: str, fault: str) -> str:
    return f"{key}: “{text}” {fault}" if fault else ""


def fault_zh(text: str, *, is_trade: bool = False) -> str:
    longest = max((len(_HAN.findall(sentence)) for sentence in _END_ZH.split(text)), default=0)
    if longest > HAN_PER_SENTENCE:
        return f"has a sentence of {longest} Han characters, at most {HAN_PER_SENTENCE}"
    found = [] if is_trade else [word for word in JARGON_ZH if word in text]
    return f"says {', '.join(found)}" if found else ""


def fault_en(text: str, *, is_trade: bool = False) -> str:
    plain = _PLACEHOLDER.sub("X", text)
    longest = max((len(sentence.split()) for sentence in _END_EN.split(plain)), default=0)
    if longest > WORDS_PER_SENTENCE:
        return f"has a sentence of {longest} words, at most {WORDS_PER_SENTENCE}"
    lower = plain.lower()
    found = [] if is_trade else [word for word in JARGON_EN if re.search(rf"\b{re.escape(word)}\b", lower)]
    return f"says {', '.join(found)}" if found else ""


def trade_keys(locale: Path) -> frozenset[str]:
    import tomllib

    from tests.catalogue.states import dotted

    files = [file for file in sorted((locale / "zh").glob("*.toml")) if file.stem.startswith(TRADE_FILES)]
    return frozenset(key for file in files for key in dotted(tomllib.loads(file.read_text(encoding="utf-8")), ""))
