"""The language in which a fleet is configured: bundles, statements, roots of trust, commands, reports, pairing.

Shared by the terminal and the backend, and pure: bytes and moments come in, values go out; no network, no disk.

| module | what |
|---|---|
| `refusals` | every reason for saying no, each with a word of its own |
| `strict_json` | JSON that leaves no doubt; canonical bytes; addresses by SHA-256 |
| `envelope` | DSSE: exact bytes and who signed them |
| `roots` | which keys may say what, and how that changes |
| `sections` `bundle` | how the service runs: one strict schema |
| `risk` | how many people a change needs |
| `desired` `command` | what one terminal shall run, or do once |
| `verifying` | may this be believed? In one fixed order |
| `report` | what a terminal says of itself |
| `pairing` | how a terminal and an operator meet |
"""
