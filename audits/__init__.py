"""Judge what was collected. No network, files of others, clock or environment in here."""
