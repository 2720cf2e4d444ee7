"""From words to sound: how texts are pronounced, clips made at set-up, synthesis for the rest."""
