"""The demo City: two invented sites with planted faults, served on this machine for a first audit and for tests."""

from handrail.demo.server import DemoCity

__all__ = ["DemoCity"]
