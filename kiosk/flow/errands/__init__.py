"""The office's other errands around a card. What a person does for themselves: `tracking.py`, `reprinting.py`,
`loss_only.py`, `guidance.py`.

Who comes otherwise than with an identity card and for themselves: `passport.py`, `e_card.py`, `handoff.py` (from the
phone and to it), `agent.py`; their ways in are in `welcome.py`.
"""
