"""The table of roles in docs/desk.md is the one in the code."""

from pathlib import Path

from handrail.desk.roles import Role

HERE = Path(__file__).parent
PAGE = (HERE.parents[2] / "docs" / "desk.md").read_text("utf-8")


def test_every_role_is_told():
    assert [f"`{role}`" for role in Role if f"| `{role}` |" not in PAGE] == []
