"""What staff at terminals do, as the backend keeps it: audit records, copies of slips, readiness reports."""
