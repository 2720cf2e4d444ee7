"""The office's other errands around a card. What a person does for themselves: `tracking.py`, `reprinting.py`,
`loss_only.py`, `guidance.py`.
"""
