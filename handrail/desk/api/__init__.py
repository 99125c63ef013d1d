"""The desk for programs: the same issues and the same acts as its views, as JSON, for who holds a token."""
