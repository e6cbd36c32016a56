"""Every example in the docstrings of the operations runs and says what it prints."""

import doctest
import importlib
import pkgutil

import pytest

from convstudio import ops

MODULES = [importlib.import_module(found.name) for found in pkgutil.walk_packages(ops.__path__, "convstudio.ops.")]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_are_true(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", [name for name in ops.__all__ if callable(getattr(ops, name))])
def test_every_public_function_has_an_example(name):
    thing = getattr(ops, name)
    if isinstance(thing, type) or not hasattr(thing, "__code__"):
        pytest.skip("a type, not a function")
    assert ">>> " in thing.__doc__
