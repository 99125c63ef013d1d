"""One file for each format. Each takes report.json's data and adds no number of its own."""
