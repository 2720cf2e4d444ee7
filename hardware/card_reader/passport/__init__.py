"""Passports over PC/SC: access control, secure messaging, the files that say who it is (ICAO 9303-10, 9303-11)."""
