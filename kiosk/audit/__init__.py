"""The audit log: what staff and the terminal itself did, provable later, and without personal data by construction."""
