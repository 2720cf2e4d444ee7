"""A fleet of terminals without screens, devices or threads: the real parts that follow, verify, apply and report.

| module | what |
|---|---|
| `disk` | what a terminal keeps, in memory |
| `lobby` | people before a terminal: sessions, payments, moments without anybody |
| `line` | what a terminal asks, answered by the backend's services |
| `conduct` | how a terminal takes a change: well, badly, not at all, or with a lie |
| `terminal` | one terminal, put together from `kiosk.services.fleet` |
| `world` | time, a backend, and everybody in it |
| `scenarios` | what is tried, and what must come of it |
| `command` | `python -m backend simulate` |

It plays the terminals' side, so it stands beside the backend and not in it.
"""
