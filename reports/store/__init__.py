"""The run history: SQLAlchemy on a SQLite file by default, on PostgreSQL by URL."""
