"""Speech: sound to a loudspeaker or a headset, and the headset's jack."""
