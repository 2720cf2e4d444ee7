"""The terminal's half of the fleet: which bundle runs here, who this terminal is, what it is told to do, how it is.

| module | what |
|---|---|
| `applying` | the pure machine: statements, change-over, probation, going back |
| `evidence` | what a probation is judged by; pure |
| `files` `store` | bundles, marks and roots on disk; every write old or new, never neither |
| `in_force` | the service in force: bundle over reference data over what is built in |
| `following` | the long poll: fetch, verify, stage |
| `caretaker` | one thread that owns the machine and makes its effects happen |
| `identity` | key and certificate of this terminal; `enrolling` and `renewing` get them |
| `commands` | one-shot commands: exactly once, never in a session |
| `watching` `reporting` | how the terminal is, and telling it |
| `shown` | the service in force and where each value comes from, for `config show` |
| `desk` | all of it, put together |
"""
