"""Checks across the pages of a site, one per file. Found because the file is there: see ``audits.registry``."""
