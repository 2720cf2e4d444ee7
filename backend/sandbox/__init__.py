"""Our payment sandbox: a program that behaves towards a merchant as WeChat Pay v3 does, and the payer's phone with it.

It shares no code with `backend.payments`; both speak the wire of WeChat Pay alone, so that an error in one of them is
seen by the other.
"""
