"""Judges privacy: exposed personal information, trackers, forms, transport. One file per check."""

import os

# Presidio imports transformers where it is installed. No model of anybody's is fetched, whatever else is set.
os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
