"""The screen catalogue: every screen in every state, drawn in every guise, measured against criteria A1 to A28."""
